"""What the worker leaves in the files between two publications: nothing that says when somebody came."""

from __future__ import annotations

import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from intake_cast import TODAY, helper_form, numbered, own_form, submit
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.head import begin_log
from tuidang.register.actions.review import Act, note_act
from tuidang.register.models import Decision, Head, Waiting
from tuidang.web import worker
from tuidang.web.worker import look

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)  # in China


@pytest.fixture
def published(house: Path, transactional_db: None) -> Path:
    """A real register that has published today, so that nothing is due."""
    begin_log("log.example.org/register", TODAY)
    Head.objects.update(published=TODAY)
    return house


def test_a_days_key_is_there_before_anybody_comes(published: Path) -> None:
    look(NOON)
    keys = KeyFolder(published / "keys")
    assert keys.days() == (TODAY, TODAY + timedelta(days=1))
    first = keys.day_key(TODAY)
    look(NOON)
    submit(helper_form())
    assert keys.day_key(TODAY) == first


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's log is not a file of ours")
@pytest.mark.usefixtures("published")
def test_the_log_of_the_database_does_not_keep_the_order_in_which_they_came() -> None:
    submit(helper_form())
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        log = Path(f"{cursor.fetchall()[0][2]}-wal")
    assert log.stat().st_size > 0
    look(NOON)
    assert log.stat().st_size == 0
    assert Waiting.objects.count() == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's files are not ours")
def test_no_file_says_when_the_last_one_came_or_the_first(published: Path) -> None:
    look(NOON)
    submit(helper_form())
    look(NOON)
    day_key = published / f"keys/days/{TODAY}.key"
    database = [Path(f"{connection.settings_dict['NAME']}{ending}") for ending in ("", "-wal", "-shm")]
    files = [day_key, *database]
    for path in files:
        os.utime(path, (0, 0))  # when somebody came
    look(NOON + timedelta(minutes=1))
    times = [path.stat() for path in files]
    assert 0 not in {round(time.st_mtime) for time in times} | {round(time.st_atime) for time in times}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's tables are written anew and sorted")
@pytest.mark.usefixtures("published")
def test_where_a_row_lies_in_the_file_does_not_say_when_it_came() -> None:
    for n in range(12):
        submit(own_form(text=f"{'长' * (1500 if n % 4 == 0 else 100)}{chr(0x4E00 + n)}"), numbered(n))
        note_act([b"leaf %d" % n], Act.ASK_ERASURE, "11111111-1111-1111-1111-111111111111", TODAY)
    look(NOON)
    file = Path(connection.settings_dict["NAME"]).read_bytes()
    size = int.from_bytes(file[16:18], "big")
    rows = [(bytes(row.payload[:24]), row.pk) for row in Waiting.objects.all()]
    rows += [(bytes(row.object), row.pk) for row in Decision.objects.all()]
    in_page: dict[int, list[tuple[int, int]]] = {}
    for mark, key in rows:
        assert file.count(mark) >= 1
        place = file.find(mark)
        in_page.setdefault(place // size, []).append((-place, key))
    assert max(map(len, in_page.values())) >= 5
    for places in in_page.values():
        keys = [key for _, key in sorted(places)]
        assert keys == sorted(keys)


@pytest.mark.usefixtures("published")
def test_a_fault_of_ours_is_written_down_and_not_taken_for_a_register_that_was_not_begun(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()

    def fault(_today: date) -> None:
        stop.set()
        raise IndexError("a fault")  # a LookupError too

    monkeypatch.setattr(worker, "publish_now", fault)
    monkeypatch.setattr(worker, "is_due", lambda *_: True)
    worker.rounds(stop)
    assert [record.levelname for record in caplog.records if record.name == "tuidang.worker"] == ["ERROR"]


@pytest.mark.usefixtures("house", "transactional_db")
def test_a_register_that_was_not_begun_is_waited_for_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    worker.rounds(stop)
    assert caplog.records == []
