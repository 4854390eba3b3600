"""The pages of a mirror: begun at the home pages, and wherever their links lead on within it."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from tuidang.base.manifest import Entry
from tuidang.base.words import LANGUAGES
from tuidang.reach.mirror.layout import (
    SCRIPT,
    Kind,
    Scope,
    about_page,
    file_of,
    language_of,
    older_page,
    way,
)
from tuidang.reach.mirror.render import Own, Site
from tuidang.reach.mirror.rewrite import Around, rewrite
from tuidang.reach.mirror.stage import Stage, entry_of
from tuidang.reach.mirror.window import Window

# Pages that need the site itself. Others show it, by a form to their own address.
_ASKING: Final = frozenset(
    {
        "write/",
        "write/for-others/",
        "my-statement/",
        "my-statement/correct/",
        "hide/",
        "how/",
        "library/offline/",  # its worker keeps pages of the site; a copy is kept as a folder
    }
)
_STATEMENT = re.compile(r"/[a-z-]+/statement/(\d+)/(?:\d+/)?", re.ASCII)
_DAY = re.compile(r"/[a-z-]+/register/day/([0-9-]+)/(?:\?before=\d+)?", re.ASCII)
_NAMED = re.compile(rb"""(?:url\(|from|import)\s*["']?([A-Za-z0-9_./-]+)["')]""")


@dataclass(frozen=True)
class Made:
    """What is known of a page that was made: of what, as which bytes, and where it leads."""

    of: str
    size: int
    sha256: str
    links: tuple[str, ...]


def load_made(path: Path) -> dict[str, Made]:
    """Read what was made the last time, by file; nothing where that is not known."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Made(of, size, digest, tuple(links)) for name, (of, size, digest, links) in rows.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def save_made(path: Path, made: dict[str, Made]) -> None:
    """Write what was made. It needs no care: of what is not known every page is made anew."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = {name: (one.of, one.size, one.sha256, one.links) for name, one in made.items()}
    path.write_text(json.dumps(rows, separators=(",", ":")), encoding="utf-8")


@dataclass
class Crawl:
    """A walk over the site. What it makes stands in `files`; `written` counts what had to be written."""

    stage: Stage
    site: Site
    own: Own
    scope: Scope
    window: Window
    dress: str
    before: dict[str, Made]
    progress: Callable[[int, int], None]  # how many more pages are done, and how many are known of
    now: dict[str, Made] = field(default_factory=dict)
    files: dict[str, Entry] = field(default_factory=dict)
    static: set[str] = field(default_factory=set)
    written: int = 0
    _seen: set[str] = field(default_factory=set)
    _queue: deque[str] = field(default_factory=deque)

    def walk(self) -> None:
        """Make every page that can be reached."""
        starts = [f"/{language}/" for language in LANGUAGES]
        own = [make(language) for language in LANGUAGES for make in (about_page, older_page)]
        self._follow(["/", *starts, *own])
        while self._queue:
            self._make(self._queue.popleft())
            self.progress(1, len(self._seen))

    def _follow(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if address.startswith("/static/"):
                self.static.add(address[1:])
            elif address not in self._seen:
                self._seen.add(address)
                self._queue.append(address)

    def _make(self, address: str) -> None:
        file = file_of(address)
        known = self._known(address)
        if known and self._keep(file, known):
            return
        body, of = self._render(address)
        if not known and self._keep(file, of):
            return
        links: set[str] = set()
        written = self._rewrite(address, file, body, links) if isinstance(body, str) else body
        self.stage.put(file, written)
        entry = Entry.of(written)
        self.written += 1
        self._note(file, Made(known or of, entry.size, entry.sha256, tuple(sorted(links))))

    def _keep(self, file: str, of: str) -> bool:
        """Keep the page as it was made the last time, if it was made of the same."""
        made = self.before.get(file)
        if made is None or made.of != of or not self.stage.reuse(file, Entry(made.size, made.sha256)):
            return False
        self._note(file, made)
        return True

    def _note(self, file: str, made: Made) -> None:
        self.now[file] = made
        self.files[file] = Entry(made.size, made.sha256)
        self._follow(made.links)

    def _known(self, address: str) -> str:
        """Say of what a page would be made, where that can be told without making it."""
        if found := _STATEMENT.fullmatch(address):
            leaf = int(found[1])
            if leaf not in self.window.leaves:
                return ""
            ends = (leaf == self.window.first, leaf + 1 == self.window.size)
            return self._hash(self.window.leaves[leaf], repr(ends))
        if (found := _DAY.fullmatch(address)) and found[1] in self.window.days:
            return self._hash(self.window.days[found[1]], repr(self.window.newest == found[1]))
        return ""

    def _hash(self, *words: str) -> str:
        return sha256("\n".join((self.dress, *words)).encode()).hexdigest()[:32]

    def _render(self, address: str) -> tuple[str | bytes, str]:
        """Give a page as the site has it, and the hash of what it was made of."""
        language = language_of(address)
        if address == "/":
            page = self.own.page("choose", address, language)
        elif address == about_page(language):
            page = self.own.page("about", address, language)
        elif address == older_page(language):
            page = self.own.page("older", address, language)
        elif address.partition("/")[2].partition("/")[2] in _ASKING:
            page = self._elsewhere(address, language)
        else:
            answer = self.site.get(address)
            if answer and not answer.is_page:
                return answer.body, self._hash(sha256(answer.body).hexdigest())
            page = answer.body.decode() if answer else self._elsewhere(address, language)
        if "<form" in page and self._asks(page, address):
            page = self._elsewhere(address, language)
        return page, self._hash(sha256(page.encode()).hexdigest())

    def _asks(self, page: str, address: str) -> bool:
        return rewrite(page, lambda link: link, lambda action: self._is_own(action, address), _NOTHING).asks

    def _elsewhere(self, address: str, language: str) -> str:
        return self.own.page("elsewhere", address, language, there=self.site.origin + address)

    def _is_own(self, action: str, address: str) -> bool:
        place = self.scope.place(action, address)
        return not action or (
            place is not None and place.address.partition("?")[0] == address.partition("?")[0]
        )

    def _rewrite(self, address: str, file: str, page: str, links: set[str]) -> bytes:
        language = language_of(address)

        def link(target: str) -> str:
            place = self.scope.place(target, address)
            if place is None:
                return target
            fragment = f"#{place.fragment}" if place.fragment else ""
            if place.kind is Kind.ORIGIN:
                return f"{self.site.origin}{place.address}"
            if place.kind is Kind.PAGE or place.address.startswith("/static/"):
                links.add(place.address)
            return way(file, place.file) + fragment

        def form(action: str) -> str:
            return self.own.piece("form", language).replace("@page@", link(action or address))

        own = address in {"/", about_page(language), older_page(language)}  # which the site does not have
        there = f"{self.site.origin}/{language}/" if own else f"{self.site.origin}{address}"
        line = self.own.piece("line", language).replace("@page@", there)
        around = Around(line.replace("@copy@", link(about_page(language))), form)
        if address.endswith("/verify/"):
            check = self.own.piece("check", language).replace(
                "@root@", way(file, "index.html")[: -len("index.html")]
            )
            script = f'<script src="{way(file, SCRIPT)}" defer></script>\n'
            around = Around(around.line, form, check, script)
        return rewrite(page, link, lambda action: self._is_own(action, address), around).html.encode()


_NOTHING: Final = Around("", lambda _: "")


def bring_static(stage: Stage, root: Path, named: set[str]) -> dict[str, Entry]:
    """Take the static files that pages name, and those that these name in turn."""
    files: dict[str, Entry] = {}
    waiting = sorted(named)
    while waiting:
        path = waiting.pop()
        source = (root / path.removeprefix("static/")).resolve()
        if path in files or not source.is_relative_to(root.resolve()) or not source.is_file():
            continue
        stage.bring(path, source)
        files[path] = entry_of(source)
        if source.suffix in {".css", ".js"}:
            folder = Path(path).parent
            for found in _NAMED.findall(source.read_bytes()):
                waiting.append(_join(folder, found.decode()))
    return files


def _join(folder: Path, named: str) -> str:
    steps: list[str] = []
    for step in (folder / named).parts:
        if step == "..":
            steps = steps[:-1]
        else:
            steps.append(step)
    return "/".join(steps)
