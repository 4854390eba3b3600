"""Editions are built of what is published: only what changed, whole after any kill, gone when taken down."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from editions_cast import ENGLISH
from library_cast import NOW, TODAY, newest, publish_all, write_work
from tuidang.base.manifest import ManifestError, files_signer
from tuidang.cli_library import library
from tuidang.library.actions import editions
from tuidang.library.actions.editions import build_editions
from tuidang.library.actions.publication import publish_version, take_down_chapter
from tuidang.library.actions.texts import save_chapter, save_heading
from tuidang.library.edition_sources import library_mark, load_book
from tuidang.library.editions import typeface
from tuidang.library.editions.folder import Folder, NoListError, check_folder, read_key, read_made
from tuidang.library.editions.formats import MANIFEST, Format
from tuidang.library.editions.makers import MAKERS, ShelfMaker
from tuidang.library.editions.values import Book
from tuidang.library.models import Text
from tuidang.library.rules import Heading
from tuidang.web.editions import examine_editions

pytestmark = [pytest.mark.django_db]

SIGNER = files_signer("register.example/of-tests", bytes(range(32)))
LIGHT = tuple(maker for maker in MAKERS if maker.form in {Format.TEXT, Format.HTML, Format.EPUB})


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave paper out: it takes a typeface, and what it looks like is tested elsewhere."""
    monkeypatch.setattr(editions, "MAKERS", LIGHT)


def names(data: Path) -> set[str]:
    """Return the files of the folder, but for its own."""
    found = {
        str(file.relative_to(data / "editions")) for file in (data / "editions").rglob("*") if file.is_file()
    }
    return found - {"manifest.txt", "key.txt", ".made.json"}


def stamps(data: Path) -> dict[str, int]:
    """Return which file is which: one that is made anew is another."""
    return {name: (data / "editions" / name).stat().st_ino for name in names(data)}


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """Return what was made anew, or came."""
    return {name for name, stamp in after.items() if before.get(name) != stamp}


def two_works() -> tuple[Text, Text]:
    """Publish a book of two chapters in Chinese, and one in English."""
    first = publish_all(write_work("first", "zh-hans", "今天退出，心安。", "誓言收回了。"))
    return first, publish_all(write_work("second", "en", ENGLISH, title="Second"))


def files_of(name: str, language: str, *stems: str) -> set[str]:
    """Return the files of a work in a language."""
    return {f"{name}/{language}/{stem}{end}" for stem in stems for end in (".txt", ".html", ".epub")}


def test_every_work_is_there_by_chapter_and_whole_in_each_language_it_is_read_in(tmp_path: Path) -> None:
    two_works()
    publish_all(write_work("a-day", "en", "It snowed.", title="Snow", day=TODAY))
    told: list[tuple[int, int]] = []
    built = build_editions(tmp_path, SIGNER, progress=lambda done, count: told.append((done, count)))
    wanted = {f"library-{language}.zim" for language in ("zh-hans", "zh-hant", "en")}
    wanted |= files_of("first", "zh-hans", "book", "1", "2") | files_of("first", "zh-hant", "book", "1", "2")
    wanted |= files_of("second", "en", "book", "1") | files_of("a-day", "en", "1")
    assert names(tmp_path) == wanted
    assert built.made == len(wanted)
    assert told == [(number, len(wanted)) for number in range(len(wanted) + 1)]
    found = check_folder(tmp_path / "editions", SIGNER.verifier)
    assert found.is_whole
    assert not found.unknown
    assert found.files == len(wanted) + 1  # and the key
    assert all(
        not file.stat().st_mode & 0o022 and file.stat().st_mode & 0o044
        for file in (tmp_path / "editions").rglob("[!.]*")
    )


def test_only_what_changed_is_made_anew_and_it_is_what_a_new_folder_would_have(tmp_path: Path) -> None:
    first, second = two_works()
    build_editions(tmp_path, SIGNER)
    before = stamps(tmp_path)
    assert build_editions(tmp_path, SIGNER).made == 0
    assert stamps(tmp_path) == before

    publish_version(save_chapter(first, 2, "第2章", "换了一句话。", TODAY).pk, NOW)
    build_editions(tmp_path, SIGNER)
    after = stamps(tmp_path)
    scripts = {"zh-hans", "zh-hant"}
    assert changed(before, after) == {
        *(name for script in scripts for name in files_of("first", script, "book", "2")),
        *(f"library-{script}.zim" for script in scripts),
    }

    save_heading(second.work, "en", Heading("Another title"))
    build_editions(tmp_path, SIGNER)
    assert changed(after, stamps(tmp_path)) == files_of("second", "en", "book", "1") | {"library-en.zim"}

    build_editions(tmp_path / "new", SIGNER)
    assert (tmp_path / "new/editions" / MANIFEST).read_text() == (
        tmp_path / "editions" / MANIFEST
    ).read_text()


