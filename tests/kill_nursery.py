"""The nursery of the kill test: a process that has Django ready, and forks others that run until killed.

It reads a command a line, and answers with the process id of the child that carries it out: `begin`,
`intake FAMILY`, `intake-once FAMILY`, `tend`, `settle`, `report`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import SystemRandom

START = date(2026, 11, 16)
NAMES = ("金福", "万顺", "平安")  # aliases, which are published as they are
ORIGIN = "killed.invalid"


def text_of(family: str, number: int) -> str:
    """Give a text that only this form has."""
    return f"退出{family}" + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


def name_of(number: int) -> str:
    """Give the name on a form."""
    return NAMES[number % len(NAMES)]


def read_acknowledged(data: Path, family: str) -> list[str]:
    """Read the receipts that a family of forms was answered with, in the order of the forms."""
    path = data / f"acknowledged-{family}"
    return path.read_text().splitlines() if path.exists() else []


def today(data: Path) -> date:
    """Give the day it is in the test."""
    return START + timedelta(days=int((data / "day").read_text()))


def begin(data: Path) -> None:
    from django.core.management import call_command

    from tuidang.privacy.keys import KeyFolder
    from tuidang.register.actions.head import begin_log

    KeyFolder(data / "keys").ensure()
    call_command("migrate", verbosity=0)
    begin_log(ORIGIN, START)


def intake(data: Path, family: str, forms: int = sys.maxsize) -> None:
    """Send forms from the first that was not acknowledged, and note each receipt as it comes."""
    from hashlib import sha256

    from tuidang.register.actions.intake import submit_form
    from tuidang.register.rules.content import Channel
    from tuidang.register.rules.form import Form, Person

    first = len(read_acknowledged(data, family))
    with (data / f"acknowledged-{family}").open("a", buffering=1) as noted:
        for number in range(first, first + forms):
            person = Person(name_of(number), ("league",))
            form = Form((person,), "CN-SD", "", text_of(family, number), "zh-hans", "own", under_18=False)
            key = sha256(f"{family} {number}".encode()).digest()[:16]
            taken = submit_form(form, key, channel=Channel.WEB, today=today(data))
            noted.write(taken.receipts[0] + "\n")


def tend(data: Path) -> None:
    """Publish, ask for erasures, erase, log notices, take out of the count, again and again."""
    while True:
        settle(data)


def settle(data: Path) -> None:
    """Do one round of all that the worker does."""
    from tuidang.register.actions.erasure import apply_erasures, log_notices, take_out_of_count
    from tuidang.register.actions.publication import publish
    from tuidang.register.folder.records import UncountedReason
    from tuidang.register.models import Erasure, Receipt

    dice = SystemRandom()
    size = publish(today(data)).size
    published = list(Receipt.objects.filter(state="published").values_list("leaf", flat=True))
    for leaf in dice.sample(published, min(len(published), 2)):
        Erasure.objects.get_or_create(
            leaf=leaf, defaults={"by": "owner", "state": "consented", "day": today(data)}
        )
    apply_erasures(today(data))
    log_notices(today(data))
    if size and dice.random() < 0.3:
        leaf = Receipt.objects.exclude(leaf=None).order_by("?").values_list("leaf", flat=True)[0]
        take_out_of_count({leaf: UncountedReason.DUPLICATE})


def report(data: Path) -> None:
    """Write what the database and the receipts say."""
    from tuidang.register.actions.counters import read_counters
    from tuidang.register.actions.owner import find_statement
    from tuidang.register.models import Receipt, Waiting

    found = {
        family: [
            (statement.state, statement.leaf) if statement else None
            for number, digits in enumerate(read_acknowledged(data, family))
            for statement in [find_statement(digits, name_of(number))]
        ]
        for family in "东西"
    }
    counters = read_counters().values()
    (data / "report.json").write_text(
        json.dumps(
            {
                "found": found,
                "waiting": Waiting.objects.count(),
                "receipts": list(Receipt.objects.order_by("id").values_list("leaf", "state")),
                "counted": sum(figures.statements for figures in counters),
                "uncounted": sum(figures.uncounted for figures in counters),
            }
        )
    )


def main(carry_out: Callable[[Path, str, list[str]], None]) -> None:
    """Fork a child for each command; children are reaped by the kernel."""
    import django

    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    data = Path(os.environ["TUIDANG_DATA"])
    for line in sys.stdin:
        command, *arguments = line.split()
        child = os.fork()
        if child == 0:
            carry_out(data, command, arguments)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def carry_out(data: Path, command: str, arguments: list[str]) -> None:
    from django.db import connection

    with closing(connection):
        match command:
            case "begin":
                begin(data)
            case "intake":
                intake(data, *arguments)
            case "intake-once":
                intake(data, *arguments, forms=1)
            case "tend":
                tend(data)
            case "settle":
                settle(data)
            case "report":
                report(data)
    (data / f"done-{os.getpid()}").touch()
    os._exit(0)


if __name__ == "__main__":
    main(carry_out)
