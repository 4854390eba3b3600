"""A mirror is whole, or what is wrong with it is named."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirror_cast import DAMAGED, ORIGIN, Home
from tuidang.base.manifest import files_signer
from tuidang.privacy.keys import KeyFolder
from tuidang.reach.mirror.check import Bars, Keys, check_mirror
from tuidang.reach.mirror.signed import name_files_key
from tuidang.reach.mirror.stage import all_files
from tuidang.tlog.note import SigningKey, generate_key


@dataclass(frozen=True)
class Kinds:
    """The files of a mirror by kind, so that each kind is looked at as often as others."""

    by_kind: dict[str, list[str]]

    @classmethod
    def of(cls, folder: Path) -> Kinds:
        """Sort the files of a mirror."""
        kinds: dict[str, list[str]] = {}
        for path in sorted(all_files(folder)):
            if (folder / path).stat().st_size:
                kinds.setdefault(re.sub(r"\d+|zh-hans|zh-hant|\ben\b", "", path), []).append(path)
        return cls(kinds)


def test_a_mirror_is_whole_and_says_of_what_it_is_one(first: Home) -> None:
    found = first.check()
    assert found.problems == ()
    assert found.checkpoint
    assert (found.checkpoint.origin, found.checkpoint.size, found.counted) == (ORIGIN, 300, 300)
    assert found.about
    assert found.about.origin == "https://register.example"


@given(data=st.data())
@settings(max_examples=60)
def test_whichever_byte_of_whichever_file_is_altered_the_file_is_named(
    first: Home, data: st.DataObject
) -> None:
    kinds = Kinds.of(first.mirror).by_kind
    path = data.draw(st.sampled_from(kinds[data.draw(st.sampled_from(sorted(kinds)))]))
    file = first.mirror / path
    before = file.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1))
    changed = bytearray(before)
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    file.unlink()  # it may be a link to a file of the site itself
    try:
        file.write_bytes(changed)
        problems = first.check().problems
    finally:
        file.write_bytes(before)
    assert any(path in problem for problem in problems), (path, place, problems)


def test_a_missing_file_a_strange_one_and_a_link_are_named(home: Home) -> None:
    (home.mirror / "en/about/index.html").unlink()
    (home.mirror / "en/pay-here.html").write_text("to whom?")
    (home.mirror / "log/tile/0/002").write_bytes(b"x" * 8192)
    (home.mirror / "zh-hans/elsewhere").symlink_to("/")
    named = {problem.partition(":")[0] for problem in home.check().problems}
    assert named == {
        "en/about/index.html",
        "en/pay-here.html",
        "log/tile/0/002",
        "zh-hans/elsewhere",
    }


def test_pages_of_one_day_beside_the_log_of_another_are_noticed(
    home: Home, later: tuple[Home, dict[str, int]]
) -> None:
    shutil.rmtree(home.mirror / "log")
    shutil.copytree(later[0].mirror / "log", home.mirror / "log")
    problems = home.check().problems
    assert any(problem.startswith("log/checkpoint: it is of 320 leaves") for problem in problems)


def test_only_the_key_that_the_logs_key_names_lists_the_files(home: Home) -> None:
    mallory, _ = generate_key(ORIGIN)
    note = name_files_key(mallory, files_signer(ORIGIN, bytes(32)).verifier)
    (home.mirror / "mirror/files-key").write_text(note)
    assert [p.partition(":")[0] for p in home.check().problems] == ["mirror/files-key"]


def test_a_key_of_the_files_that_is_known_from_elsewhere_is_the_one_believed(home: Home) -> None:
    keys = KeyFolder(home.folder / "var/keys")
    right = files_signer(ORIGIN, keys.files_key()).verifier
    (home.mirror / "mirror/files-key").write_text("whatever\n")
    assert check_mirror(home.mirror, Keys(home.key, right), Bars()).problems == ()
    wrong = SigningKey(f"{ORIGIN}/files", bytes(32)).verifier
    problems = check_mirror(home.mirror, Keys(home.key, wrong), Bars()).problems
    assert [problem.partition(":")[0] for problem in problems] == ["mirror/manifest"]


def test_what_has_not_changed_is_not_written_again_and_what_is_gone_goes(
    first: Home, later: tuple[Home, dict[str, int]]
) -> None:
    home, built = later
    before, after = set(all_files(first.mirror)), set(all_files(home.mirror))
    assert home.check().problems == ()
    # Sixty new pages of statements, some that stood at an end or were erased, the newest days, and figures.
    assert 60 < built["written"] < 150 < built["pages"]
    assert "en/statement/319/index.html" in after - before
    assert "en/statement/255/index.html" in before - after
    assert "not what was said" not in (home.mirror / DAMAGED).read_text()
    assert home.build()["written"] == 0


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_no_page_has_a_form_or_a_link_that_leads_nowhere(first: Home, language: str) -> None:
    files = set(all_files(first.mirror))
    for path in sorted(files):
        if path.startswith(f"{language}/") and path.endswith(".html"):
            html = (first.mirror / path).read_text(encoding="utf-8")
            assert "<form" not in html, path
            for link in re.findall(r'\b(?:href|src)="([^"#]+)', html):
                if not re.match(r"(https?|mailto|tel):", link):
                    target = (first.mirror / path).parent / link
                    assert target.resolve().relative_to(first.mirror.resolve()).as_posix() in files, (
                        path,
                        link,
                    )
