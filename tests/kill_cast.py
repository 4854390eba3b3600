"""What tests with processes of their own share: the nursery seen from outside, and the final reckoning."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from folder_cast import check_commitments, read_leaves, read_records
from kill_nursery import START, name_of, read_acknowledged, text_of
from tuidang.privacy.keys import KeyFolder
from tuidang.register.folder.audit import audit_folder
from tuidang.register.folder.figures import compare_figures, load_figures, recount
from tuidang.register.folder.records import Erased, StatementLeaf, Uncounted
from tuidang.register.folder.search import Reader

FAMILIES = "东西"
PATIENCE = 1800  # seconds: it ends, however busy the machine and however much there is to recount


class Nursery:
    """The process that forks the others."""

    def __init__(self, data: Path, database: str, program: str = "kill_nursery.py") -> None:
        self.data = data
        KeyFolder(data / "keys").ensure()  # the settings are read with a key
        (data / "day").write_text("0")
        environment = os.environ | {"TUIDANG_DATA": str(data), "TUIDANG_DATABASE": database}
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name(program)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, command: str) -> int:
        """Start a child and give its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(command, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def succeeds(self, command: str) -> bool:
        """Let a child carry a command out, and tell whether it came to its end."""
        child = self.start(command)
        _await_end(child)
        return (self.data / f"done-{child}").exists()

    def finish(self, command: str) -> None:
        """Let a child carry a command out, and see that it came to its end."""
        assert self.succeeds(command), f"`{command}` failed; its words are above"

    def kill(self, child: int) -> bool:
        """Kill a child as a power cut would; tell whether it was still running."""
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            return False
        _await_end(child)
        return True

    def close(self) -> None:
        """End the nursery; its children were killed before."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def _await_end(child: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{child}").exists():
        assert time.monotonic() < deadline, f"{child} does not end"
        time.sleep(0.002)


def check(nursery: Nursery) -> None:
    """Send what was not acknowledged again, publish what waits, and compare everything with everything."""
    data = nursery.data
    for family in FAMILIES:
        nursery.finish(f"intake-once {family}")
    last = int((data / "day").read_text()) + 8
    (data / "day").write_text(str(last))
    nursery.finish("settle")
    nursery.finish("report")
    report = json.loads((data / "report.json").read_text())
    sent = {family: len(read_acknowledged(data, family)) for family in FAMILIES}
    total = sum(sent.values())
    assert total

    states = dict(report["receipts"])
    assert report["waiting"] == 0
    assert len(report["receipts"]) == len(states) == total
    assert list(states) == sorted(states)
    told = [found for family in FAMILIES for found in report["found"][family]]
    assert sorted(map(tuple, told)) == sorted((state, leaf) for leaf, state in states.items())

    folder = data / "log"
    leaves = read_leaves(folder)
    check_commitments(folder, leaves)
    statements = {index for index, leaf in enumerate(leaves) if isinstance(leaf, StatementLeaf)}
    assert statements == set(states)
    records = read_records(folder)
    assert set(records) == {leaf for leaf, state in states.items() if state == "published"}
    for family in FAMILIES:
        for number, (state, leaf) in enumerate(report["found"][family]):
            if state == "published":
                assert (records[leaf].name, records[leaf].text) == (name_of(number), text_of(family, number))

    erased = [leaf.index for leaf in leaves if isinstance(leaf, Erased)]
    uncounted = [leaf.index for leaf in leaves if isinstance(leaf, Uncounted)]
    assert sorted(erased) == sorted({leaf for leaf, state in states.items() if state == "erased"})
    assert len(uncounted) == len(set(uncounted)) == report["uncounted"]
    assert load_figures(folder).total == report["counted"] == total - len(uncounted)
    assert compare_figures(folder, recount(folder, lambda _: None)) == []
    audit = audit_folder(folder, progress=lambda _: None)
    assert (audit.problems, audit.bare, audit.records) == ((), (), len(records)), audit
    reader = Reader(folder)
    for name in {record.name for record in records.values()}:
        hits = {hit.leaf for hit in reader.by_name(name, limit=10 * total).hits}
        assert hits == {leaf for leaf, record in records.items() if record.name == name}
    assert KeyFolder(data / "keys").days() in {(), (START + timedelta(days=last),)}
