"""Builds and runs the foreign judge of our logs: Go's sumdb packages, from Debian, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("main.go")
_DEBIAN = Path("/usr/share/gocode")
_MEND = "Install them: apt-get install golang-go golang-golang-x-mod-dev"


@dataclass(frozen=True)
class Verdict:
    """What the judge says: whether the log is sound, and the sentence."""

    sound: bool
    sentence: str


@dataclass(frozen=True)
class Judge:
    """The built program."""

    program: Path

    def judge(
        self,
        folder: Path,
        vkey: str,
        *older: Path,
        witnesses: tuple[str, ...] = (),
        samples: int = 20,
        cores: int = 2,
    ) -> Verdict:
        """Judge a log's folder, that it continues older checkpoints, and that witnesses have cosigned it."""
        options = [f"-vkey={vkey}", f"-samples={samples}", *(f"-older={path}" for path in older)]
        options += [f"-witness={one}" for one in witnesses]
        environment = {**os.environ, "GOMAXPROCS": str(cores)}
        run = subprocess.run(
            [self.program, *options, folder], capture_output=True, text=True, check=False, env=environment
        )
        assert run.returncode in (0, 1), run.stderr
        return Verdict(run.returncode == 0, run.stdout.strip())

    def judge_altered(self, folder: Path, vkey: str, alterations: list[tuple[str, int]]) -> list[Verdict]:
        """Judge once for each (path, offset), as if that byte had been altered."""
        lines = "".join(f"{path} {offset}\n" for path, offset in alterations)
        run = subprocess.run(
            [self.program, f"-vkey={vkey}", "-alterations=/dev/stdin", folder],
            input=lines,
            capture_output=True,
            text=True,
            check=True,
        )
        return [Verdict(line.startswith("sound:"), line) for line in run.stdout.splitlines()]


def build(folder: Path) -> Judge:
    """Build the judge into a folder. Raises RuntimeError, saying what to install, if Go or its packages are
    missing.
    """
    if shutil.which("go") is None or not (_DEBIAN / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        raise RuntimeError(
            f"The judge of the log needs Go and its sumdb packages, and they are not here. {_MEND}"
        )
    program = folder / "judge"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(_DEBIAN),
        "GOCACHE": str(folder / "go-cache"),
        "GOFLAGS": "",
    }
    subprocess.run(["go", "build", "-o", program, _SOURCE], check=True, env=environment, cwd=folder)
    return Judge(program)
