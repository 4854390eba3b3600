"""Numbers to be called back: each once a day, few by whoever types them, and nobody learns which we know."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.floods import limits
from tuidang.phone.floods.values import Level
from tuidang.phone.floods.wishes import Taken, WishBook

NOON = 1_795_838_400.0
DAY = 86400.0
OWN, STRANGER = "8613800138000", "8613812345678"
levels, few = st.sampled_from(Level), st.sampled_from([OWN, STRANGER, "8613900139000"])


def number(n: int) -> str:
    return f"86139{n:08d}"


def test_a_number_is_taken_once_a_day_whoever_gives_it() -> None:
    book = WishBook()
    assert book.take(STRANGER, OWN, Level.CALM, NOON) is Taken.NEW
    assert book.take(STRANGER, number(1), Level.CALM, NOON) is Taken.KNOWN
    assert book.take(STRANGER, STRANGER, Level.STORM, NOON) is Taken.KNOWN
    assert book.take(STRANGER, STRANGER, Level.CALM, NOON + DAY) is Taken.NEW


def test_a_number_that_was_rung_today_is_not_taken_again_and_not_rung_for_another_row() -> None:
    book = WishBook()
    assert book.ring(STRANGER, 1, NOON)
    assert book.take(STRANGER, OWN, Level.CALM, NOON) is Taken.KNOWN
    assert book.ring(STRANGER, 1, NOON)  # a line that broke
    assert not book.ring(STRANGER, 2, NOON)
    assert book.ring(STRANGER, 2, NOON + DAY)


def test_in_a_flood_only_the_number_that_is_shown_is_taken() -> None:
    book = WishBook()
    for level in (Level.FLOODED, Level.STORM):
        assert book.take(STRANGER, OWN, level, NOON) is Taken.NOT_NOW
        assert book.take(STRANGER, "", level, NOON) is Taken.NOT_NOW
    assert book.take(OWN, OWN, Level.STORM, NOON) is Taken.NEW


def test_one_source_types_few_numbers_an_hour_and_all_together_not_many() -> None:
    book = WishBook()
    assert [book.take(number(n), OWN, Level.CALM, NOON) for n in range(4)][-2:] == [Taken.NEW, Taken.NOT_NOW]
    withheld = [book.take(number(n), "", Level.CALM, NOON) for n in range(10, 40)]
    assert withheld.count(Taken.NEW) == limits.TYPED_BY_WITHHELD
    many = [book.take(number(n), number(n + 1000), Level.CALM, NOON) for n in range(100, 200)]
    assert many.count(Taken.NEW) == limits.TYPED_BY_ALL - limits.TYPED_BY_WITHHELD - limits.TYPED
    assert book.take(OWN, OWN, Level.CALM, NOON) is Taken.NEW  # what is shown is not counted


@given(st.lists(st.tuples(few, few, levels)), st.booleans())
def test_what_a_caller_hears_does_not_depend_on_what_others_asked_for(
    calls: list[tuple[str, str, Level]], is_known: bool
) -> None:
    book, other = WishBook(), WishBook()
    if is_known:
        assert other.ring(STRANGER, 1, NOON)
    for wish in calls:
        heard = book.take(*wish, NOON) is Taken.NOT_NOW
        assert heard == (other.take(*wish, NOON) is Taken.NOT_NOW)
