"""Spreading work on a range of leaves over all cores, when it is large."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from os import cpu_count
from typing import TypeVar

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")

WORTH_WORKERS = 20_000  # leaves; below, starting processes takes longer than the work
_PIECE = 1 << 16


def spread(
    work: Callable[[JobT], ResultT], jobs: Sequence[JobT], leaves: int, workers: int | None = None
) -> Iterator[ResultT]:
    """Do jobs that together concern so many leaves; gives each one's result when it is there, in any order.

    `work` is a function of a module, and jobs and results are values that can be pickled. `workers` processes
    do it, or one for each core.
    """
    if workers == 1 or len(jobs) < 2 or leaves < WORTH_WORKERS:
        yield from map(work, jobs)
        return
    with ProcessPoolExecutor(workers or cpu_count(), get_context("spawn")) as pool:
        for future in as_completed([pool.submit(work, job) for job in jobs]):
            yield future.result()


def pieces(size: int) -> list[tuple[int, int]]:
    """Cut `size` leaves into ranges, first and past, each with whole entry bundles."""
    return [(first, min(first + _PIECE, size)) for first in range(0, size, _PIECE)]
