"""Manifests: what was listed comes back, and nothing that somebody else listed or altered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.manifest import Entry, ManifestError, files_signer, is_path, read_manifest, write_manifest

SIGNER = files_signer("example.org/register", bytes(range(32)))
FILES = st.dictionaries(st.from_regex(r"[^\W_]{1,9}(/[^\W_]{1,9}){0,3}", fullmatch=True), st.binary())


@given(FILES)
def test_what_was_listed_comes_back_and_equal_files_give_equal_bytes(files: dict[str, bytes]) -> None:
    entries = {path: Entry.of(content) for path, content in files.items()}
    text = write_manifest("library", entries, SIGNER)
    assert read_manifest(text, "library", SIGNER.verifier) == entries
    assert text == write_manifest("library", dict(reversed(entries.items())), SIGNER)


def test_another_title_another_key_and_an_altered_line_are_refused() -> None:
    text = write_manifest("library", {"a": Entry.of(b"a")}, SIGNER)
    with pytest.raises(ManifestError, match="not a manifest of mirror"):
        read_manifest(text, "mirror", SIGNER.verifier)
    stranger = files_signer("example.org/register", bytes(32))
    with pytest.raises(ManifestError, match="not signed by"):
        read_manifest(text, "library", stranger.verifier)
    with pytest.raises(ManifestError, match="altered"):
        read_manifest(text.replace(" 1 a", " 2 a"), "library", SIGNER.verifier)


@pytest.mark.parametrize("text", ["tuidang/manifest/v1\n", "tuidang/manifest/v1\nlibrary\nx 1 a\n", "\n\n\n"])
def test_a_signed_text_that_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ManifestError):
        read_manifest(SIGNER.sign(text), "library", SIGNER.verifier)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "a/../b", "..", "a//b", "a\\b", "a\nb", "./a"])
def test_a_path_that_leads_out_of_the_folder_is_none(path: str) -> None:
    assert not is_path(path)
    with pytest.raises(ValueError, match="not a path"):
        write_manifest("library", {path: Entry.of(b"")}, SIGNER)
