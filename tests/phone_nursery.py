"""The nursery of the telephone's kill test: children that store what callers chose, until they are killed.

It reads a command a line, as `kill_nursery` does: `begin`, `choose FAMILY`, `choose-once FAMILY`,
`die MOMENT FAMILY`, `report`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from kill_nursery import begin, main, read_acknowledged, today

NAMES = ("金福", "万顺", "福安", "清泉")
MOMENTS = {  # words of the statement after which a child kills itself, still within its transaction
    "a-statement-inserted": "INSERT INTO register_waiting",
    "a-call-back-inserted": 'INSERT INTO "phone_callback"',
    "a-pin-inserted": 'INSERT INTO "phone_pin"',
}
AFTER = ("statements-stored", "call-back-stored", "pin-stored")  # committed, and not yet answered


def call_of(family: str, number: int) -> bytes:
    """Give a call its id."""
    return sha256(f"{family} {number}".encode()).digest()[:16]


def number_of(family: str, number: int) -> str:
    """Give a caller his number."""
    return f"86138{int.from_bytes(call_of(family, number)[:4], 'big') % 10**8:08d}"


def people_of(number: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give who withdraws in a call: one to three people."""
    return tuple((NAMES[(number + row) % 4], ("league",)) for row in range(number % 3 + 1))


def choose(data: Path, family: str, calls: int = sys.maxsize, *, dies: str = "") -> None:
    """Store what callers chose, from the first that was not acknowledged; note each as it is answered."""
    from tuidang.phone.actions.choices import make_pin, store_call_back, withdraw

    first = len(read_acknowledged(data, family))
    with (data / f"acknowledged-{family}").open("a", buffering=1) as noted:
        for number in range(first, first + calls):
            call, day = call_of(family, number), today(data)
            receipts = withdraw(call, people_of(number), "CN-HA", today=day)
            die(dies == "statements-stored")
            store_call_back(call, number_of(family, number), "CN-HA", "any", today=day)
            die(dies == "call-back-stored")
            pin = make_pin(call, today=day)
            die(dies == "pin-stored")
            noted.write(" ".join((*receipts, pin)) + "\n")


def die(now: bool) -> None:
    """Go as in a power cut."""
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


def die_after(words: str) -> Callable[..., Any]:
    """Let a child die within its transaction, right after it has sent a certain statement."""

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        die(sql.startswith(words))
        return result

    return watch


def report(data: Path) -> None:
    """Write what is stored, and whether it is found."""
    from tuidang.phone.actions.choices import call_back_keys
    from tuidang.phone.models import CallBack, Pin
    from tuidang.privacy.sealing import open_sealed_to
    from tuidang.register.actions.owner import find_statement
    from tuidang.register.models import Receipt, Waiting

    keys = call_back_keys()
    found = {}
    for family in "东西":
        for number, line in enumerate(read_acknowledged(data, family)):
            *receipts, _ = line.split()
            people = people_of(number)
            found[f"{family} {number}"] = [
                find_statement(receipt, name) is not None
                for receipt, (name, _) in zip(receipts, people, strict=True)
            ]
    numbers = [open_sealed_to(keys.private_key(row.day), bytes(row.sealed)) for row in CallBack.objects.all()]
    (data / "report.json").write_text(
        json.dumps(
            {
                "found": found,
                "statements": Waiting.objects.count() + Receipt.objects.count(),
                "numbers": sorted(sha256(number.encode()).hexdigest() for number in numbers),
                "pins": Pin.objects.count(),
            }
        )
    )


def carry_out(data: Path, command: str, arguments: list[str]) -> None:
    """Do what a command says, in a child of its own."""
    from django.db import connection

    with closing(connection), ExitStack() as watches:
        match command, *arguments:
            case "begin", *_:
                begin(data)
            case "choose", family:
                choose(data, family)
            case "choose-once", family:
                choose(data, family, calls=1)
            case "die", moment, family:
                if moment in MOMENTS:
                    watches.enter_context(connection.execute_wrapper(die_after(MOMENTS[moment])))
                choose(data, family, calls=1, dies=moment)
            case "report", *_:
                report(data)
    (data / f"done-{os.getpid()}").touch()
    os._exit(0)


if __name__ == "__main__":
    main(carry_out)
