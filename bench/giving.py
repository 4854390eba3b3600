"""Measure the book of gifts: durable entries and receipts a second, beside bare rows in the same database.

In a small book and in one of many years: an entry asks for the balance of the account that pays, twice, once
by our code and once by the database's own guard.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from bench.platform_in import set_up_platform

TODAY = date(2026, 11, 28)


def per_second(count: int, do: Callable[[int], object]) -> float:
    """Do something so many times, and tell how many a second."""
    began = time.perf_counter()
    for number in range(count):
        do(number)
    return count / (time.perf_counter() - began)


def measure(entries: int, many: int) -> list[dict[str, object]]:
    """Measure in an empty book, and in one of `many` entries."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from tuidang.giving.actions.book import enter
    from tuidang.giving.actions.donors import Person, add_donor
    from tuidang.giving.actions.hearing import keep_notice
    from tuidang.giving.actions.receipts import issue_gift_receipt, read_receipt
    from tuidang.giving.paper import FONT, make_pdf
    from tuidang.giving.rules.checkouts import Notice
    from tuidang.giving.rules.ledger import Account, Entry, Kind
    from tuidang.giving.rules.letter import Organisation
    from tuidang.giving.rules.money import Currency

    call_command("migrate", verbosity=0)
    house = Organisation("Lantern House", "1 Pier Street, Flushing, NY 11354", "12-3456789")
    donor = add_donor(Person("Margaret Lin", "7 Elm Road, Albany, NY 12203"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, event TEXT UNIQUE, cents INTEGER)")
    done = 0

    def gift(_: int) -> int:
        nonlocal done
        done += 1
        day = TODAY - timedelta(days=done % 365)
        accounts = (Account.BANK, Account.GIFTS)
        return enter(
            Entry(f"bench {done}", Kind.GIFT, day, Currency.USD, 300_00, *accounts, None, donor)
        ).ordinal

    def cost(_: int) -> None:
        nonlocal done
        done += 1
        enter(Entry(f"bench {done}", Kind.COST, TODAY, Currency.USD, 1, Account.CALLS, Account.BANK))

    def bare(number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare (event, cents) VALUES (%s, 1)", [f"{done} {number}"])

    def row(book: str) -> dict[str, object]:
        first = done
        plain = per_second(entries, bare)
        gifts, costs = per_second(entries, gift), per_second(entries, cost)
        written = per_second(entries, lambda n: issue_gift_receipt(first + n, house, TODAY))
        kept = per_second(entries, lambda n: keep_notice("stripe", Notice(f"{book} {n}", "pi"), TODAY))
        letter, _ = read_receipt(1)
        assert letter is not None
        return {
            "book": book,
            "bare rows/s": round(plain),
            "gifts/s": round(gifts),
            "of bare": round(gifts / plain, 2),
            "costs/s": round(costs),
            "receipts/s": round(written),
            "notices kept/s": round(kept),
            "PDFs/s": round(per_second(3, lambda _: make_pdf(letter)), 1) if FONT.is_file() else "no font",
        }

    found = [row("empty")]
    with transaction.atomic():
        for number in range(many - done):
            gift(number)
    return [*found, row(f"{many:,} entries".replace(",", "\u202f"))]


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200)
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up_platform(Path(folder) / "var")
        found = measure(options.entries, options.many)
    print(json.dumps(found) if options.json else "\n".join(map(str, found)))


if __name__ == "__main__":
    main()
