"""What was confirmed is stored, however often storing fails and whatever is killed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tuidang.phone.call import (
    CallBackStored,
    Event,
    Failed,
    MakePin,
    NeverStored,
    PinMade,
    StoreCallBack,
    StoreNever,
    Withdraw,
    Withdrawn,
)
from tuidang.phone.dialler import keeper
from tuidang.phone.dialler.choices import pending_of
from tuidang.phone.dialler.journal import Journal, Pending
from tuidang.phone.dialler.keeper import Keeper

KEY = bytes(range(32))
CALL = b"c" * 16
NUMBER = "8613812345678"
LEAVING = pending_of(Withdraw((("金福", ("party", "league")),), "CN-SD", 0), CALL, NUMBER, "CN-SD")
NEVER = pending_of(StoreNever(), CALL, NUMBER, "CN-SD")


class Shelf:
    """A store that fails so many times first."""

    def __init__(self, failures: int, event: Event) -> None:
        self.failures = failures
        self.event = event
        self.asked: list[Pending] = []

    def __call__(self, pending: Pending) -> Event:
        self.asked.append(pending)
        if len(self.asked) <= self.failures:
            raise OSError("away")
        return self.event


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_FIRST_PAUSE", 0.02)


def keep(folder: Path, store: Shelf, play: Callable[[Keeper, list[Event]], None]) -> list[Event]:
    """Let a keeper do something, wait until nothing waits, and give what the call was told."""
    told: list[Event] = []

    async def run() -> None:
        with ThreadPoolExecutor(2) as threads:
            keeping = Keeper(Journal(folder, KEY), store, threads)
            play(keeping, told)
            async with asyncio.timeout(10):
                while keeping.waiting:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)

    asyncio.run(run())
    return told


def test_a_choice_is_stored_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    shelf = Shelf(0, Withdrawn(("1234",)))
    told = keep(tmp_path, shelf, lambda keeping, told: keeping.keep(LEAVING, told.append))
    assert told == [Withdrawn(("1234",))]
    assert shelf.asked == [LEAVING]
    assert list(tmp_path.iterdir()) == []


def test_a_failed_attempt_is_told_once_and_tried_again_though_nobody_asks(tmp_path: Path) -> None:
    shelf = Shelf(3, NeverStored())
    told = keep(tmp_path, shelf, lambda keeping, told: keeping.keep(NEVER, told.append))
    assert told == [Failed()]
    assert len(shelf.asked) == 4


def test_the_same_choice_asked_for_again_is_one_pursuit_and_its_end_is_told(tmp_path: Path) -> None:
    shelf = Shelf(2, NeverStored())

    def play(keeping: Keeper, told: list[Event]) -> None:
        def tell(event: Event) -> None:
            told.append(event)
            if isinstance(event, Failed):
                keeping.keep(NEVER, tell)

        keeping.keep(NEVER, tell)
        keeping.keep(NEVER, tell)

    assert keep(tmp_path, shelf, play) == [Failed(), Failed(), NeverStored()]
    assert len(shelf.asked) == 3


@pytest.mark.parametrize("fails", [True, False])
def test_whoever_names_other_hours_while_the_first_wait_is_called_at_the_last(
    tmp_path: Path, fails: bool
) -> None:
    first, last = (pending_of(StoreCallBack(hours), CALL, NUMBER, "") for hours in ("morning", "evening"))
    changed, journals = threading.Event(), list[Pending]()

    def play(keeping: Keeper, told: list[Event]) -> None:
        loop = asyncio.get_running_loop()

        def change() -> None:
            keeping.keep(last, told.append)
            changed.set()

        def store(pending: Pending) -> Event:
            journals.extend(waiting for _, waiting in Journal(tmp_path, KEY).pending())
            if pending == first:
                loop.call_soon_threadsafe(change)
                changed.wait(10)
                if fails:
                    raise OSError("away")
            return shelf(pending)

        keeping._store = store
        keeping.keep(first, told.append)

    shelf = Shelf(0, CallBackStored())
    told = keep(tmp_path, shelf, play)
    assert shelf.asked[-1] == last
    assert told == [CallBackStored()]  # of the hours that were named last
    assert journals == [first, last]  # never both: the next start could not tell which hold
    assert list(tmp_path.iterdir()) == []


def test_a_second_confirmation_in_a_call_is_another_choice(tmp_path: Path) -> None:
    again = pending_of(Withdraw((("万顺", ("pioneers",)),), "", 1), CALL, NUMBER, "")
    assert again.name != LEAVING.name
    shelf = Shelf(0, Withdrawn(("1",)))

    def play(keeping: Keeper, told: list[Event]) -> None:
        keeping.keep(LEAVING, told.append)
        keeping.keep(again, told.append)

    assert len(keep(tmp_path, shelf, play)) == 2


def test_what_lies_in_the_journal_is_stored_by_the_next_start(tmp_path: Path) -> None:
    for pending in (LEAVING, NEVER):
        Journal(tmp_path, KEY).write(pending)  # and then the power went
    (tmp_path / "0123.new").write_bytes(b"half")
    shelf = Shelf(1, NeverStored())
    assert keep(tmp_path, shelf, lambda keeping, told: keeping.recover()) == []
    assert {pending.name for pending in shelf.asked} == {LEAVING.name, NEVER.name}
    assert list(tmp_path.iterdir()) == []


def test_the_journal_gives_back_what_was_written_and_shows_neither_number_nor_name(tmp_path: Path) -> None:
    path = Journal(tmp_path, KEY).write(LEAVING)
    Journal(tmp_path, KEY).write(NEVER)
    written = b"".join(file.read_bytes() + file.name.encode() for file in tmp_path.iterdir())
    assert NUMBER.encode() not in written
    assert "金福".encode() not in written
    assert CALL.hex().encode() not in written
    assert path.stat().st_mode & 0o777 == 0o600
    found = {pending.name: pending.words for _, pending in Journal(tmp_path, KEY).pending()}
    assert found[LEAVING.name] == {"people": [["金福", ["party", "league"]]], "region": "CN-SD", "round": 0}
    assert found[NEVER.name] == {"number": NUMBER}


def test_the_disk_keeps_nothing_of_a_choice_that_is_stored(tmp_path: Path) -> None:
    journal, blocks = Journal(tmp_path / "journal", KEY), tmp_path / "blocks"
    path = journal.write(NEVER)
    blocks.hardlink_to(path)  # what the disk has where the file was
    journal.remove(path)
    assert not path.exists()
    assert not any(blocks.read_bytes())
    journal.remove(path)
    blocks.rename(path)  # a crash between the two
    assert list(journal.pending()) == []
    assert not path.exists()


def test_what_another_key_sealed_stays_for_a_person_to_look_at(tmp_path: Path) -> None:
    path = Journal(tmp_path, KEY).write(NEVER)
    assert list(Journal(tmp_path, bytes(32)).pending()) == []
    assert path.exists()


def test_a_full_disk_does_not_keep_a_choice_from_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    shelf = Shelf(0, NeverStored())

    def play(keeping: Keeper, told: list[Event]) -> None:
        folder.rmdir()  # nothing can be written there any more
        keeping.keep(NEVER, told.append)

    assert keep(folder, shelf, play) == [NeverStored()]


def test_a_pin_that_nobody_waits_for_is_not_pursued_and_never_written_down(tmp_path: Path) -> None:
    pin = pending_of(MakePin(), CALL, NUMBER, "")
    shelf = Shelf(9, PinMade("123456"))
    assert keep(tmp_path, shelf, lambda keeping, told: keeping.keep(pin, told.append)) == [Failed()]
    assert len(shelf.asked) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_the_call_keeps_no_choice_from_being_stored(tmp_path: Path) -> None:
    shelf = Shelf(1, NeverStored())

    def tell(event: Event) -> None:
        raise RuntimeError(NUMBER)

    keep(tmp_path, shelf, lambda keeping, told: keeping.keep(NEVER, tell))
    assert shelf.asked == [NEVER, NEVER]
    assert list(tmp_path.iterdir()) == []


def test_no_line_of_a_log_bears_the_moment_at_which_somebody_chose(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keepers: list[Keeper] = []

    def play(keeping: Keeper, told: list[Event]) -> None:
        keepers.append(keeping)
        keeping.keep(NEVER, told.append)

    keep(tmp_path, Shelf(2, NeverStored()), play)
    assert caplog.messages == []  # whoever keeps a log puts the time beside each line
    keepers[0].tell_troubles()
    assert caplog.messages == ["choices could not be stored at once: OSError"]
    keepers[0].tell_troubles()
    assert len(caplog.messages) == 1
