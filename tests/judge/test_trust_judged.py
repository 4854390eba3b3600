"""A client that is not ours reads our trust root over HTTP, in a process of its own, and agrees with ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from trust_cast import ANNA, BELA, CARL, DORA, KEEPER, SAID, SERVER, Ceremonies, hold_first
from tuidang.trust.publishing import publish_sealing
from tuidang.trust.reading import open_source, read_targets
from tuidang.trust.says import LOG, mirrors_path, sealing_path, write_mirrors, write_sealing

CLIENT = Path(__file__).with_name("tuf_client.py")
NOW = datetime.now(UTC)  # the judge asks the system for the time
MIRRORS, WEEK = mirrors_path("poster"), "2026-W48"
SITES = write_mirrors(["https://one.example/"])


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def held(tmp_path: Path) -> Ceremonies:
    """A trust root that says something under every role, and was rotated once."""
    held = hold_first(tmp_path, now=NOW)
    shutil.copy(held.public / "1.root.json", tmp_path / "paper")
    drafts = held.draft()
    drafts.say(MIRRORS, SITES, NOW)
    held.publish(drafts, KEEPER, now=NOW)
    publish_sealing(held.store, {WEEK: bytes(32)}, SERVER, NOW)
    held.replace(CARL, DORA, ANNA, BELA, now=NOW)
    return held


@pytest.fixture
def address(held: Ceremonies) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(held.public)))
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def ask(held: Ceremonies, address: str, memory: str, *wanted: str) -> Any:
    """Have the judge fetch these files."""
    told = subprocess.run(
        [sys.executable, CLIENT, address, held.folder / "paper", held.folder / memory, *wanted],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(told.stdout)


def test_a_foreign_client_walks_from_the_first_root_to_what_is_signed_today(
    held: Ceremonies, address: str
) -> None:
    said = {
        LOG: SAID[LOG].decode(),
        MIRRORS: SITES.decode(),
        sealing_path(WEEK): write_sealing(WEEK, bytes(32)).decode(),
    }
    assert ask(held, address, "memory", *said, "mirrors/none.json") == {**said, "mirrors/none.json": None}
    ours = read_targets(open_source(address), held.root(), datetime.now(UTC))
    assert {path: data.decode() for path, data in ours.files.items() if path in said} == said


def test_a_foreign_client_refuses_what_ours_refuses(held: Ceremonies, address: str) -> None:
    assert LOG in ask(held, address, "memory", LOG)
    (log,) = (held.public / "targets").glob("*.log.json")
    log.write_bytes(log.read_bytes().replace(b"example.org", b"example.com"))
    assert ask(held, address, "fresh", LOG) == {"refused": "LengthOrHashMismatchError"}


def test_a_foreign_client_refuses_what_lies_unsigned_too_long(held: Ceremonies, address: str) -> None:
    old = hold_first(held.folder / "old", now=NOW - timedelta(days=8))
    shutil.rmtree(held.public)
    shutil.copytree(old.public, held.public)
    assert ask(held, address, "memory", LOG) == {"refused": "ExpiredMetadataError"}
