"""Code that is not ours reads our logs, at the sizes where trees go wrong, and agrees."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

import judge as judge_module
from judge import Judge, build
from tlog_cast import KEY, make_entries
from tuidang.tlog.head import FileHead
from tuidang.tlog.publish import append
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.verify import verify_log
from witness_cast import EAST, WEST

SIZES = (1, 2, 255, 256, 257, 65_535, 65_536, 65_537)
VKEY = KEY.verifier.text


@dataclass(frozen=True)
class Log:
    """A log on disk, and its checkpoint at each size that it had."""

    folder: Path
    checkpoints: dict[int, Path]


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return build(tmp_path_factory.mktemp("judge"))


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Log]:
    """Grow one log through all sizes, and keep a copy of it at each."""
    root = tmp_path_factory.mktemp("logs")
    head, store = FileHead(root / "head"), DirectoryStore(root / "growing")
    kept: dict[int, Log] = {}
    checkpoints: dict[int, Path] = {}
    size = 0
    for end in SIZES:
        append(head, store, KEY, make_entries(end - size, size))
        size = end
        folder = root / str(size)
        shutil.copytree(store.root, folder)
        checkpoints[size] = folder / "checkpoint"
        kept[size] = Log(folder, dict(checkpoints))
    return kept


@pytest.mark.parametrize("size", SIZES)
def test_a_log_of_this_size_is_sound_and_continues_all_its_earlier_checkpoints(
    judge: Judge, logs: dict[int, Log], size: int
) -> None:
    log = logs[size]
    verdict = judge.judge(log.folder, VKEY, *log.checkpoints.values())
    assert verdict.sentence == f"sound: {size} entries"


def test_a_log_does_not_continue_another_one(judge: Judge, logs: dict[int, Log], tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "log")
    append(FileHead(tmp_path / "head"), store, KEY, [b"another history"] * 200)
    verdict = judge.judge(logs[257].folder, VKEY, store.root / "checkpoint")
    assert "invalid transparency proof" in verdict.sentence


def test_a_cosigned_log_is_sound_and_one_that_a_witness_has_not_cosigned_is_not(
    judge: Judge, logs: dict[int, Log], tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    shutil.copytree(logs[257].folder, folder)
    signed, vkeys = (folder / "checkpoint").read_text(), (EAST.verifier.text, WEST.verifier.text)
    text = signed.partition("\n\n")[0] + "\n"
    lines = EAST.cosign(text, 1_700_000_000), WEST.cosign(text, (1 << 63) - 1)
    (folder / "checkpoint").write_text(signed + "".join(lines))
    assert judge.judge(folder, VKEY, witnesses=vkeys).sentence == "sound: 257 entries"
    (folder / "checkpoint").write_text(signed + lines[0])
    assert judge.judge(folder, VKEY, witnesses=vkeys[:1]).sound
    assert judge.judge(folder, VKEY, witnesses=vkeys).sentence.startswith(f"{WEST.name}: ")
    (folder / "checkpoint").write_text(signed + EAST.cosign(f"{text}more\n", 1_700_000_000))
    assert "invalid signature" in judge.judge(folder, VKEY, witnesses=vkeys[:1]).sentence


def sample_alterations(folder: Path, files: int, places: int) -> list[tuple[str, int]]:
    """Choose bytes to alter: in every kind of file, the first, the last and some between."""
    chance = random.Random(folder.name)
    kinds: dict[str, list[str]] = {}
    for path in sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()):
        kind = path.split("/")[1] if "/" in path else path
        kinds.setdefault(kind + (" partial" if ".p/" in path else ""), []).append(path)
    chosen = [path for paths in kinds.values() for path in chance.sample(paths, min(files, len(paths)))]
    return [
        (path, place)
        for path in chosen
        for length in [(folder / path).stat().st_size]
        for place in sorted({0, length - 1, *(chance.randrange(length) for _ in range(places))})
    ]


@dataclass(frozen=True)
class AlteredStore:
    """A log's folder, one byte of it read as if it were altered."""

    store: DirectoryStore
    path: str
    place: int

    def read(self, path: str) -> bytes | None:
        data = self.store.read(path)
        if data is None or path != self.path:
            return data
        return data[: self.place] + bytes([data[self.place] ^ 1]) + data[self.place + 1 :]

    def partial_widths(self, path: str) -> list[int]:
        return self.store.partial_widths(path)


@pytest.mark.parametrize(("size", "files", "places"), [(2, 9, 40), (257, 9, 20), (65_537, 2, 2)])
def test_a_single_altered_byte_anywhere_is_noticed_by_the_judge_and_by_us(
    judge: Judge, logs: dict[int, Log], size: int, files: int, places: int
) -> None:
    folder = logs[size].folder
    alterations = sample_alterations(folder, files, places)
    if size == 65_537:
        kinds = {
            path.split("/")[1] + (" partial" if ".p/" in path else "")
            for path, _ in alterations
            if "/" in path
        }
        assert kinds == {"entries", "entries partial", "0", "0 partial", "1", "1 partial", "2 partial"}
    verdicts = judge.judge_altered(folder, VKEY, alterations)
    assert len(verdicts) == len(alterations)
    for (path, place), verdict in zip(alterations, verdicts, strict=True):
        assert not verdict.sound, f"the judge did not notice {path} at {place}"
        altered = AlteredStore(DirectoryStore(folder), path, place)
        report = verify_log(altered, KEY.verifier, workers=1, progress=lambda _: None)
        assert any(path in problem for problem in report.problems), f"we did not notice {path} at {place}"


@pytest.mark.soak
def test_a_log_of_a_million_entries_is_sound(judge: Judge, tmp_path: Path) -> None:
    head, store = FileHead(tmp_path / "head"), DirectoryStore(tmp_path / "log")
    earlier = tmp_path / "earlier"
    for start in range(0, 1_000_000, 250_000):
        append(head, store, KEY, make_entries(250_000, start))
        if start == 250_000:
            earlier.write_bytes((store.root / "checkpoint").read_bytes())
    assert judge.judge(store.root, VKEY, earlier, samples=2_000).sentence == "sound: 1000000 entries"
    report = verify_log(store, KEY.verifier, workers=2, progress=lambda _: None)
    assert report.problems == ()


def test_without_go_the_judge_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="apt-get install golang-go golang-golang-x-mod-dev"):
        build(tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(judge_module, "_DEBIAN", tmp_path)
    with pytest.raises(RuntimeError, match="golang-golang-x-mod-dev"):
        build(tmp_path)
