"""Making the editions of everything that is published: only what changed, work by work."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from tuidang.library.edition_sources import Source, library_mark, load_book, read_sources
from tuidang.library.editions.folder import Folder
from tuidang.library.editions.formats import path_of, shelf_path
from tuidang.library.editions.makers import MAKERS, SHELF_MAKER, Maker
from tuidang.library.editions.values import Shelf
from tuidang.tlog.note import SigningKey

logger = logging.getLogger("tuidang.library")


@dataclass
class Built:
    """What a build did: files made, left as they were, and taken away."""

    made: int = 0
    kept: int = 0
    removed: int = 0
    left_out: dict[str, str] = field(default_factory=dict)  # format, and the package that it needs
    failed: list[str] = field(default_factory=list)  # files whose maker broke; the log says how


@dataclass(frozen=True)
class _Order:
    """A file that is to be made."""

    path: str
    made_of: str
    number: int | None
    maker: Maker


def build_editions(
    data: Path,
    signer: SigningKey,
    *,
    work: str = "",
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Built:
    """Make in `data`/editions what is not there as it would be made now, and take away what is read no more.

    `work`: of this work alone, and nothing is taken away. `progress` is told how many of how many files are
    made. A kill loses the work under way; what was made before stays. One build after the other.
    """
    with _alone(data / "editions.lock"):
        folder = Folder(data / "editions", signer)
        mark = library_mark()  # first: what is published from here on is found changed the next time
        sources = read_sources()
        chosen = [source for source in sources if work in {"", source.name}]
        have, built = dict(folder.made()), Built()
        orders = [list(_orders(source, have, built)) for source in chosen]
        shelves = [] if work else list(_shelves(sources, have))
        count, done = sum(map(len, orders)) + len(shelves), 0
        progress(0, count)
        for source, ordered in zip(chosen, orders, strict=True):
            for _file in _make_work(folder, source, ordered, built):
                done += 1
                progress(done, count)
        for shelf in shelves:
            _make_shelf(folder, shelf, sources, built)
            done += 1
            progress(done, count)
        built.made = done
        if not work:
            gone = (have.keys() - _wanted(sources, have)) | {*built.failed}
            folder.finish(gone, "" if built.failed else mark)
            built.removed = len(gone & have.keys())
        built.made -= len(built.failed)
        built.kept = len(folder.made()) - built.made
        return built


def _orders(source: Source, have: Mapping[str, str], built: Built) -> Iterator[_Order]:
    """Give what of a work is not there as it would be made now."""
    for maker, number, said in _scopes(source):
        path = path_of(source.name, source.language, number, maker.form)
        made_of = _made_of(maker.version, said)
        if have.get(path) == made_of:
            continue
        if missing := maker.missing():
            built.left_out[maker.form] = missing
        else:
            yield _Order(path, made_of, number, maker)


def _make_work(folder: Folder, source: Source, orders: Sequence[_Order], built: Built) -> Iterator[str]:
    book = load_book(source.name, source.language) if orders else None
    if book is None:  # nothing to do, or taken down a moment ago
        return
    there = {chapter.number for chapter in book.chapters}
    made = {}
    for order in orders:
        if order.number is None or order.number in there:
            subject = book if order.number is None else book.only(order.number)
            if _try(folder, order.path, partial(order.maker.make, subject), built):
                made[order.path] = order.made_of
        yield order.path
    folder.commit(made)


def _shelves(sources: Sequence[Source], have: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Give each language whose file is not there as it would be made now: path, and what it is made of."""
    for language in dict.fromkeys(source.language for source in sources):
        path, made_of = shelf_path(language), _shelf_made_of(sources, language)
        if have.get(path) != made_of:
            yield language, path, made_of


def _make_shelf(folder: Folder, shelf: tuple[str, str, str], sources: Sequence[Source], built: Built) -> None:
    language, path, made_of = shelf
    names = [source.name for source in sources if source.language == language]
    books = tuple(book for name in names if (book := load_book(name, language)) is not None)
    if books and _try(folder, path, partial(SHELF_MAKER.make, Shelf(language, books)), built):
        folder.commit({path: made_of})


def _try(folder: Folder, path: str, make: Callable[[Path], None], built: Built) -> bool:
    """Make a file; a text that one maker cannot bear keeps no other file from being made."""
    place = folder.stage(path)
    try:
        make(place)
    except Exception:
        logger.exception("%s was not made", path)
        place.unlink(missing_ok=True)
        built.failed.append(path)
        return False
    return True


def _wanted(sources: Sequence[Source], have: Mapping[str, str]) -> set[str]:
    """Name every file that may stay: of what is read, and as it is read where it cannot be made anew here."""
    wanted = {shelf_path(source.language) for source in sources}
    for source in sources:
        for maker, number, said in _scopes(source):
            path = path_of(source.name, source.language, number, maker.form)
            if not maker.missing() or have.get(path) == _made_of(maker.version, said):
                wanted.add(path)
    return wanted


def _scopes(source: Source) -> Iterator[tuple[Maker, int | None, str]]:
    """Give each maker with the whole work, unless it is an item of news, and with each of its chapters."""
    whole = [] if source.is_news else [(None, source.whole)]
    for number, said in (*whole, *source.chapters):
        for maker in MAKERS:
            yield maker, number, said


def _made_of(version: int, said: str) -> str:
    return f"{version}-{said}"


def _shelf_made_of(sources: Sequence[Source], language: str) -> str:
    said = "\n".join(f"{source.name} {source.whole}" for source in sources if source.language == language)
    return _made_of(SHELF_MAKER.version, sha256(said.encode()).hexdigest()[:32])


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second finds most of it made
        yield