def test_what_is_read_no_more_goes_and_one_work_alone_takes_nothing_away(tmp_path: Path) -> None:
    first, second = two_works()
    build_editions(tmp_path, SIGNER)
    take_down_chapter(second.chapters.get().pk)
    take_down_chapter(first.chapters.get(number=1).pk)
    assert build_editions(tmp_path, SIGNER, work="first").removed == 0
    assert files_of("second", "en", "book", "1") <= names(tmp_path)
    built = build_editions(tmp_path, SIGNER)
    assert built.removed == len(files_of("second", "en", "book", "1") | {"library-en.zim"}) + 6
    assert {name.split("/")[0] for name in names(tmp_path)} == {
        "first",
        "library-zh-hans.zim",
        "library-zh-hant.zim",
    }
    assert not (tmp_path / "editions/second").exists()


def test_the_mark_changes_with_whatever_readers_see_and_stands_when_all_is_built(tmp_path: Path) -> None:
    marks = [library_mark()]
    first, _second = two_works()
    marks.append(library_mark())
    build_editions(tmp_path, SIGNER, work="first")
    assert read_made(tmp_path / "editions").mark == ""
    build_editions(tmp_path, SIGNER)
    assert read_made(tmp_path / "editions").mark == library_mark() == marks[-1]
    save_heading(first.work, "zh-hans", Heading("另一本书"))
    marks.append(library_mark())
    publish_version(newest(1, first).pk, NOW)
    marks.append(library_mark())
    take_down_chapter(first.chapters.get(number=1).pk)
    marks.append(library_mark())
    assert len(set(marks)) == len(marks)


def test_a_book_is_loaded_as_it_is_read_in_the_other_script_too() -> None:
    publish_all(write_work("first", "zh-hans", "为了心安，收回**誓言**。", title="书"))
    book = load_book("first", "zh-hant")
    assert book is not None
    assert (book.title, book.published, book.tag) == ("書", TODAY, "zh-Hant")
    assert {"為", "誓"} <= book.signs
    assert load_book("first", "en") is None


def test_a_format_whose_package_is_missing_is_left_out_and_said_and_stale_ones_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = two_works()
    build_editions(tmp_path, SIGNER)
    without = tuple(
        replace(one, missing=lambda: "a-package") if one.form is Format.EPUB else one for one in LIGHT
    )
    monkeypatch.setattr(editions, "MAKERS", without)
    publish_version(save_chapter(first, 2, "第2章", "换了一句话。", TODAY).pk, NOW)
    built = build_editions(tmp_path, SIGNER)
    assert built.left_out == {"epub": "a-package"}
    there = names(tmp_path)
    assert "first/zh-hans/1.epub" in there  # it is what it would be
    assert "first/zh-hans/2.epub" not in there
    assert "first/zh-hans/2.html" in there


class Killed(BaseException):
    """A power cut."""


def _dies_at(number: int, real: Callable[..., object]) -> Callable[..., object]:
    count = 0

    def call(*arguments: object, **named: object) -> object:
        nonlocal count
        count += 1
        if count == number:
            raise Killed
        return real(*arguments, **named)

    return call


