"""The cast of the tests of witnesses: two of them, requests to them, and a log with two histories."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tlog_cast import KEY, MemoryLog, make_entries
from tuidang.tlog.note import KeyKind, SigningKey
from tuidang.tlog.policy import Policy, parse_policy
from tuidang.tlog.proof import consistency_hashes
from tuidang.tlog.store import CHECKPOINT
from tuidang.tlog.witness import Request
from tuidang.witness.service import Server, Witness

EAST = SigningKey("witness.example.net/east", bytes(range(3, 35)), KeyKind.COSIGNATURE)
WEST = SigningKey("witness.example.com/west", bytes(range(4, 36)), KeyKind.COSIGNATURE)


def two_of_two(east: str = "", west: str = "") -> Policy:
    """Give the policy that asks for both, with their addresses."""
    return parse_policy(policy_text(east, west))


def policy_text(east: str = "", west: str = "", log: str = KEY.verifier.text) -> str:
    """Write that policy down."""
    return (
        f"log {log}\nwitness east {EAST.verifier.text} {east}\nwitness west {WEST.verifier.text} {west}\n"
        "group both all east west\nquorum both\n"
    )


@contextmanager
def served(witness: Witness) -> Iterator[Server]:
    """Serve a witness in a thread, on a port of its own."""
    with Server(witness, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@dataclass
class TwoHistories:
    """A log of one key that tells two stories: the same up to a leaf, another after it."""

    forked_at: int
    logs: tuple[MemoryLog, MemoryLog] = field(default_factory=lambda: (MemoryLog(), MemoryLog()))

    def signed(self, history: int, size: int) -> str:
        """Give the signed checkpoint of a history at a size, which is no smaller than any before."""
        log = self.logs[history]
        grown = 0 if CHECKPOINT not in log.store.files else int(log.store.files[CHECKPOINT].split(b"\n")[1])
        log.append([self._entry(history, number) for number in range(grown, size)])
        return log.store.files[CHECKPOINT].decode()

    def request(self, history: int, old_size: int, size: int) -> Request:
        """Ask for the cosignature of a size, with that history's own proof from another."""
        signed = self.signed(history, size)
        return Request(old_size, consistency_hashes(self.logs[history].store, old_size, size), signed)

    def _entry(self, history: int, number: int) -> bytes:
        entry = make_entries(1, number)[0]
        return entry + b" otherwise" if history and number >= self.forked_at else entry
