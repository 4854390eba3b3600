"""The order in which the numbers of a block are called: each once, one counter the whole state.

The multiplicative group modulo a prime just above ten thousand is cyclic: powers of a generator visit every
element once (the idea is ZMap's: Durumeric, Wustrow, Halderman, "ZMap: Fast Internet-wide Scanning and Its
Security Applications", USENIX Security 2013). Six of its elements name no number and are passed over.
"""

from __future__ import annotations

from functools import lru_cache

NUMBERS = 10_000  # in a block
PRIME = 10_007
STEPS = PRIME - 1  # of a pass: every number, and six that name none

_ROOT = 5  # generates the whole group: neither its (STEPS/2)-th nor its (STEPS/5003)-th power is 1


def number_at(seed: int, step: int) -> int | None:
    """Return the number, 0 to 9,999, that step `step` of a pass with this seed visits; None if it names none.

    `seed` is any whole number from 0, `step` from 0 to STEPS - 1 (ValueError for any other).
    """
    if not 0 <= step < STEPS:
        raise ValueError(f"a pass has {STEPS} steps; there is no step {step}")
    start, generator = _walk(seed)
    element = start * pow(generator, step, PRIME) % PRIME
    return element - 1 if element <= NUMBERS else None


@lru_cache(maxsize=4096)
def _walk(seed: int) -> tuple[int, int]:
    """Derive where a pass starts and by which generator it goes on."""
    seed, start = divmod(seed, STEPS)
    exponents = _generating_exponents()
    return start + 1, pow(_ROOT, exponents[seed % len(exponents)], PRIME)


@lru_cache(maxsize=1)
def _generating_exponents() -> tuple[int, ...]:
    """List the exponents that turn one generator into another: those without a common factor with STEPS."""
    return tuple(e for e in range(1, STEPS) if e % 2 and e % 5003)
