"""Simulate a year's campaign, every call of it: calls per second, channels, machines, and the funnel.

Calls are spread at random over a day's seconds, and who answers hangs up along an exponential curve. What is
assumed besides stands below, is printed with the figures, and is to be changed here or by an argument.
"""

from __future__ import annotations

import argparse
import json
import math
import time

import numpy as np

HOURS = 12
MESSAGE = 210  # seconds
MEAN_HEARD = 75.0
ANSWER = (4, 30)  # seconds of ringing before somebody answers
RINGS_OUT = 25
ANNOUNCED = 6
REFUSED = 4
CHANNELS = 800  # of a machine, with room to spare: measured beside SIPp on two cores
KEYS = {
    "1, more": (0.030, 120),
    "8, a person": (0.006, 45),
    "9, withdraw": (0.012, 150),
    "0, never": (0.020, 12),
}
NO_ANSWER = {"rings out": 0.38, "empty or switched off": 0.27, "busy or rejected": 0.08}  # the rest answer


def simulate_day(calls: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    """Simulate a day's calls; give its starts and its calls in the air by the second, and its funnel."""
    seconds = HOURS * 3600
    begins = rng.integers(0, seconds, calls, dtype=np.int32)
    fate = rng.random(calls, dtype=np.float32)
    edges = np.cumsum(list(NO_ANSWER.values()))
    lasts = np.full(calls, RINGS_OUT, dtype=np.int32)
    lasts[(fate >= edges[0]) & (fate < edges[1])] = ANNOUNCED
    lasts[(fate >= edges[1]) & (fate < edges[2])] = REFUSED
    answered = np.flatnonzero(fate >= edges[2])
    heard = np.minimum(rng.exponential(MEAN_HEARD, len(answered)), MESSAGE)
    stays = np.flatnonzero(heard >= 30)
    counts = {
        "dialled": calls,
        "answered": len(answered),
        "heard 30 s": len(stays),
        "heard to the end": int(np.count_nonzero(heard >= MESSAGE)),
    }
    pressed = rng.random(len(stays))
    low = 0.0
    for key, (share, more) in KEYS.items():
        of_key = stays[(pressed >= low) & (pressed < low + share)]
        counts[f"pressed {key}"] = len(of_key)
        heard[of_key] += more
        low += share
    lasts[answered] = rng.integers(ANSWER[0], ANSWER[1] + 1, len(answered)) + heard.astype(np.int32)
    ends = begins + lasts
    length = int(ends.max()) + 1
    starts = np.bincount(begins, minlength=length)
    return starts, np.cumsum(starts - np.bincount(ends, minlength=length)), counts


def assumptions(calls: int) -> dict[str, object]:
    """Lay out what is assumed, as rows beside the figures."""
    rings_out, announced, refused = (f"{share:.0%}" for share in NO_ANSWER.values())
    least, most = ANSWER
    return {
        "assumed: calls a year, in so many hours a day": f"{calls:,} in {HOURS}",
        "assumed: answered, after so many seconds": f"{1 - sum(NO_ANSWER.values()):.0%}, {least} to {most}",
        "assumed: rings out, seconds": f"{rings_out}, {RINGS_OUT}",
        "assumed: empty or switched off, with an announcement of seconds": f"{announced}, {ANNOUNCED}",
        "assumed: busy or rejected, after seconds": f"{refused}, {REFUSED}",
        "assumed: heard by who answers, mean and most, seconds": f"{MEAN_HEARD:.0f}, {MESSAGE}",
        **{
            f"assumed: of those who hear 30 s press {key}, and stay seconds more": f"{share:.1%}, {more}"
            for key, (share, more) in KEYS.items()
        },
        "assumed: channels of a machine; one machine may be lost in the busiest second": CHANNELS,
    }


def simulate(calls: int, days: int, seed: int) -> dict[str, object]:
    """Simulate `days` days of a year of `calls` calls."""
    rng = np.random.default_rng(seed)
    started = time.perf_counter()
    total: dict[str, int] = {}
    air, rates = [], []
    for _ in range(days):
        starts, in_the_air, counts = simulate_day(round(calls / 365), rng)
        rates.append((starts[: HOURS * 3600].mean(), starts.max()))
        steady = in_the_air[600 : HOURS * 3600]  # the first minutes only fill up
        air.append((steady.mean(), np.percentile(steady, 99.9), in_the_air.max()))
        total = {name: total.get(name, 0) + count for name, count in counts.items()}
    busiest = int(max(most for _, _, most in air))
    return {
        **assumptions(calls),
        "days simulated": days,
        "calls simulated": total["dialled"],
        "seconds of simulation": round(time.perf_counter() - started, 1),
        "calls a second": round(float(np.mean([mean for mean, _ in rates])), 1),
        "calls in the busiest second": int(max(most for _, most in rates)),
        "channels, mean": round(float(np.mean([mean for mean, _, _ in air]))),
        "channels, 999 seconds of 1,000": round(float(max(high for _, high, _ in air))),
        "channels, the busiest second": busiest,
        "machines of 800 channels, one of them spare": math.ceil(busiest / CHANNELS) + 1,
        **{
            f"{name}, of the calls, %": round(100 * count / total["dialled"], 2)
            for name, count in total.items()
        },
    }


def main() -> None:
    """Simulate as told on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.year", description=__doc__)
    parser.add_argument("--calls", type=int, default=600_000_000, help="in a year")
    parser.add_argument("--days", type=int, default=365, help="of the year, to be simulated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = simulate(arguments.calls, arguments.days, arguments.seed)
    if arguments.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{what}: {figure}" for what, figure in figures.items()))


if __name__ == "__main__":
    main()
