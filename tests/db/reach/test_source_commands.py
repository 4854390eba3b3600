"""The commands for sources and posters, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from tuidang import cli_answers
from tuidang.base.audit.models import AuditEntry
from tuidang.cli import main
from tuidang.reach.posters.typeface import is_there

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
SAVED = ("source", "save", "tp26", "--kind", "print", "--title", "Taipei")


@pytest.fixture(autouse=True)
def prepared() -> Iterator[None]:
    """Leave out what a command does first to a data folder: the test has its own database."""
    with patch.object(cli_answers, "prepare"), patch.object(cli_answers, "start_django"):
        yield


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_sources_are_saved_listed_and_noted() -> None:
    assert run(*SAVED).output == "tp26 is kept.\n"
    assert run(*SAVED, "--state", "blocked").output == "tp26 is changed.\n"
    listed = json.loads(run("source", "list", "--json").output)
    assert [(one["code"], one["kind"], one["state"]) for one in listed] == [("tp26", "print", "blocked")]
    assert [entry.act for entry in AuditEntry.objects.all()] == ["change-source"] * 2
    assert run("source", "state", "tp26", "retired").output == "tp26 is retired.\n"
    assert "There is no such code" in run("source", "state", "gone", "live").output
    assert "retired" in run("source", "list").output
    assert AuditEntry.objects.count() == 3
    assert "Nothing was counted yet." in run("source", "figures").output


def test_what_cannot_be_is_a_sentence() -> None:
    refused = run("source", "save", "n", "--kind", "number", "--title", "x", "--place", "call me")
    assert refused.exit_code == 1
    assert "A number is 3 to 20 digits" in refused.output
    assert not AuditEntry.objects.exists()


@pytest.mark.skipif(not is_there(), reason="needs Debian's fonts-noto-cjk")
def test_a_poster_is_written_as_a_picture_or_refused_with_a_sentence(tmp_path: Path) -> None:
    run(*SAVED)
    run("source", "save", "toronto", "--kind", "number", "--title", "T", "--place", "001 416 555 0123")
    out = tmp_path / "look.svg"
    made = run("poster", "make", "tp26", "--size", "a3", "--number", "toronto", "--out", out)
    assert made.exit_code == 0, made.output
    assert out.read_text().startswith("<svg")
    assert "make-print" in {entry.act for entry in AuditEntry.objects.all()}
    for wrong, told in (
        (("nowhere", "--out", out), "no batch of posters"),
        (("tp26", "--number", "gone", "--out", out), "gone does not stand for this"),
        (("tp26", "--out", tmp_path / "look.png"), "ends in .pdf or .svg"),
        (("tp26", "--out", tmp_path / "none" / "look.svg"), "cannot be written"),
    ):
        refused = run("poster", "make", *wrong)
        assert refused.exit_code != 0
        assert told in refused.output
