"""The simulation of screening: clumsy forgers are caught, honest people are not, and nobody claims more."""

from __future__ import annotations

from random import Random

import pytest
from bench.screening import RULES, day, measure, run
from bench.screening_people import ASSUMED, FORGERS, Sent

from tuidang.register.rules.screening import DEFAULT_RULES

NOW = RULES[0]


def held(kind: str, count: int = 3000) -> float:
    """Give the share that is held of a forger who comes beside 300 honest people."""
    sent, found = run(300, {kind: count}, 1, Random(5))
    assert not sum(found[NOW][one] for one in ASSUMED)  # of so few honest people nobody writes too much alike
    return found[NOW][kind] / sent[kind]


@pytest.mark.parametrize(
    ("kind", "least"), [("one text, one region", 0.96), ("a template, one region", 0.66), ("insults", 1.0)]
)
def test_a_clumsy_forger_is_caught_beyond_the_bound(kind: str, least: float) -> None:
    assert held(kind) >= least


@pytest.mark.parametrize("kind", [kind for kind in FORGERS if kind.startswith("knows the rules")])
def test_a_forger_who_has_read_the_rules_is_not_caught_and_the_table_says_so(kind: str) -> None:
    assert held(kind, 500) == 0


def test_who_names_no_province_is_compared_with_all_people() -> None:
    bound = DEFAULT_RULES.usual_short
    everywhere, there = (
        day([Sent("honest", region, "我退出。")] * (bound + 5))[1][NOW]["honest"] for region in ("", "CN-SD")
    )
    assert (everywhere, there) == (0, 5)


def test_the_table_has_a_row_for_every_kind_with_its_interval() -> None:
    rows = measure([1000], 100, 1, 1)
    assert {row["who"] for row in rows} > {f"forger: {kind}" for kind in FORGERS}
    assert all("to" in str(row["held, %"]) for row in rows)
