"""Measure look-ups through HTTP over a register of millions of statements in 240 monthly files.

Warm: one client asks each kind of look-up many times, each time for something else, the kinds in turn; a
time runs from the request to the last byte of the answer. Beside others: the same while three more
clients ask. Cold: the first look-up of a kind after the page cache was emptied and the server started (as
root only). The same for a tenth of the statements, for growth.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

from bench.long_register import ALPHABET, ANONYMOUS, REGIONS, build, invent_name
from tuidang.register.folder.search import Entry, Reader

ROOT = Path(__file__).parents[1]
ASKED = 300  # look-ups of each kind
OTHERS = 3  # clients beside the measured one
DROP_CACHES = Path("/proc/sys/vm/drop_caches")
OLDEST = date(2006, 12, 1)
DAYS = 7270


@dataclass(frozen=True)
class Request:
    """What a client sends."""

    path: str
    form: str = ""  # posted, if there is one


@dataclass
class Kind:
    """A kind of look-up, what is asked for, and how long each answer took in seconds."""

    name: str
    requests: Sequence[Request]
    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    cold: float | None = None


def invent_kinds(folder: Path, size: int) -> list[Kind]:
    """Invent what to ask; what is rare or absent is so in this register."""
    rng, reader = Random(5), Reader(folder)
    rare_names, rare_words, absent_words = set[str](), set[str](), set[str]()
    while len(rare_names) < ASKED:
        entry = reader.by_leaf(rng.randrange(size))
        assert isinstance(entry, Entry)
        if reader.by_name(entry.name, limit=9).next is None:
            rare_names.add(entry.name)
    while min(len(rare_words), len(absent_words)) < ASKED:
        word = "".join(rng.choices(ALPHABET[200:], k=2))
        page = reader.by_words(word, limit=9)
        if page.next is None:
            (rare_words if page.hits else absent_words).add(word)
    common_names = [ANONYMOUS, *(a + b for a in "王李张刘陈杨黄赵周吴" for b in ALPHABET[:10])]
    common_words = ("老师", "入团", "红领", "誓词", "入党", "党费", "时候", "全班")
    days = [OLDEST + timedelta(rng.randrange(DAYS)) for _ in range(ASKED)]
    named = "/api/v1/statements?" + "name="
    return [
        Kind("nothing (the API's description)", [Request("/api/v1/openapi.json")]),
        Kind("number", [Request(f"/api/v1/statements/{rng.randrange(size)}") for _ in range(ASKED)]),
        Kind("name, absent", [Request(named + quote(invent_name(rng) + "龘")) for _ in range(ASKED)]),
        Kind("name, rare", [Request(named + quote(name)) for name in rare_names]),
        Kind("name, common", [Request(named + quote(name)) for name in common_names]),
        Kind(
            "name and region",
            [
                Request(f"{named}{quote(rng.choice(common_names))}&region={rng.choice(REGIONS[1:])}")
                for _ in range(ASKED)
            ],
        ),
        Kind("word, common", [words(word) for word in common_words]),
        Kind("word, rare", [words(word) for word in rare_words]),
        Kind("word, absent", [words(word) for word in absent_words]),
        Kind("day", [Request(f"/api/v1/statements?from={day}&to={day}") for day in days]),
        Kind("day, as a page", [Request(f"/zh-hans/register/day/{day}/") for day in days]),
    ]


def words(word: str) -> Request:
    """Ask for a word, on the page, as people do."""
    return Request("/zh-hans/register/search/", urlencode({"by": "words", "words": word}))


def ask(connection: HTTPConnection, request: Request) -> float:
    """Send a request, read the answer, and give the seconds between."""
    started = time.perf_counter()
    if request.form:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", request.path, request.form, kind)
    else:
        connection.request("GET", request.path)
    answer = connection.getresponse()
    answer.read()
    seconds = time.perf_counter() - started
    if answer.status != 200:
        raise SystemExit(f"{request.path} answered {answer.status}")
    return seconds


@contextmanager
def served(data: Path) -> Iterator[int]:
    """Serve the folder as `tuidang serve` does, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {**os.environ, "TUIDANG_DATA": str(data), "PORT": str(port), "TUIDANG_HOST": "127.0.0.1"}
    start = "from bench.lookups import serve; serve()"
    server = subprocess.Popen([sys.executable, "-c", start], env=environ, cwd=ROOT)
    try:
        while server.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def serve() -> None:
    """Make keys and tables, and serve; in a process of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"
    import django
    from django.conf import settings

    django.setup()
    from tuidang.web import house, server

    house.prepare()
    server.serve(settings.TUIDANG)


def measure_warm(kinds: Sequence[Kind], port: int) -> None:
    """Ask everything once to warm up, then measure alone, then beside others."""
    connection = HTTPConnection("127.0.0.1", port)
    for number in range(2 * ASKED):
        for kind in kinds:
            seconds = ask(connection, kind.requests[number % len(kind.requests)])
            if number >= ASKED:
                kind.alone.append(seconds)
    done = threading.Event()

    def ask_on(client: int) -> None:
        own, rng = HTTPConnection("127.0.0.1", port), Random(client)
        while not done.is_set():
            ask(own, rng.choice(rng.choice(kinds).requests))

    others = [threading.Thread(target=ask_on, args=(client,)) for client in range(OTHERS)]
    for other in others:
        other.start()
    for number in range(ASKED):
        for kind in kinds:
            kind.beside.append(ask(connection, kind.requests[number % len(kind.requests)]))
    done.set()
    for other in others:
        other.join()


def measure_cold(kinds: Sequence[Kind], data: Path) -> None:
    """Measure the first look-up of each kind with nothing of the register in memory."""
    if not os.access(DROP_CACHES, os.W_OK):
        return
    for kind in kinds[1:]:
        os.sync()
        DROP_CACHES.write_text("3\n")
        with served(data) as port:
            connection = HTTPConnection("127.0.0.1", port)
            ask(connection, kinds[0].requests[0])
            kind.cold = ask(connection, kind.requests[-1])


def measure(cache: Path, statements: int) -> tuple[int, list[Kind]]:
    """Build a register if it is not there yet, and measure every kind; give its size too."""
    register = cache / f"{statements}"
    register.mkdir(parents=True, exist_ok=True)
    size = build(register, statements)
    kinds = invent_kinds(register, size)
    with tempfile.TemporaryDirectory(dir=cache) as data:
        (Path(data) / "log").symlink_to(register)
        with served(Path(data)) as port:
            measure_warm(kinds, port)
        measure_cold(kinds, Path(data))
    return size, kinds


def row(kind: Kind, small: Kind) -> dict[str, object]:
    """Put a kind's times at full size and at a tenth side by side, in milliseconds."""

    def share(times: Sequence[float], percent: int) -> float:
        return round(1000 * statistics.quantiles(times, n=100)[percent - 1], 1)

    return {
        "look-up": kind.name,
        "half, ms": share(kind.alone, 50),
        "99 %, ms": share(kind.alone, 99),
        "99 % beside 3 others, ms": share(kind.beside, 99),
        "cold, ms": "" if kind.cold is None else round(1000 * kind.cold, 1),
        "a tenth of the size: half, ms": share(small.alone, 50),
        "99 %": share(small.alone, 99),
        "growth of the half": round(share(kind.alone, 50) / share(small.alone, 50), 2),
    }


def main() -> None:
    """Measure, and print rows for a person, or JSON for a program."""
    parser = argparse.ArgumentParser(prog="python -m bench.lookups", description=__doc__)
    parser.add_argument("--statements", type=int, default=10_000_000)
    parser.add_argument("--cache", type=Path, default=ROOT / "build/lookups", help="where registers are kept")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    _, small = measure(arguments.cache, arguments.statements // 10)
    size, large = measure(arguments.cache, arguments.statements)
    rows = [row(*pair) for pair in zip(large, small, strict=True)]
    if arguments.json:
        print(json.dumps(rows))
        return
    print(f"{size:,} statements")
    for one in rows:
        print("  ".join(f"{name}: {value}" for name, value in one.items()))


if __name__ == "__main__":
    main()
