"""Which block to call next: Thompson sampling over the share that answers, and every tenth lease at random.

Each block that was tried draws its share from what its tallies leave open (a beta distribution); the highest
draws are leased first. A block that was never tried draws with all untried ones of its four-digit prefix,
from what is known of that prefix: so half a million of them share five hundred draws, and none wins merely
because nobody knows it. New blocks are found through good prefixes, and through the tenth that is random.

One sample of all blocks serves a batch of leases (as in Chapelle and Li, "An Empirical Evaluation of Thompson
Sampling", NIPS 2011, section 6: sampling bears answers that come late and together).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

SLICE = 50  # numbers that one lease covers before it is chosen anew
FLOOR = 0.1  # of leases go to a block chosen at random, so that estimates stay unbiased
BATCH = 256  # leases that one sample of all blocks serves
_BLOCK_WEIGHT = 5.0  # calls that what is known of a prefix is worth for a block of it
_PREFIX_WEIGHT = 200.0  # calls that what is known of the country is worth for a prefix
_START = 0.08  # share that answers, before anything is known
_START_WEIGHT = 100.0  # calls that this is worth

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NO_TALLIES: Counts = np.empty((0, 4), np.int64)


class Sampler:
    """Half a million blocks with their tallies, in memory; one for each dialling machine."""

    def __init__(self, seed: int | None = None) -> None:
        """Begin without blocks; `seed` only where a run must be repeated."""
        self._rng = np.random.default_rng(seed)
        self.learnt: datetime | None = None  # when the tallies were read, kept by whoever reads them
        self.place_blocks((), (), ())

    def __len__(self) -> int:
        return len(self._prefixes)

    def place_blocks(self, prefixes: Sequence[str], regions: Sequence[str], zones: Sequence[str]) -> None:
        """Take the table of blocks, in rising order, in place of the one before."""
        self._prefixes: Counts = np.array(prefixes, dtype=np.int64)
        self._regions = np.array(regions, dtype="U6")
        self._zones = np.array(zones, dtype="U7")
        _, groups = np.unique(self._prefixes // 1000, return_inverse=True)
        self._groups: Counts = groups.astype(np.int64)
        self.learn(NO_TALLIES)

    def learn(self, tallies: Counts) -> None:
        """Take all tallies anew: rows of prefix, calls dialled, calls answered, and 1 if the block rests.

        A block without a row was never tried; one that rests has been called whole, and may not be again yet.
        A row of a block that came after the table was read is passed over. What was given out becomes free.
        """
        places = np.searchsorted(self._prefixes, tallies[:, 0])
        known = np.append(self._prefixes, -1)[places] == tallies[:, 0]
        places = places[known]
        _, dialled, answered, resting = tallies[known].T
        self._dialled: Counts = np.zeros(len(self), np.int64)
        self._answered: Counts = np.zeros(len(self), np.int64)
        self._given: Mask = np.zeros(len(self), np.bool_)
        self._dialled[places] = dialled
        self._answered[places] = answered
        self._given[places] = resting != 0
        self._batches: dict[tuple[frozenset[str], frozenset[str]], list[int]] = {}

    def choose(self, zones: Collection[str], regions: Collection[str] = ()) -> str | None:
        """Give the block to lease next in these zones and regions (none named: all); None if none is left.

        What was given is not given again before the next `learn`.
        """
        key = frozenset(map(str, zones)), frozenset(regions)
        batch = self._batches.setdefault(key, [])
        while True:
            if not batch:
                batch.extend(self.sample(self._eligible(*key), BATCH)[::-1])
            if not batch:
                return None
            place = batch.pop()
            if not self._given[place]:
                self._given[place] = True
                return str(self._prefixes[place])

    def sample(self, eligible: Mask, count: int) -> list[int]:
        """Draw the places of up to `count` eligible blocks, in the order in which they are to be leased."""
        places = np.flatnonzero(eligible)
        count = min(count, len(places))
        at_random = self._rng.random(count) < FLOOR
        shares = self._draw_shares(places)
        first = count - int(at_random.sum())
        best = places[_largest(shares, first)]
        others = np.setdiff1d(places, best, assume_unique=True)
        chosen = np.empty(count, np.int64)
        chosen[~at_random] = best
        chosen[at_random] = self._rng.choice(others, count - first, replace=False) if count > first else []
        return [int(place) for place in chosen]

    def _eligible(self, zones: frozenset[str], regions: frozenset[str]) -> Mask:
        eligible: Mask = ~self._given & np.isin(self._zones, list(zones))
        return eligible & np.isin(self._regions, list(regions)) if regions else eligible

    def _draw_shares(self, places: Counts) -> npt.NDArray[np.float64]:
        """Draw for each of these blocks the share of its calls that are answered."""
        groups = self._groups
        group_dialled = np.bincount(groups, self._dialled)
        group_answered = np.bincount(groups, self._answered)
        country = (self._answered.sum() + _START * _START_WEIGHT) / (self._dialled.sum() + _START_WEIGHT)
        yes = group_answered + _PREFIX_WEIGHT * country
        no = group_dialled - group_answered + _PREFIX_WEIGHT * (1 - country)
        # A prefix's draw is shared by its untried blocks; chance decides among them.
        shares: npt.NDArray[np.float64] = self._rng.beta(yes, no)[groups[places]]
        shares *= self._rng.uniform(1 - 1e-9, 1, len(places))
        tried = np.flatnonzero(self._dialled[places])
        blocks = places[tried]
        known = (yes / (yes + no))[groups[blocks]]
        answered, silent = self._answered[blocks], self._dialled[blocks] - self._answered[blocks]
        shares[tried] = self._rng.beta(answered + _BLOCK_WEIGHT * known, silent + _BLOCK_WEIGHT * (1 - known))
        return shares


def _largest(values: npt.NDArray[np.float64], count: int) -> Counts:
    """Give the places of the `count` largest values, the largest first."""
    if count == 0:
        return np.empty(0, np.int64)
    best = np.argpartition(values, -count)[-count:] if count < len(values) else np.arange(len(values))
    return best[np.argsort(-values[best])]