@pytest.mark.parametrize(("what", "step"), [("replace", 1), ("mkdir", 7), ("unlink", 1)])
def test_a_kill_at_any_change_of_the_folder_leaves_what_the_next_build_makes_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, step: int
) -> None:
    monkeypatch.setattr(editions, "MAKERS", LIGHT[:1])
    shelf = ShelfMaker(Format.ZIM, 1, lambda shelf, path: path.write_text(shelf.language) and None)  # quick
    monkeypatch.setattr(editions, "SHELF_MAKER", shelf)
    first, second = two_works()
    build_editions(tmp_path / "wanted", SIGNER)
    publish_version(save_chapter(first, 2, "第2章", "换了一句话。", TODAY).pk, NOW)
    take_down_chapter(second.chapters.get().pk)
    build_editions(tmp_path / "after", SIGNER)
    wanted = (tmp_path / "after/editions" / MANIFEST).read_text()
    number = died = 0
    while number == died:
        number += step
        data = tmp_path / f"killed-{number}"
        os.system(f"cp -r {tmp_path / 'wanted'} {data}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, what, _dies_at(number, getattr(Path, what)))
            try:
                build_editions(data, SIGNER)
            except Killed:
                died = number
        Folder(data / "editions", SIGNER)
        assert check_folder(data / "editions", SIGNER.verifier).is_whole  # as far as it came
        build_editions(data, SIGNER)
        assert (data / "editions" / MANIFEST).read_text() == wanted
        assert not check_folder(data / "editions", SIGNER.verifier).unknown
    assert died


def test_a_list_of_another_key_or_an_altered_one_is_not_believed_and_all_is_made_anew(tmp_path: Path) -> None:
    two_works()
    build_editions(tmp_path, SIGNER)
    folder = tmp_path / "editions"
    stranger = files_signer("register.example/of-tests", bytes(32))
    with pytest.raises(ManifestError):
        check_folder(folder, stranger.verifier)
    assert read_key(folder) == SIGNER.verifier
    altered = folder / "first/zh-hans/1.txt"
    altered.write_bytes(altered.read_bytes()[:-1] + b"x")
    (folder / "second/en/1.html").unlink()
    (folder / "second/en/extra.html").write_text("mine")
    found = check_folder(folder, SIGNER.verifier)
    assert (found.altered, found.missing) == (("first/zh-hans/1.txt",), ("second/en/1.html",))
    assert found.unknown == ("second/en/extra.html",)
    assert (
        build_editions(tmp_path, SIGNER).made == 1
    )  # the one that is missing; its size gives nothing else away
    (folder / MANIFEST).write_text("anything")
    assert build_editions(tmp_path, SIGNER).made == 27
    assert check_folder(folder, SIGNER.verifier).is_whole
    with pytest.raises(NoListError):
        check_folder(tmp_path, SIGNER.verifier)


def test_a_folder_is_checked_at_the_shell_without_a_database(tmp_path: Path) -> None:
    two_works()
    build_editions(tmp_path, SIGNER)
    folder, key = tmp_path / "editions", SIGNER.verifier.text
    (tmp_path / "paper.vkey").write_text(key + "\n")
    run = CliRunner().invoke

    assert run(library, ["check", str(folder), "--key", key]).exit_code == 0
    told = run(library, ["check", str(folder), "--key", str(tmp_path / "paper.vkey"), "--json"])
    assert json.loads(told.stdout)["whole"] is True
    assert json.loads(told.stdout)["key_given"] is True
    assert "compare it with a copy" in run(library, ["check", str(folder)]).stdout

    stranger = files_signer("register.example/of-tests", bytes(32)).verifier.text
    assert run(library, ["check", str(folder), "--key", stranger]).exit_code == 1
    (folder / "second/en/1.txt").write_text("other words")
    told = run(library, ["check", str(folder), "--key", key])
    assert told.exit_code == 1
    assert "ALTERED: second/en/1.txt" in told.stdout
    assert run(library, ["check", str(folder), "--key", "nonsense"]).exit_code == 2
    assert run(library, ["check", str(tmp_path), "--key", key]).exit_code == 3


def test_what_a_damaged_note_forgets_is_made_anew_or_goes(tmp_path: Path) -> None:
    _first, second = two_works()
    build_editions(tmp_path, SIGNER)
    before = (tmp_path / "editions" / MANIFEST).read_text()
    (tmp_path / "editions/.made.json").write_text("{")
    assert build_editions(tmp_path, SIGNER).made == 27
    assert (tmp_path / "editions" / MANIFEST).read_text() == before
    (tmp_path / "editions/.made.json").unlink()
    take_down_chapter(second.chapters.get().pk)
    build_editions(tmp_path, SIGNER)
    assert not (tmp_path / "editions/second").exists()
    assert check_folder(tmp_path / "editions", SIGNER.verifier).is_whole


def test_the_doctor_says_what_to_install_for_paper_once_the_library_holds_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typeface, "is_there", lambda: False)
    assert not list(examine_editions())
    two_works()
    ((level, _what, mend),) = examine_editions()
    assert level == "advice"
    assert mend == "apt-get install fonts-noto-cjk, then tuidang library build"
    monkeypatch.setattr(typeface, "is_there", lambda: True)
    assert not list(examine_editions())


def test_a_text_that_one_maker_cannot_bear_keeps_no_other_file_from_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_works()
    build_editions(tmp_path, SIGNER)
    real = LIGHT[0].make

    def breaks(book: Book, path: Path) -> None:
        path.write_bytes(b"half")
        if book.name == "first" and book.alone:
            raise ValueError(book.key)
        real(book, path)

    monkeypatch.setattr(editions, "MAKERS", (replace(LIGHT[0], version=2, make=breaks), *LIGHT[1:]))
    built = build_editions(tmp_path, SIGNER)
    broken = {f"first/{script}/{number}.txt" for script in ("zh-hans", "zh-hant") for number in (1, 2)}
    assert set(built.failed) == broken
    assert not broken & names(tmp_path)
    assert "second/en/1.txt" in names(tmp_path)
    assert check_folder(tmp_path / "editions", SIGNER.verifier).is_whole
    assert read_made(tmp_path / "editions").mark == ""  # it is tried again
