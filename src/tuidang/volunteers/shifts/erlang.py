"""How many people a telephone line needs: the Erlang-A queue (M/M/n+M), with callers who hang up. Pure.

Calls arrive at random at a steady rate; n people talk for exponential times; whoever waits has an exponential
patience. Palm (1957); Baccelli and Hebuterne (1981); Mandelbaum and Zeltyn, "The Palm/Erlang-A queue" (2005).
Infinite patience is Erlang C. Sums are of positive terms and in logarithms: nothing cancels or overflows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, log1p
from typing import Final

import numpy as np

MOST: Final = 4096  # people that are ever tried
_SMALL: Final = -46.0  # log of a term that no double notices beside 1
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True)
class Load:
    """What arrives: calls an hour; in seconds the mean talk, with what is written after it, and patience."""

    calls: float
    talk: float
    patience: float

    @property
    def erlangs(self) -> float:
        """Return how many people would talk at once if nobody ever hung up."""
        return self.calls * self.talk / 3600


@dataclass(frozen=True)
class Answer:
    """How callers fare: shares of one, and seconds."""

    waits: float  # find nobody free
    mean_wait: float  # of all callers, whether they were answered or hung up
    hangs_up: float
    in_time: float  # answered within the seconds asked about
    busy: float  # share of their time that people talk


@dataclass(frozen=True)
class Target:
    """What is wanted: this share answered within these seconds, and at most that share hanging up."""

    share: float = 0.8
    seconds: float = 30
    hanging_up: float = 0.05


def answer(load: Load, people: int, seconds: float = 30) -> Answer:
    """Tell how callers fare with a number of people on duty."""
    if load.calls <= 0:
        return Answer(0.0, 0.0, 0.0, 1.0, 0.0)
    if people <= 0:
        return _nobody(load)
    arrivals, served = load.calls / 3600, people / load.talk
    if load.patience == inf and arrivals >= served:
        return Answer(1.0, inf, 0.0, 0.0, 1.0)
    queue = _Queue(arrivals, served, 1 / load.patience)
    waits = _odds(_log_erlang_b(load.erlangs, people), queue.log_sum)
    mean_wait = waits * queue.mean / arrivals
    hangs_up = mean_wait / load.patience
    in_time = 1 - waits + waits * queue.share_within(seconds)
    busy = load.erlangs * (1 - hangs_up) / people  # where nearly all hang up, 1 - hangs_up is rounded
    return Answer(waits, mean_wait, min(hangs_up, 1.0), min(in_time, 1.0), min(max(busy, 0.0), 1.0))


def least(load: Load, target: Target) -> int:
    """Return the least number of people with whom the target is met; at most `MOST`."""
    if load.calls <= 0:
        return 0

    def meets(people: int) -> bool:
        found = answer(load, people, target.seconds)
        return found.in_time >= target.share and found.hangs_up <= target.hanging_up

    high = 1
    while high < MOST and not meets(high):
        high *= 2
    low = high // 2  # does not meet it, or is nought
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def mean_patience(waited: float, hung_up: int) -> float:
    """Estimate patience in seconds from all the waiting of all callers, and the number who hung up.

    Who was answered shows only that his patience was longer than his wait (it is censored); the maximum
    likelihood of an exponential time is then the whole time at risk for each event. While nobody hung up it
    is infinite.
    """
    return waited / hung_up if hung_up else inf


class _Queue:
    """Who waits when all talk: j people, weight t_j, the product of arrivals / (served + i impatience)."""

    def __init__(self, arrivals: float, served: float, impatience: float) -> None:
        self.arrivals, self.served, self.impatience = arrivals, served, impatience
        if impatience == 0:
            ratio = arrivals / served
            self.log_sum, self.mean = -log1p(-ratio), ratio / (1 - ratio)
            return
        logs = self._logs()
        highest = float(logs.max())
        terms = np.exp(logs - highest)
        self.log_sum = highest + log(float(terms.sum()))
        self.mean = float((terms * np.arange(len(terms))).sum() / terms.sum())

    def _logs(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return log t_0, log t_1, … until they fall below what a double notices beside the greatest."""
        size = 256
        while True:
            rates = self.served + self.impatience * np.arange(1, size)
            logs = np.concatenate(([0.0], np.cumsum(log(self.arrivals) - np.log(rates))))
            # Beyond the greatest they fall faster and faster; a factor for the tail makes sure of its mean.
            if rates[-1] > self.arrivals and logs[-1] - logs.max() < _SMALL - log(size):
                return logs
            size *= 2

    def share_within(self, seconds: float) -> float:
        """Return which share of those who wait are answered within so many seconds.

        The density of the wait that an infinitely patient caller meets is, but for its scale, exp(g(v)) with
        g(v) = arrivals (1 - exp(-v / patience)) patience - served v, and its whole is exp(log_sum) / served.
        """
        if seconds <= 0:
            return 0.0
        if self.impatience == 0:
            return 1 - exp(-(self.served - self.arrivals) * seconds)
        panels = int(np.clip(np.ceil(seconds * (self.served + self.arrivals)), 64, 2**16))
        half = seconds / panels / 2
        at = (half * (2 * np.arange(panels) + 1)[:, None] + half * _NODES).ravel()
        weights = np.tile(half * _WEIGHTS, panels)
        grown = -np.expm1(-at * self.impatience) * self.arrivals / self.impatience
        logs = grown - self.served * at - self.impatience * at  # answered: his patience was longer
        return float((np.exp(logs - self.log_sum + log(self.served)) * weights).sum())


def _nobody(load: Load) -> Answer:
    """Tell how callers fare with nobody on duty: they wait as long as they have patience."""
    return Answer(1.0, load.patience, 0.0 if load.patience == inf else 1.0, 0.0, 0.0)


def _log_erlang_b(erlangs: float, people: int) -> float:
    """Return the log of Erlang B, by its recursion for the inverse: 1 + inverse * n / erlangs."""
    logged = 0.0
    for n in range(1, people + 1):
        logged = float(np.logaddexp(0.0, logged + log(n / erlangs)))
    return -logged


def _odds(log_b: float, log_sum: float) -> float:
    """Return the share who wait: S / (1/B - 1 + S), from logs."""
    free = -log_b + log1p(-exp(log_b)) if log_b < 0 else -inf  # log(1/B - 1)
    return 1 / (1 + exp(free - log_sum)) if free - log_sum < 700 else 0.0
