"""What the database's files tell of the order in which people asked for something: nothing."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from tuidang.base.clock import china_today
from tuidang.phone.actions.choices import make_pin, store_call_back
from tuidang.phone.actions.never import is_never, never_call
from tuidang.phone.models import CallBack, DoNotCall, Pin
from tuidang.web.worker import cover_tracks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
NUMBERS = [f"86138371459{n:02d}" for n in range(12)]
TABLES = ("phone_callback", "phone_donotcall", "phone_pin")


def places(table: str) -> list[int]:
    """Give the places of a table's rows in its file, in the order of their keys."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT ctid::text FROM {table} ORDER BY id")
            return [int(row[0].strip("()").split(",")[1]) for row in cursor.fetchall()]
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("SELECT rootpage FROM sqlite_master WHERE name = %s", [table])
        number = cursor.fetchone()[0]
    raw = Path(connection.settings_dict["NAME"]).read_bytes()
    page = raw[(number - 1) * 4096 : number * 4096]
    assert page[0] == 0x0D  # all rows lie in it: https://www.sqlite.org/fileformat2.html, section 1.6
    count = int.from_bytes(page[3:5], "big")
    cells = [int.from_bytes(page[8 + 2 * n : 10 + 2 * n], "big") for n in range(count)]
    return [-cell for cell in cells]  # they are filled in from the end of the page


def test_rows_lie_in_the_order_of_their_random_keys_and_not_of_the_calls() -> None:
    today = china_today()
    for number in NUMBERS:
        call = sha256(number.encode()).digest()[:16]
        never_call(number)
        store_call_back(call, number, "CN-HA", "any", today=today)
        make_pin(call, today=today)
    assert all(places(table) != sorted(places(table)) for table in TABLES)
    cover_tracks(today)
    assert all(places(table) == sorted(places(table)) for table in TABLES)
    assert is_never(NUMBERS) == set(NUMBERS)
    assert [CallBack.objects.count(), DoNotCall.objects.count(), Pin.objects.count()] == [12, 12, 12]


def test_one_transaction_has_marked_them_all() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite marks no row")
    for number in NUMBERS:
        never_call(number)
    cover_tracks(china_today())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM phone_donotcall")
        assert cursor.fetchone()[0] == 1


def test_what_nobody_changed_is_not_written_again() -> None:
    never_call(NUMBERS[0])
    cover_tracks(china_today())
    cover_tracks(china_today())
    if connection.vendor == "sqlite":
        assert Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size == 0
