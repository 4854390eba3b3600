"""A crowd of phones that all send at once, over HTTP, as the app does; some send twice, some the same."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.request
from base64 import b64decode
from dataclasses import dataclass, field
from random import Random

from field_cast import as_sent, sealed_for
from tuidang.field.batches import SealedEntry

BATCH = 25
PATIENCE = 600.0  # seconds: a phone tries again until everything was answered
SHARED = 0.1  # of what a phone has, the next one has too: it was handed over


@dataclass
class Crowd:
    """What became of the sending."""

    entries: int
    kept: set[str] = field(default_factory=set)
    refused: int = 0  # answers that were to try again later
    seconds: float = 0.0


def send_all(address: str, team: str, devices: int, each: int) -> Crowd:
    """Let devices send what each has sealed, and return when all were answered for."""
    with urllib.request.urlopen(f"{address}/field/keys.json") as answer:
        week, key = next(iter(json.load(answer).items()))
    public = b64decode(key)
    bags = [
        [sealed_for(public, week, device * each + number) for number in range(each)]
        for device in range(devices)
    ]
    crowd = Crowd(devices * each)
    lock = threading.Lock()

    def phone(own: list[SealedEntry], handed: list[SealedEntry], dice: Random) -> None:
        waiting = {str(one.uuid): one for one in (*own, *handed)}
        patience = time.monotonic() + PATIENCE
        while waiting:
            assert time.monotonic() < patience
            batch = list(waiting.values())[:BATCH]
            answers = [_send(address, team, batch) for _ in range(2 if dice.random() < 0.2 else 1)]
            with lock:
                crowd.refused += answers.count(None)
            if answers[-1] is None:
                time.sleep(0.05)
                continue
            kept = {uuid for uuid, said in answers[-1].items() if said == "kept"}
            with lock:
                crowd.kept |= kept
            waiting = {uuid: one for uuid, one in waiting.items() if uuid not in kept}

    shared = int(each * SHARED)
    threads = [
        threading.Thread(target=phone, args=(bags[n], bags[n - 1][:shared], Random(n)))
        for n in range(devices)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crowd.seconds = time.perf_counter() - began
    return crowd


def _send(address: str, team: str, batch: list[SealedEntry]) -> dict[str, str] | None:
    """Send one batch; None where the answer is to try again."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
    head = {"Authorization": f"Team {team}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/field/send", json.dumps(as_sent(*batch)), head)
        answer = connection.getresponse()
        body = answer.read()
    except OSError:
        return None
    finally:
        connection.close()
    if answer.status in {429, 500, 502, 503}:
        return None
    assert answer.status == 200, (answer.status, body)
    found = json.loads(body)["entries"]
    assert isinstance(found, dict)
    return found
