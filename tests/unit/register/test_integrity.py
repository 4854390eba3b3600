"""The integrity report says what is in the folder, however often it was brought up to date."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from reading_cast import DAY, Item, Register, Statement
from tuidang.cli import main
from tuidang.register.folder.canaries import CANARIES, Round, found_canaries, wilson, write_rounds
from tuidang.register.folder.folder import erase_records
from tuidang.register.folder.integrity import REPORT, load_report, recount_integrity, refresh_integrity
from tuidang.register.folder.records import Erased, Uncounted, UncountedReason

RECIPE = Path(__file__).parents[3] / "docs/how-to/recount-the-report.md"
LONG = (
    "我郑重声明退出中国共产党的一切组织，从今天起不再与它有任何关系，"
    "做一个清清白白、堂堂正正的普通人，过平平安安的日子。"
)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Give a register of fourteen weeks, with a flood, a day left out, notices and an erased record."""
    register = Register(tmp_path / "log")
    rng = Random(1)
    for number in range(98):
        if number == 60:
            continue  # nothing was published
        day = DAY - timedelta(97 - number)
        texts = [
            f"{n}，{LONG}" if rng.random() < 0.5 else rng.choice(["退", "我退党", ""]) for n in range(30)
        ]
        texts += [LONG] * (100 if number == 40 else 0)
        items: list[Item] = [Statement(text=text, day=day) for text in texts]
        register.publish(*items)
    register.publish(Uncounted(3, UncountedReason.FORGED), Uncounted(900, UncountedReason.CANARY))
    erase_records(register.folder, register.verifier, [5, 700])
    register.publish(Erased(5))
    refresh_integrity(register.folder)
    return register


def test_a_program_that_has_nothing_of_ours_makes_the_same_report(register: Register, tmp_path: Path) -> None:
    (recipe,) = re.findall(r"```python\n(.*?)```", RECIPE.read_text(), re.DOTALL)
    (tmp_path / "recipe.py").write_text(recipe)
    command = [sys.executable, "-I", str(tmp_path / "recipe.py"), str(register.folder)]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    ours = json.loads((register.folder / REPORT).read_bytes())
    assert theirs == {name: value for name, value in ours.items() if name != "canaries"}
    assert [one["day"] for one in ours["outlying"] if one["what"] == "statements"] == [
        (DAY - timedelta(97 - number)).isoformat() for number in (60, 40)
    ]
    assert ours["uncounted"] == {"canary": 1, "duplicate": 0, "forged": 1}
    assert ours["shares"]["all"]["statements"] - ours["shares"]["all"]["records"] == 2


def test_a_report_brought_up_to_date_is_the_one_made_from_all_leaves(register: Register) -> None:
    assert load_report(register.folder) == recount_integrity(register.folder)
    assert refresh_integrity(register.folder) == 0  # nothing is read twice
    erase_records(register.folder, register.verifier, [1000])
    register.publish(Statement(text=LONG), Uncounted(1, UncountedReason.DUPLICATE))
    assert refresh_integrity(register.folder) == 2  # the day that lost a record, and the newest
    assert load_report(register.folder) == recount_integrity(register.folder)


def test_a_report_that_is_gone_or_half_made_is_made_again(register: Register) -> None:
    before = load_report(register.folder)
    (register.folder / REPORT).unlink()
    (register.folder / f"integrity/{DAY.year}.json").unlink()
    refresh_integrity(register.folder)
    assert load_report(register.folder) == before


def test_the_command_tells_a_report_that_was_altered(register: Register) -> None:
    folder = str(register.folder)
    assert CliRunner().invoke(main, ["integrity", folder, "--check"]).exit_code == 0
    report = json.loads((register.folder / REPORT).read_bytes())
    (register.folder / REPORT).write_text(json.dumps(report | {"strange": 0}))
    found = CliRunner().invoke(main, ["integrity", folder, "--check"])
    assert found.exit_code == 1
    assert "strange differs" in found.output
    assert json.loads(CliRunner().invoke(main, ["integrity", folder, "--json"]).stdout) == report
    assert "2 are erased" in CliRunner().invoke(main, ["integrity", folder]).output


def test_a_folder_that_is_no_register_is_refused(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["integrity", str(tmp_path)])
    assert found.exit_code == 3
    assert "no published statement" in found.output


def test_rounds_of_canaries_are_summed_up_with_the_limits_of_the_share(tmp_path: Path) -> None:
    assert found_canaries(tmp_path)["all"] == {"sent": 0, "found": 0, "low": 0, "high": 10_000}
    first = Round("2026-11-01", "2026-11-03", {"web": 20, "machine-call": 5}, {"web": 20, "machine-call": 4})
    write_rounds(tmp_path, [first, Round("2026-10-01", "2026-10-03", {"web": 15}, {"web": 15})])
    found = found_canaries(tmp_path)
    assert (found["rounds"], found["first"], found["last"]) == (2, "2026-10-01", "2026-11-03")
    assert found["all"] == {"sent": 40, "found": 39, "low": 8711, "high": 9956}
    assert found["channels"]["machine-call"]["found"] == 4
    assert (tmp_path / CANARIES).exists()


@pytest.mark.parametrize(
    ("found", "sent", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)],
)
def test_the_limits_are_those_of_the_literature(found: int, sent: int, low: float, high: float) -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    assert wilson(found, sent) == pytest.approx((low, high), abs=5e-5)
