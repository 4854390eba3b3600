"""Honest visitors among attackers: everybody who was answered is counted, and the honest are answered."""

from __future__ import annotations

import http.client
import json
import secrets
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from served import Served, serve_still

HONEST, ATTACKERS = 6, 4
FLOOD = "同一段话，一遍又一遍，由同一只手寄来。"
GARBAGE = (b"", b"{", b"[" * 20_000, b'{"name": "\\ud800"}', b"\xff" * 5_000, b"{}" + b" " * 600_000)


@dataclass
class Answers:
    """What a crowd was answered."""

    receipts: list[tuple[str, str]] = field(default_factory=list)  # with the name
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def post(site: Served, source: str, body: bytes, path: str = "statements") -> tuple[int, bytes, float]:
    """Post from an address of this machine's own network; give status, body and the seconds it took."""
    host, port = site.address.removeprefix("http://").split(":")
    started = time.monotonic()
    connection = http.client.HTTPConnection(host, int(port), timeout=60, source_address=(source, 0))
    try:
        connection.request("POST", f"/api/v1/{path}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read(), time.monotonic() - started
    finally:
        connection.close()


def statement(name: str, text: str) -> bytes:
    """Write a statement as a program sends it."""
    return json.dumps(
        {
            "name": name,
            "orgs": ["league"],
            "text": text,
            "region": "CN-HA",
            "consent": "own",
            "idempotency_key": secrets.token_hex(16),
        }
    ).encode()


def be_honest(site: Served, answers: Answers, rng: Random) -> None:
    """Come from a network of one's own, with words of one's own."""
    name = rng.choice(("金福", "如意", "平安", "长青"))
    text = "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(rng.randrange(0, 60)))
    source = f"127.{rng.randrange(1, 250)}.{rng.randrange(250)}.7"
    status, body, seconds = post(site, source, statement(name, text))
    answers.statuses.append(status)
    answers.seconds.append(seconds)
    if status == 201:
        answers.receipts.append((json.loads(body)["receipt"], name))
    time.sleep(rng.expovariate(20))  # people come and go


def attack(site: Served, answers: Answers, rng: Random) -> None:
    """Flood with one text, with garbage, and with guesses, from one network, as fast as one is answered."""
    source = f"127.251.7.{rng.randrange(1, 250)}"
    what = rng.random()
    if what < 0.7:
        status, body, _ = post(site, source, statement("万顺", FLOOD))
        if status == 201:
            answers.receipts.append((json.loads(body)["receipt"], "万顺"))
    elif what < 0.9:
        try:
            status, _, _ = post(site, source, rng.choice(GARBAGE))
        except ConnectionError:
            return  # what is too long is not read to its end
    else:
        guess = {"receipt": f"{rng.randrange(10**16):016}", "name": "金福"}
        status, _, _ = post(site, source, json.dumps(guess).encode(), "receipts")
    answers.statuses.append(status)


def crowd(
    act: Callable[[Served, Answers, Random], None], site: Served, count: int, until: float
) -> tuple[list[threading.Thread], Answers]:
    """Let `count` clients act until a moment of the monotonic clock."""
    answers = Answers()

    def run(number: int) -> None:
        rng = Random(number)
        while time.monotonic() < until:
            act(site, answers, rng)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads, answers


@pytest.mark.parametrize("seconds", [6, pytest.param(90, marks=pytest.mark.soak)])
def test_whoever_was_answered_is_counted_and_no_flood_turns_the_honest_away(
    tmp_path: Path, seconds: int
) -> None:
    with serve_still(tmp_path) as site:
        before = total(site)
        until = time.monotonic() + seconds
        honest_threads, honest = crowd(be_honest, site, HONEST, until)
        attacking_threads, attacking = crowd(attack, site, ATTACKERS, until)
        for thread in (*honest_threads, *attacking_threads):
            thread.join()
        assert set(honest.statuses) == {201}
        assert not [status for status in attacking.statuses if status >= 500]
        assert {400, 422} & set(attacking.statuses)
        for receipt, name in (*honest.receipts, *attacking.receipts[:50]):
            assert state_of(site, receipt, name) == "accepted", receipt
        site.publish()
        published = [
            state_of(site, receipt, name) for receipt, name in (*honest.receipts, *attacking.receipts)
        ]
        assert set(published[: len(honest.receipts)]) == {"published"}
        assert total(site) - before == published.count("published")
        assert "agree" in site.run("register", "figures", "--check")
        site.run("log", "verify", str(site.data / "log"))
    share = len(honest.statuses) / (len(honest.statuses) + len(attacking.statuses))
    print(  # noqa: T201 -- what `make soak -s` is run for
        f"\n{len(honest.statuses)} honest of {len(honest.statuses) + len(attacking.statuses)} requests "
        f"({share:.0%}), all taken; half of them within {1000 * statistics.median(honest.seconds):.0f} ms, "
        f"the slowest after {1000 * max(honest.seconds):.0f} ms"
    )


def total(site: Served) -> int:
    """Read the count."""
    return int(json.loads(site.run("register", "figures", "--json"))["total"])


def state_of(site: Served, receipt: str, name: str) -> str:
    """Look a statement up, each from another network, as its owner would."""
    source = f"127.{secrets.randbelow(240) + 1}.{secrets.randbelow(250)}.9"
    body = json.dumps({"receipt": receipt, "name": name}).encode()
    while True:
        status, answer, _ = post(site, source, body, "receipts")
        if status != 429:
            assert status == 200, answer
            return str(json.loads(answer)["state"])
        time.sleep(0.5)
