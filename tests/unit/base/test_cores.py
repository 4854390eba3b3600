"""What holds for processes that know who was called: they leave no core."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SAY = "import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"


@pytest.mark.parametrize(("hard", "left"), [(-1, "1 1"), (5000, "1 1"), (1, "1 1"), (0, "0 0")])
def test_the_limit_is_the_one_at_which_no_program_is_given_a_core(hard: int, left: str) -> None:
    if hard > resource.getrlimit(resource.RLIMIT_CORE)[1] >= 0:
        pytest.skip("this machine allows no more itself")
    words = (
        f"import resource; resource.setrlimit(resource.RLIMIT_CORE, ({hard}, {hard}))\n"
        f"from tuidang.base.cores import forbid_cores; forbid_cores()\n{_SAY}"
    )
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == left


def test_who_is_ended_by_a_mistake_leaves_no_file(tmp_path: Path) -> None:
    words = "import os; from tuidang.base.cores import forbid_cores; forbid_cores(); os.abort()"
    said = subprocess.run([sys.executable, "-c", words], cwd=tmp_path, capture_output=True, check=False)
    assert said.returncode == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []
