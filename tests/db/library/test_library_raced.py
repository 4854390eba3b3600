"""Several editors at once, and the worker: nothing is lost or doubled, and who comes second is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from library_cast import NOW, TODAY, newest, publish_all, write_work
from tuidang.library.actions.publication import publish_version, schedule_version
from tuidang.library.actions.texts import save_chapter
from tuidang.library.models import Part, Reading, Text, Version
from tuidang.library.queries import find_page
from tuidang.library.rules import Mistake
from tuidang.register.actions.head import NotBegun
from tuidang.web.worker import look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
EDITORS = 4


def test_of_several_who_began_with_one_version_one_saves_and_the_others_are_told() -> None:
    text = write_work()
    start = Barrier(EDITORS)

    def save(number: int) -> bool:
        start.wait()
        try:
            save_chapter(Text.objects.get(pk=text.pk), 1, "题", f"第 {number} 位。", TODAY, seen=1)
        except Mistake:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(EDITORS) as pool:
        assert sorted(pool.map(save, range(EDITORS))) == [False] * (EDITORS - 1) + [True]
    assert [version.number for version in Version.objects.order_by("number")] == [1, 2]


def test_several_who_publish_one_chapter_leave_it_whole() -> None:
    text = publish_all(write_work())
    key = newest(1, text).pk
    start = Barrier(EDITORS)

    def publish(_number: int) -> None:
        start.wait()
        try:
            publish_version(key, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(EDITORS) as pool:
        list(pool.map(publish, range(EDITORS)))
    assert (Reading.objects.count(), Part.objects.count()) == (2, 2)


def test_the_worker_publishes_at_the_time_before_any_register_is_begun() -> None:
    text = write_work()
    schedule_version(newest(1, text).pk, NOW)
    with pytest.raises(NotBegun):
        look(NOW)
    assert find_page("a-book", "zh-hans", 1, 1)
