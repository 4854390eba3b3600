"""Work spread over processes: in order, not far ahead, and gone with the process that asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from operator import neg
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.register.folder import parallel
from tuidang.register.folder.parallel import pieces, spread


def test_results_come_in_the_order_of_the_jobs(many_hands: None) -> None:
    assert list(spread(neg, range(50), 50, workers=2)) == [-n for n in range(50)]


def test_little_work_is_done_at_home() -> None:
    with parallel.many_hands(10) as do:
        assert list(do(lambda _: os.getpid(), [1])) == [os.getpid()]  # a lambda cannot be sent anywhere


def test_jobs_do_not_run_far_ahead_of_who_takes_the_results(many_hands: None) -> None:
    asked: list[int] = []

    def jobs() -> Iterator[int]:
        for number in range(100):
            asked.append(number)
            yield number

    with parallel.many_hands(100, workers=2) as do:
        results = do(neg, jobs())
        next(results)
        assert len(asked) <= 6
        assert len(list(results)) == 99


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 300))
def test_pieces_cover_the_leaves_and_end_at_multiples(first: int, leaves: int, step: int) -> None:
    cut = pieces(first, first + leaves, step)
    assert [leaf for low, high in cut for leaf in range(low, high)] == list(range(first, first + leaves))
    assert all(high % step == 0 for _, high in cut[:-1])
    assert all(low < high for low, high in cut)


ORPHANED = """
import os, time
from tuidang.register.folder import parallel
parallel.WORTH_WORKERS = 1
with parallel.many_hands(9, workers=1 + 1) as do:
    for pid in do(os.path.realpath, ["/proc/self"] * 9):
        print(pid.rpartition("/")[2], flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks processes up in /proc")
def test_processes_end_with_the_one_that_was_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", ORPHANED], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    children = {int(parent.stdout.readline()) for _ in range(9)}
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 30
    while any(map(is_running, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_running, children))


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
