"""A log signed by somebody's own key, which states a size that no disk could hold."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tuidang.tlog.checkpoint import Checkpoint, sign_checkpoint
from tuidang.tlog.note import generate_key


def _with_four_gigabytes() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


@pytest.mark.parametrize("size", [20_000_000_000, 10**18])
def test_a_size_that_is_only_stated_takes_neither_memory_nor_time(tmp_path: Path, size: int) -> None:
    key, verifier = generate_key("hostile.example")
    (tmp_path / "statements").mkdir()
    (tmp_path / "vkey").write_text(verifier.text)
    (tmp_path / "checkpoint").write_text(sign_checkpoint(Checkpoint(key.name, size, bytes(32)), key))
    verified = subprocess.run(
        [sys.executable, "-m", "tuidang", "log", "verify", tmp_path],
        preexec_fn=_with_four_gigabytes,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert verified.returncode == 1
    assert "NOT SOUND" in verified.stdout
    assert "Traceback" not in verified.stderr
