"""Every durable write of a log, failing in every way: the next start ends in a valid tree, nothing lost or
doubled.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from enum import Enum, auto
from pathlib import Path

import pytest

from tlog_cast import KEY, MemoryHead, MemoryStore, make_entries, published, read_entries
from tuidang.tlog.publish import append, recover
from tuidang.tlog.verify import verify_log

BATCHES = (250, 300, 9)  # across a full tile and back to partial ones


class Fault(Enum):
    """What happens at one write."""

    FAILED = auto()  # an error, and nothing was written
    PERSISTED = auto()  # an error, though it was written
    KILLED = auto()  # the process ends; what was written stays
    POWER_CUT = auto()  # the process ends; what was not synced is torn


class Killed(BaseException):
    """The process ends here: no handler of ours may catch this."""


class Machine:
    """A store and a head on one machine, that break at the write of a given number."""

    def __init__(self) -> None:
        self.store = FaultyStore(self)
        self.head = FaultyHead(self)
        self.unsynced: set[str] = set()
        self.writes = 0
        self.breaks_at = -1
        self.fault = Fault.FAILED

    def start(self, breaks_at: int = -1, fault: Fault = Fault.FAILED) -> None:
        self.writes, self.breaks_at, self.fault = 0, breaks_at, fault

    def write(self, effect: Callable[[], None]) -> None:
        """Do one durable write, or break as it was told."""
        self.writes += 1
        if self.writes != self.breaks_at:
            effect()
        elif self.fault is Fault.FAILED:
            raise OSError("failed")
        elif self.fault is Fault.PERSISTED:
            effect()
            raise OSError("failed, but persisted")
        else:
            if self.fault is Fault.POWER_CUT:
                for path in self.unsynced:
                    self.store.files[path] = self.store.files[path][:7]
                self.unsynced.clear()
            raise Killed


class FaultyStore(MemoryStore):
    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self.machine = machine

    def add(self, path: str, data: bytes) -> None:
        self.machine.write(lambda: self.put(path, data))

    def put(self, path: str, data: bytes) -> None:
        self.files[path] = data
        self.machine.unsynced.add(path)

    def sync(self) -> None:
        self.machine.write(self.machine.unsynced.clear)

    def write(self, path: str, data: bytes) -> None:
        self.machine.write(lambda: self.files.update({path: data}))


class FaultyHead(MemoryHead):
    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self.machine = machine

    def swap(self, old_checkpoint: str, new_checkpoint: str, staged: Iterable[bytes]) -> None:
        swap = super().swap
        self.machine.write(lambda: swap(old_checkpoint, new_checkpoint, staged))


def publish(machine: Machine) -> None:
    """Start as a publisher does: recover, then append every batch that is not in the log yet."""
    recover(machine.head, machine.store)
    size = 0
    for batch in BATCHES:
        done = published(machine.store).size if "checkpoint" in machine.store.files else 0
        if done == size:
            append(machine.head, machine.store, KEY, make_entries(batch, size))
        size += batch


def publish_until_broken(machine: Machine) -> bool:
    """Publish, and say whether it broke."""
    try:
        publish(machine)
    except (OSError, Killed):
        return True
    return False


def check(machine: Machine) -> None:
    size = sum(BATCHES)
    assert published(machine.store).size == size
    assert read_entries(machine.store, size) == make_entries(size)
    assert verify_log(machine.store, KEY.verifier, workers=1, progress=lambda _: None).problems == ()


def count_writes() -> int:
    machine = Machine()
    machine.start()
    publish(machine)
    return machine.writes


WRITES = range(1, count_writes() + 1)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", WRITES)
def test_after_any_fault_at_any_write_the_next_start_publishes_everything_once(
    number: int, fault: Fault
) -> None:
    machine = Machine()
    machine.start(number, fault)
    assert publish_until_broken(machine)
    machine.start()
    publish(machine)
    check(machine)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("second_fault", Fault)
def test_a_fault_during_the_recovery_from_a_fault_is_recovered_from_too(
    fault: Fault, second_fault: Fault
) -> None:
    for number in WRITES:
        for second_number in (1, 4, 9):
            machine = Machine()
            machine.start(number, fault)
            assert publish_until_broken(machine)
            machine.start(second_number, second_fault)
            publish_until_broken(machine)
            machine.start()
            publish(machine)
            check(machine)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", WRITES)
def test_what_was_published_before_a_fault_can_be_verified_during_it(number: int, fault: Fault) -> None:
    machine = Machine()
    machine.start(number, fault)
    assert publish_until_broken(machine)
    if "checkpoint" in machine.store.files:
        assert verify_log(machine.store, KEY.verifier, workers=1, progress=lambda _: None).problems == ()


def test_the_table_covers_the_head_the_tiles_the_sync_and_the_checkpoint_of_each_batch() -> None:
    assert len(WRITES) == (1 + 2 + 2) + (1 + 7 + 2) + (1 + 2 + 2)


def test_a_process_killed_at_every_system_call_that_writes_leaves_a_log_that_recovers(tmp_path: Path) -> None:
    script = Path(__file__).with_name("kill_at_every_write.py")
    run = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 60
