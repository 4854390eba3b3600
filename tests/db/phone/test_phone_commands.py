"""The commands `tuidang phone`: what they load, what they refuse, and that no number is an argument."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tuidang.cli import main
from tuidang.phone.models import Block
from tuidang.web import house as household

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
NUMBER = "139 8765 4321"


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of the test are there already."""
    monkeypatch.setattr(household, "prepare", lambda: None)


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["phone", *arguments], input=typed)


def test_the_whole_table_is_loaded() -> None:
    result = run("blocks", "load", "--json")
    assert json.loads(result.stdout) == {"blocks": 521_600, "with_place": 321_117}
    assert Block.objects.count() == 521_600
    assert Block.objects.get(prefix="1380013").region == "CN-BJ"


def test_an_operators_own_table_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "blocks.csv"
    file.write_text("block,region,carrier,zone\n1380013,CN-XJ,Somebody,\n1990000,,,east\n")
    result = run("blocks", "load", str(file))
    assert "Loaded 2 blocks; the place of 1 is known." in result.output
    rows = Block.objects.order_by("prefix").values_list("prefix", "region", "carrier", "zone")
    assert list(rows) == [("1380013", "CN-XJ", "Somebody", "west"), ("1990000", "", "", "east")]


def test_a_table_with_a_bad_line_is_not_loaded_at_all(tmp_path: Path) -> None:
    file = tmp_path / "blocks.csv"
    file.write_text("1380013,,,\n" + "nonsense,,,\n" * 30)
    result = run("blocks", "load", str(file))
    assert result.exit_code == 1
    assert "line 2: a block has seven digits" in result.output
    assert "and 10 more" in result.output
    assert not Block.objects.exists()


def test_a_table_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "blocks.csv"
    file.write_bytes("1380013,,中国移动,\n".encode("gb18030"))
    assert "is not UTF-8" in run("blocks", "load", str(file)).output


def test_a_number_is_put_on_the_list_and_found_there() -> None:
    assert run("never", "check", typed=NUMBER).exit_code == 1
    assert "1 will never be called again" in run("never", "add", typed=f"{NUMBER}\n\n").output
    assert run("never", "check", typed=f"+86{NUMBER}\n").exit_code == 0
    assert json.loads(run("never", "check", "--json", typed=NUMBER).stdout) == {"never": True}
    assert json.loads(run("never", "count", "--json").stdout) == {"count": 1}


def test_a_wrong_line_puts_none_on_the_list_and_is_not_repeated() -> None:
    result = run("never", "add", typed=f"{NUMBER}\n4165550123\n")
    assert result.exit_code == 1
    assert "line 2: this is no Chinese mobile number" in result.output
    assert "4165550123" not in result.output
    assert json.loads(run("never", "count", "--json").stdout) == {"count": 0}


def test_no_command_of_the_list_takes_an_argument() -> None:
    group = main.commands["phone"].commands["never"]  # type: ignore[attr-defined]
    for command in group.commands.values():
        assert not [p for p in command.params if isinstance(p, click.Argument)]
        assert run("never", command.name, "13987654321").exit_code == 2
