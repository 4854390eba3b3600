"""Spreading work on a range of leaves over all cores, when it is large."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Protocol, TypeVar

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")

WORTH_WORKERS = 20_000  # leaves; below, starting processes takes longer than the work
_PIECE = 1 << 16  # leaves


class Hands(Protocol):
    """Does jobs as `map` does: `work` is a function of a module, jobs and results can be pickled."""

    def __call__(self, work: Callable[[JobT], ResultT], jobs: Iterable[JobT]) -> Iterator[ResultT]:
        """Give the results in the order of the jobs."""


@contextmanager
def many_hands(leaves: int, workers: int | None = None) -> Iterator[Hands]:
    """Give hands for work on so many leaves: `workers` processes, or one for each core; or this process."""
    if workers == 1 or leaves < WORTH_WORKERS:
        yield alone
        return
    count = workers or os.cpu_count() or 1
    with ProcessPoolExecutor(count, get_context("spawn"), _end_with_parent) as pool:

        def do(work: Callable[[JobT], ResultT], jobs: Iterable[JobT]) -> Iterator[ResultT]:
            waiting: deque[Future[ResultT]] = deque()
            for job in jobs:
                waiting.append(pool.submit(work, job))
                if len(waiting) > 2 * count:  # what nobody has taken yet lies in memory
                    yield waiting.popleft().result()
            for future in waiting:
                yield future.result()

        for _ in range(count):  # so they start now, and need not be waited for when there is work
            pool.submit(os.getpid)
        yield do


def _end_with_parent() -> None:
    """Let this process end when the one that started it does, even if that was killed."""
    parent = parent_process()
    if parent:
        Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()


def alone(work: Callable[[JobT], ResultT], jobs: Iterable[JobT]) -> Iterator[ResultT]:
    """Do jobs in this process."""
    return map(work, jobs)


def spread(
    work: Callable[[JobT], ResultT], jobs: Sequence[JobT], leaves: int, workers: int | None = None
) -> Iterator[ResultT]:
    """Do jobs that together concern so many leaves, in order."""
    with many_hands(leaves if len(jobs) > 1 else 0, workers) as do:
        yield from do(work, jobs)


def pieces(first: int, past: int, step: int = _PIECE) -> list[tuple[int, int]]:
    """Cut the leaves from `first` up to `past` into ranges that end at multiples of `step`."""
    cuts = range(first - first % step + step, past, step)
    return list(zip([first, *cuts], [*cuts, past], strict=True)) if first < past else []
