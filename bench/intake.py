"""Measure intake over HTTP by 8 clients, beside a bare Django view with one durable INSERT.

Both run under granian with the same workers and threads, on databases of the same kind on the same disk. They
are measured in turns of a few seconds, so that a drifting machine drifts for both.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

CLIENTS = 8
TURNS = 6
TURN = 3.0  # seconds
WARM_UP = 1.0
OURS, BARE = "tuidang.web.settings", "bench.bare"
PATH = "/api/v1/statements"
PHRASES = (
    "小学三年级的时候全班一起戴上了红领巾，谁也没有问过我们愿不愿意。",
    "父亲在那几年里受的苦，我直到他去世以后才从母亲那里听说。",
    "入团是因为班主任说不入就评不上三好学生。",
    "我不愿意再和那些誓词有任何关系。",
    "当年在单位里写的入党申请书是抄来的，念的时候自己也不信。",
    "今天把它说出来，心里轻松了许多。",
    "声明过去发过的毒誓全部作废。",
)


@dataclass
class Subject:
    """A server under measurement."""

    name: str
    port: int
    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def statement(rng: Random) -> bytes:
    """Invent a statement as a program sends it; no two are alike, as people's are not."""
    text = "".join(rng.sample(PHRASES, rng.randint(1, 3)))
    cut = rng.randrange(len(text))
    name = rng.choice("王李张刘陈杨赵黄周吴") + "".join(rng.sample("秀英伟芳娜敏静丽强磊军洋勇艳杰", 2))
    return json.dumps(
        {
            "name": name,
            "orgs": rng.choice([["pioneers"], ["league", "pioneers"], ["party", "league", "pioneers"]]),
            "region": rng.choice(["", "CN-SC", "CN-HA", "CN-SD", "CN-LN"]),
            "place": "",
            "text": ""
            if rng.random() < 0.4
            else text[:cut] + chr(rng.randrange(0x4E00, 0x9FA0)) + text[cut:],
            "lang": "zh-hans",
            "consent": "own",
            "under_18": False,
            "idempotency_key": rng.randbytes(16).hex(),
        },
        ensure_ascii=False,
    ).encode()


def post(connection: socket.socket, body: bytes) -> int:
    """Send one statement over an open connection; give the status."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
    connection.sendall(f"{head}{len(body)}\r\n\r\n".encode() + body)
    answer = connection.recv(65536)
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    top, _, rest = answer.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:")
    )
    while len(rest) < length:
        rest += connection.recv(65536)
    return int(top[9:12])


def take_turn(subject: Subject, seconds: float, *, keep: bool) -> None:
    """Let all clients post as fast as they are answered."""
    until = time.perf_counter() + seconds
    counts = [0] * CLIENTS
    times: list[list[float]] = [[] for _ in range(CLIENTS)]
    statuses: set[int] = set()

    def run(client: int) -> None:
        rng = Random(secrets.randbits(64))
        with socket.create_connection(("127.0.0.1", subject.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (started := time.perf_counter()) < until:
                statuses.add(post(connection, statement(rng)))
                times[client].append(time.perf_counter() - started)
                counts[client] += 1

    started = time.perf_counter()
    threads = [threading.Thread(target=run, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if statuses != {201}:
        raise SystemExit(f"{subject.name} answered {statuses}: see its log")
    if keep:
        subject.rates.append(sum(counts) / (time.perf_counter() - started))
        subject.times += [moment for client in times for moment in client]


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(settings: str, data: Path, workers: str) -> Iterator[int]:
    """Serve as `tuidang serve` does, with one of the two settings, on a free port."""
    port = free_port()
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "TUIDANG_DATA": str(data),
        "TUIDANG_WORKERS": workers,
        "PORT": str(port),
    }
    server = subprocess.Popen([sys.executable, "-c", "from bench.intake import serve; serve()"], env=environ)
    try:
        while server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def serve() -> None:
    """Make keys and tables, and serve; in a process of its own."""
    from tuidang.base.options import read_options
    from tuidang.privacy.keys import KeyFolder
    from tuidang.web import server

    options, _ = read_options()
    KeyFolder(options.keys).ensure()
    (options.data / "static").mkdir()
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    if os.environ["DJANGO_SETTINGS_MODULE"] == BARE:
        from bench.bare_view import make_table

        make_table()
    else:
        call_command("migrate", verbosity=0)
    connections.close_all()
    server.serve(options)


def report(ours: Subject, bare: Subject) -> dict[str, Any]:
    """Put both side by side; the ratio is the median of the turns' ratios."""
    ratios = [mine / other for mine, other in zip(ours.rates, bare.rates, strict=True)]

    def p99(subject: Subject) -> float:
        return round(1000 * statistics.quantiles(subject.times, n=100)[98], 1)

    return {
        "clients": CLIENTS,
        "statements_per_second": round(statistics.median(ours.rates)),
        "bare_inserts_per_second": round(statistics.median(bare.rates)),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_lowest_turn": round(min(ratios), 2),
        "ratio_highest_turn": round(max(ratios), 2),
        "p99_ms": p99(ours),
        "bare_p99_ms": p99(bare),
        "statements": len(ours.times),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--workers", default="1")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tuidang-bench-") as folder:
        data = Path(folder)
        with (
            served(OURS, data / "ours", asked.workers) as our_port,
            served(BARE, data / "bare", asked.workers) as bare_port,
        ):
            ours, bare = Subject("ours", our_port), Subject("bare", bare_port)
            for subject in (ours, bare):
                take_turn(subject, WARM_UP, keep=False)
            for _ in range(asked.turns):
                for subject in (ours, bare):
                    take_turn(subject, TURN, keep=True)
    result = report(ours, bare)
    if asked.json:
        print(json.dumps(result))
    else:
        for what, value in result.items():
            print(f"{what:28}{value}")


if __name__ == "__main__":
    main()
