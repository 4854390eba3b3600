"""Compare what the dialler makes of each call with the simulated carrier's truth, for all kinds of people.

The people are the lab's own country, drawn so that each kind, and each habit of those who answer, is called
equally often; what is told of the whole country is weighed by their shares in it. The dialler, Asterisk and
the carrier are the real ones. What is played is silence, with a message long enough for whoever presses late.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.platform_in import set_up_platform
from tuidang.phone.lab.carrier import SEED, Called, Carrier, can_send_rfc4733
from tuidang.phone.lab.people import Kind, Person, people
from tuidang.phone.lab.scenario import CONTROL
from tuidang.phone.records.outcomes import Outcome

if TYPE_CHECKING:
    from tuidang.phone.records.outcomes import Record

KEPT = Path(__file__).parents[1] / "build" / "asterisk"
RATE = 20  # calls a second
PATIENCE = 230.0  # seconds for all calls
MESSAGE, PROMPT, DIGIT = 40.0, 0.8, 0.2  # seconds that they take to play; nobody waits longer for a key
MEANT = "1890"  # keys that mean something while the message plays

RIGHT = {
    Kind.ANSWERS: Outcome.ANSWERED,
    Kind.MACHINE: Outcome.MACHINE,
    Kind.BUSY: Outcome.BUSY,
    Kind.NO_ANSWER: Outcome.NO_ANSWER,
    Kind.REJECTS: Outcome.REJECTED,
    Kind.OFF: Outcome.SWITCHED_OFF,
    Kind.OFF_CHARGED: Outcome.SWITCHED_OFF,
    Kind.UNALLOCATED: Outcome.UNALLOCATED,
    Kind.UNALLOCATED_SAID: Outcome.UNALLOCATED,
    Kind.UNALLOCATED_LIED: Outcome.UNALLOCATED,
    Kind.UNALLOCATED_RINGS: Outcome.UNALLOCATED,
}
# Nothing that reaches us differs, so no rule can tell them.
ALIKE = {
    Kind.UNALLOCATED_LIED: "a telephone that is off or away: 480 without a word",
    Kind.UNALLOCATED_RINGS: "no-answer: 180, then nothing until we hang up",
}


@dataclass(frozen=True)
class Met:
    """Hold one call: who has the number, what the carrier saw, and what the dialler recorded."""

    person: Person
    called: Called
    record: Record

    @property
    def right(self) -> bool:
        """Tell whether the outcome is the truth: of who had not answered when we hung up, that he had not."""
        late = self.called.end == "cancelled" and self.person.kind is not Kind.UNALLOCATED_RINGS
        return self.record.outcome is (Outcome.NO_ANSWER if late else RIGHT[self.person.kind])

    @property
    def keys_right(self) -> bool:
        """Tell whether the key by which somebody chose was recorded, and nothing if there was none."""
        first = self.called.keys[:1]
        return self.record.keys == (first if first in MEANT else "")


def group_of(person: Person) -> str:
    """Name whom somebody is like: his kind, and the habit of one who answers."""
    return f"{person.kind}, {person.habit}" if person.habit else str(person.kind)


def draw_country() -> tuple[dict[str, Person], dict[str, float]]:
    """Give who has which number, each group equally often, and the groups' shares of the lab's country."""
    groups: dict[str, list[Person]] = defaultdict(list)
    for _, person in people(SEED, rfc4733=can_send_rfc4733()):
        groups[group_of(person)].append(person)
    names = sorted(groups, key=lambda name: (list(Kind).index(Kind(name.partition(",")[0])), name))
    country = {}
    for number in range(100_000):
        turn, place = divmod(number, len(names))
        group = groups[names[place]]
        country[f"{number:05}"] = group[turn % len(group)]
    del country[CONTROL]
    whole = sum(len(group) for group in groups.values())
    return country, {name: len(groups[name]) / whole for name in names}


def prepare(data: Path, calls: int, port: int) -> None:
    """Make sounds, a block, a trunk to the carrier, and a campaign of so many calls."""
    from django.core.management import call_command

    from tuidang.phone.actions.blocks import load_blocks
    from tuidang.phone.models import Campaign, Message, Trunk
    from tuidang.phone.numbers.blocks import NumberBlock
    from tuidang.phone.prompts import PROMPTS, SPOKEN_ALIASES
    from tuidang.phone.rules import MACHINE_CHANNELS, Zone

    call_command("migrate", verbosity=0)
    load_blocks([NumberBlock("1381234", "CN-SD", "", Zone.EAST)])
    campaign = Campaign.objects.create(name="bench", title="Bench", state="running", daily_limit=calls)
    campaign.trunks.add(
        Trunk.objects.create(
            name="lab", host=f"127.0.0.1:{port}", calls_per_second=RATE, channels=MACHINE_CHANNELS
        )
    )
    for name in ("first", "second"):
        Message.objects.create(campaign=campaign, name=name, sound=f"message/{name}")
    lengths = dict.fromkeys((*PROMPTS, *(f"alias/{alias}" for alias in SPOKEN_ALIASES)), PROMPT)
    lengths |= {name: DIGIT for name in PROMPTS if name.startswith("digit/")}
    for sound, seconds in (lengths | {"message/first": MESSAGE, "message/second": MESSAGE}).items():
        path = data / "phone/sounds" / f"{sound}.alaw"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xd5" * int(8000 * seconds))


@contextmanager
def telephone(data: Path, country: Mapping[str, Person], calls: int) -> Iterator[Carrier]:
    """Run the carrier with this country behind it, and Asterisk."""
    from django.conf import settings

    from tuidang.phone.asterisk.install import install, installed, root
    from tuidang.phone.asterisk.process import start, stop, wait_until_booted
    from tuidang.phone.asterisk.setup import read_setup

    KEPT.mkdir(parents=True, exist_ok=True)
    if not installed(KEPT):
        install(KEPT)
    (data / "phone").mkdir(mode=0o700)
    root(data).symlink_to(root(KEPT))
    with ExitStack() as stack:
        carrier = Carrier(data, settings.TUIDANG.phone_lab)
        carrier.populate(country)
        carrier.start()
        stack.callback(carrier.kill)
        prepare(data, calls, carrier.port)
        setup = read_setup(settings.TUIDANG)
        asterisk = start(setup)
        stack.callback(stop, asterisk)
        wait_until_booted(setup, asterisk)
        yield carrier


def dial(data: Path, calls: int) -> dict[str, Record]:
    """Let the dialler make so many calls; give the record of each number, which is written nowhere."""
    from tuidang.phone.dialler.service import Dialler
    from tuidang.privacy.keys import KeyFolder

    records: dict[str, Record] = {}

    class Watched(Dialler):
        def _ended(self, line: Any) -> None:
            number = self._calls[line.channel].drawn.number
            super()._ended(line)
            records[number] = self._records[-1]

    async def run() -> None:
        stop = asyncio.Event()
        dialler = Watched("bench", data, KeyFolder(data / "keys").journal_key(), examine=lambda: 0)
        running = asyncio.create_task(dialler.run(stop))
        deadline = time.monotonic() + PATIENCE
        while len(records) < calls and time.monotonic() < deadline and not running.done():
            await asyncio.sleep(0.1)
        stop.set()
        await running

    asyncio.run(run())
    return records


def measure(data: Path, each: int) -> list[dict[str, object]]:
    """Call each group so often, compare every call with the truth, and give a row for each group."""
    country, shares = draw_country()
    calls = each * len(shares)
    with telephone(data, country, calls) as carrier:
        records = dial(data, calls)
        deadline = time.monotonic() + 10
        while len(called := {call.number: call for call in carrier.calls()}) < len(records):
            if time.monotonic() > deadline:
                raise SystemExit("the carrier has not seen the end of every call")
            time.sleep(0.1)
    met: dict[str, list[Met]] = {name: [] for name in shares}
    for number, record in records.items():
        person = country[number[-5:]]
        met[group_of(person)].append(Met(person, called[number], record))
    rows = [row_of(name, calls, shares[name]) for name, calls in met.items()]
    told = {name: calls for name, calls in met.items() if calls and calls[0].person.kind not in ALIKE}
    return [
        *rows,
        {"who has the number": "all, weighed by their shares", **weighed(met, shares)},
        {"who has the number": "all that can be told, weighed", **weighed(told, shares)},
    ]


def row_of(name: str, calls: list[Met], share: float) -> dict[str, object]:
    """Lay out what became of the calls to one group."""
    became = Counter((call.record.outcome, call.record.reason) for call in calls)
    return {
        "who has the number": name,
        "of the country, %": round(100 * share, 2),
        "calls": len(calls),
        "outcome: reason": "; ".join(f"{o}: {reason} {count}" for (o, reason), count in became.most_common()),
        "right, %": percent(call.right for call in calls),
        "keys right, %": percent(call.keys_right for call in calls if call.called.end in {"we", "they"}),
        "cannot be told from": ALIKE.get(calls[0].person.kind, "") if calls else "",
    }


def weighed(met: Mapping[str, list[Met]], shares: Mapping[str, float]) -> dict[str, object]:
    """Give the share that is right, as if each group had been called as often as there are such people."""
    groups = {name: calls for name, calls in met.items() if calls}
    whole = sum(shares[name] for name in groups)
    right = sum(
        shares[name] * sum(call.right for call in calls) / len(calls) for name, calls in groups.items()
    )
    return {
        "of the country, %": round(100 * whole, 2),
        "calls": sum(map(len, groups.values())),
        "right, %": round(100 * right / whole, 1),
    }


def percent(found: Iterable[bool]) -> float | str:
    """Give how many of a hundred are so; nothing if there are none."""
    flags = list(found)
    return round(100 * sum(flags) / len(flags), 1) if flags else ""


def main() -> None:
    """Measure as told on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.outcomes", description=__doc__)
    parser.add_argument("--each", type=int, default=30, help="calls to each kind and habit")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        set_up_platform(Path(folder))
        rows = measure(Path(folder), arguments.each)
    if arguments.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print("  ".join(f"{name}: {value}" for name, value in row.items() if value != ""))


if __name__ == "__main__":
    main()
