"""What was sealed becomes a statement once: opened elsewhere, killed anywhere, delivered twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from field_cast import KEY, TODAY, WEEK, content, digits_of, sealed, site_and_code
from intake_cast import content_of
from tuidang.field.actions import taking
from tuidang.field.actions.entries import FieldClosed, forget_entries, keep_entries, mix_entries
from tuidang.field.actions.taking import (
    CannotTake,
    Taken,
    carry_away,
    destroy_return_keys,
    take_file,
    take_with_keys,
)
from tuidang.field.batches import SealedEntry, name_of, open_batch
from tuidang.field.models import Entry
from tuidang.privacy.weekly import make_week_key, seal_entry
from tuidang.register.actions import intake
from tuidang.register.actions.intake import IntakeClosed
from tuidang.register.actions.owner import find_statement
from tuidang.register.models import Receipt, Waiting
from tuidang.register.rules.content import Channel

pytestmark = pytest.mark.usefixtures("field_day")


def keep(*entries: SealedEntry) -> None:
    site, _code = site_and_code()
    keep_entries(site, entries, TODAY)


def there_and_back(folder: Path, name: str = "1") -> Path:
    carry_away(folder / f"sealed{name}", TODAY)
    open_batch(folder / f"sealed{name}", folder / f"opened{name}", {WEEK: KEY})
    return folder / f"opened{name}"


def states() -> dict[UUID, str]:
    return dict(Entry.objects.values_list("uuid", "state"))


def test_an_entry_goes_the_whole_way_and_its_receipt_finds_it(tmp_path: Path) -> None:
    one = sealed(1, text="我要和过去告别，电话 13800138000。")
    keep(one)
    assert take_file(there_and_back(tmp_path), TODAY) == Taken(taken=1)
    waiting = content_of(Waiting.objects.get())
    assert (waiting.name, waiting.channel, waiting.region) == ("金福", Channel.FIELD, "CN-SC")
    assert "13800138000" not in waiting.text
    assert states() == {one.uuid: "taken"}
    assert not bytes(Entry.objects.get().payload)
    assert find_statement(digits_of(1), "金福") is not None
    assert find_statement(digits_of(1), "万顺") is None
    assert find_statement(digits_of(2), "金福") is None


def test_a_rare_name_is_shortened_on_arrival_and_found_in_full() -> None:
    keep(sealed(1, name="欧阳震华"))
    take_with_keys([KEY], TODAY)
    assert content_of(Waiting.objects.get()).name == "欧阳某"
    assert find_statement(digits_of(1), "欧阳震华") is not None


def test_a_file_taken_twice_or_carried_twice_counts_once(tmp_path: Path) -> None:
    keep(sealed(1), sealed(2))
    first, second = there_and_back(tmp_path, "1"), there_and_back(tmp_path, "2")
    assert take_file(first, TODAY) == Taken(taken=2)
    assert take_file(first, TODAY) == Taken(before=2)
    assert take_file(second, TODAY) == Taken(before=2)
    assert Waiting.objects.count() == 2


def test_one_receipt_in_two_entries_is_one_statement() -> None:
    keep(sealed(1), sealed(1))
    assert take_with_keys([KEY], TODAY) == Taken(taken=2)
    assert Waiting.objects.count() == 1
    assert set(states().values()) == {"taken"}


def test_what_was_published_before_is_not_taken_again() -> None:
    keep(sealed(1))
    take_with_keys([KEY], TODAY)
    row = Waiting.objects.get()
    Receipt.objects.create(hash=row.receipt_hash, leaf=5, state="published")
    Waiting.objects.all().delete()
    keep(sealed(1))
    assert take_with_keys([KEY], TODAY) == Taken(taken=1)
    assert not Waiting.objects.exists()


def test_what_makes_no_statement_is_settled_and_emptied() -> None:
    one = sealed(1, orgs=["army"])
    other = SealedEntry(one.uuid, WEEK, b"x" * len(one.sealed))
    keep(one, other)
    assert take_with_keys([KEY], TODAY) == Taken(refused=1, unreadable=1)
    assert states() == {one.uuid: "refused", name_of(other): "unreadable"}
    assert take_with_keys([KEY], TODAY) == Taken()


@pytest.mark.parametrize(
    "poison",
    [
        b"[" * 2000,
        json.dumps(content(text=[])).replace("[]", "[" * 700 + "]" * 700).encode(),
        json.dumps(content()).replace('"digits": "', '"digits": "\\ud800').encode(),
        json.dumps(content(v=True)).replace("true", "1e999", 1).encode(),
        *(
            json.dumps(content(**others)).encode()
            for others in (
                {"name": "\ud800"}, {"name": "\0"}, {"text": "\udfff"}, {"lang": "\ud800"},
                {"region": "\ud800"}, {"orgs": "\ud800"}, {"orgs": {"league": 1}}, {"orgs": 5},
                {"name": None}, {"name": ["金福"]}, {"digits": int(digits_of(1))},
            )
        ),
    ],
)  # fmt: skip
def test_a_poisoned_entry_is_refused_and_holds_no_other_up(poison: bytes, tmp_path: Path) -> None:
    evil = SealedEntry(UUID(int=1), WEEK, seal_entry(KEY.public, poison))
    keep(evil, *(sealed(number) for number in range(2, 6)))
    assert take_file(there_and_back(tmp_path), TODAY) == Taken(taken=4, refused=1)


class Died(BaseException):
    """A power cut."""


STEPS: list[tuple[object, str]] = [
    (taking, "read_entry"),
    (intake, "place_statements"),
    (intake, "store_statements"),
    (taking, "_settle"),
    (intake, "_check_key"),
    (taking, "_settle_alone"),
]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("module", "name"), STEPS)
def test_killed_at_any_step_everything_is_counted_once(
    module: object, name: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(sealed(1), sealed(2), sealed(1), sealed(3, orgs=[]))
    real: Callable[..., object] = getattr(module, name)
    calls = 0

    def dying(*args: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls != 1:
            return real(*args, **more)
        if after:
            real(*args, **more)
        raise Died

    monkeypatch.setattr(module, name, dying)
    done = Taken()
    for _ in range(6):
        try:
            done = take_with_keys([KEY], TODAY)
        except Died:
            continue
    assert calls
    assert done == Taken()
    assert Waiting.objects.count() == 2
    assert sorted(states().values()) == ["refused", "taken", "taken", "taken"]


def test_a_full_register_leaves_the_rest_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(sealed(1), sealed(2))
    monkeypatch.setattr(intake, "_is_full", lambda **_: Waiting.objects.exists())
    with pytest.raises(IntakeClosed):
        take_with_keys([KEY], TODAY)
    assert sorted(states().values()) == ["sealed", "taken"]
    monkeypatch.setattr(intake, "_is_full", lambda **_: False)
    assert take_with_keys([KEY], TODAY) == Taken(taken=1)
    assert Waiting.objects.count() == 2


def test_what_was_carried_away_comes_back_within_a_fortnight_or_is_carried_again(tmp_path: Path) -> None:
    keep(sealed(1))
    opened = there_and_back(tmp_path)
    destroy_return_keys(TODAY + timedelta(days=14))
    late = TODAY + timedelta(days=15)
    destroy_return_keys(late)
    with pytest.raises(CannotTake, match="once more"):
        take_file(opened, late)
    assert list(states().values()) == ["sealed"]


def test_only_the_keys_that_are_there_open_anything() -> None:
    keep(sealed(1))
    assert take_with_keys([make_week_key("2026-W47")], TODAY) == Taken()
    assert list(states().values()) == ["sealed"]


def test_a_week_is_forgotten_when_nothing_of_it_can_come_any_more() -> None:
    one = sealed(1)
    keep(one)
    take_with_keys([KEY], TODAY)
    never = sealed(2)
    keep(never)
    forget_entries(TODAY + timedelta(weeks=6))
    assert Entry.objects.count() == 2
    gone = TODAY + timedelta(weeks=7)
    forget_entries(gone)
    assert states() == {never.uuid: "sealed"}  # its statement is lost only with its key
    assert keep_entries(site_and_code()[0], [one], gone) == {one}


def test_nothing_joins_an_entry_and_its_statement() -> None:
    keep(*(sealed(n) for n in range(20)))
    take_with_keys([KEY], TODAY)
    mix_entries()
    columns = {field.name for field in Waiting._meta.get_fields()}
    assert not columns & {"uuid", "site", "week", "entry"}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM field_entry")
            assert cursor.fetchone() == (1,)


def test_the_database_away_means_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    site, _code = site_and_code()

    def away(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("tuidang.field.actions.entries.store_together", away)
    with pytest.raises(FieldClosed):
        keep_entries(site, [sealed()], date(2026, 11, 25))
