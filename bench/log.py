"""Measure the log: a million entries appended, beside bare hashing and writing, and verified, beside Go on
one core.

Each pair runs in turns, several times, and the median of the ratios counts, so that a drifting machine
drifts for both.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from pathlib import Path

from tuidang.tlog.head import FileHead
from tuidang.tlog.note import SigningKey, generate_key
from tuidang.tlog.publish import append
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.verify import verify_log

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests/judge"))
import judge  # noqa: E402 - it lies beside its Go source, among the tests

CORES = len(os.sched_getaffinity(0))
BATCH = 100_000  # entries a publication, as many as a large day of the register
ENTRY = 200  # bytes


def make_entries(count: int) -> list[bytes]:
    """Make entries of the length of the register's leaves."""
    noise = random.Random(1)
    return [noise.randbytes(ENTRY) for _ in range(count)]


def append_all(folder: Path, key: SigningKey, entries: list[bytes]) -> None:
    """Append everything as the register would: staged, swapped, applied, synced, signed, published."""
    head, store = FileHead(folder / "head"), DirectoryStore(folder / "log")
    for start in range(0, len(entries), BATCH):
        append(head, store, key, entries[start : start + BATCH])


def hash_and_write(folder: Path, entries: list[bytes], files: dict[str, bytes]) -> None:
    """Do the bare minimum: hash every leaf and node once, write the same files, sync once."""
    level = [sha256(b"\x00" + entry).digest() for entry in entries]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    os.sync()


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds something takes, begun on a quiet disk."""
    os.sync()
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_append(
    scratch: Path, key: SigningKey, entries: list[bytes], rounds: int
) -> list[dict[str, object]]:
    """Append and do the bare minimum in turns; leave the log in `scratch/ours`."""
    ours, bare = scratch / "ours", scratch / "bare"
    append_all(ours, key, entries)
    log = ours / "log"
    files = {path.relative_to(log).as_posix(): path.read_bytes() for path in log.rglob("*") if path.is_file()}
    seconds: list[float] = []
    bare_seconds: list[float] = []
    for _ in range(rounds):
        shutil.rmtree(ours)
        seconds.append(timed(lambda: append_all(ours, key, entries)))
        bare_seconds.append(timed(lambda: hash_and_write(bare, entries, files)))
        shutil.rmtree(bare)
    what = f"append {len(entries)} entries of {ENTRY} B in publications of {BATCH}, durable"
    return [row(what, "hashlib, the same files, one sync", seconds, bare_seconds)]


def measure_verify(scratch: Path, vkey: str, size: int, rounds: int) -> list[dict[str, object]]:
    """Verify by the command on all cores and by the Go judge on one, in turns."""
    go = judge.build(scratch)
    command = [sys.executable, "-m", "tuidang", "log", "verify", str(scratch / "ours/log"), f"--vkey={vkey}"]
    ours, foreign = [], []
    for _ in range(rounds):
        ours.append(timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)))
        foreign.append(timed(lambda: go.judge(scratch / "ours/log", vkey, cores=1)))
    verdict = go.judge(scratch / "ours/log", vkey, cores=1)
    assert verdict.sentence == f"sound: {size} entries", verdict
    return [
        row(f"verify {size} entries completely (tuidang log verify)", "Go judge, GOMAXPROCS=1", ours, foreign)
    ]


def row(what: str, beside: str, ours: list[float], other: list[float]) -> dict[str, object]:
    """Sum up a pair: median seconds, and the median of the ratios of each turn."""
    ratios = [theirs / mine for mine, theirs in zip(ours, other, strict=True)]
    return {
        "what": what,
        "seconds": round(statistics.median(ours), 2),
        "beside it": beside,
        "its seconds": round(statistics.median(other), 2),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": ", ".join(f"{ratio:.2f}" for ratio in ratios),
    }


def measure_memory(scratch: Path, key: SigningKey, size: int) -> list[dict[str, object]]:
    """Publish one more batch on the large log, and verify it, each in a process of its own; give their
    peaks.
    """
    what = f"memory to publish {BATCH} entries on a log of {size}", f"memory to verify {size + BATCH} entries"
    return [
        {"what": what[0], "megabytes": peak_memory(publish_once, scratch / "ours", key)},
        {"what": what[1], "megabytes": peak_memory(verify_once, scratch / "ours", key)},
    ]


def publish_once(folder: Path, key: SigningKey) -> None:
    """Publish one batch more."""
    append(FileHead(folder / "head"), DirectoryStore(folder / "log"), key, make_entries(BATCH))


def verify_once(folder: Path, key: SigningKey) -> None:
    """Verify everything on all cores."""
    report = verify_log(DirectoryStore(folder / "log"), key.verifier, workers=CORES, progress=lambda _: None)
    assert not report.problems


def peak_memory(work: Callable[[Path, SigningKey], None], folder: Path, key: SigningKey) -> int:
    """Return the megabytes that some work takes at most, in a fresh process and all its children together."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(_work_and_weigh, work, folder, key).result()


def _work_and_weigh(work: Callable[[Path, SigningKey], None], folder: Path, key: SigningKey) -> int:
    work(folder, key)
    # Not getrusage: for a process that was started by a larger one, that tells the larger one's peak.
    own = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # the largest of them; there are CORES
    return (own + child * CORES) // 1024


def main() -> None:
    """Measure, and print rows for a person, or JSON for a program."""
    parser = argparse.ArgumentParser(prog="python -m bench.log", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="entries in the log")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each pair")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    key, verifier = generate_key("bench.invalid/log")
    # On the disk of the project, because a temporary folder may lie in memory, where nothing is durable.
    with tempfile.TemporaryDirectory(dir=build) as folder:
        scratch = Path(folder)
        entries = make_entries(arguments.size)
        rows = measure_append(scratch, key, entries, arguments.rounds)
        del entries
        rows += measure_verify(scratch, verifier.text, arguments.size, arguments.rounds)
        rows += measure_memory(scratch, key, arguments.size)
    if arguments.json:
        print(json.dumps(rows))
        return
    for line in rows:
        print("\n".join(f"{name:>12}  {value}" for name, value in line.items()), end="\n\n")


if __name__ == "__main__":
    main()
