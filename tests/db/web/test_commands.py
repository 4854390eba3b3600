"""The commands as a newcomer meets them: what stands in the way is told in a sentence, never a traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUIDANG_")}
    return {**kept, "TUIDANG_DATA": str(data), "PYTHONUNBUFFERED": "1", **more}


def run(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tuidang", *arguments],
        env=environment(data, **more),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a real register that was just begun."""
    data = tmp_path_factory.mktemp("begun") / "var"
    assert run(data, "init", "example.org/register").returncode == 0
    return data


def test_where_no_register_was_begun_each_command_says_so(tmp_path: Path) -> None:
    for command in ("publish", "register figures", "register figures --check", "register rebuild-index"):
        told = run(tmp_path, *command.split())
        assert told.returncode == 1, command
        assert "`tuidang init` begins one" in told.stderr, command
        assert "Traceback" not in told.stderr, command


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    database = "postgres://user:secret@127.0.0.1:1/name"
    told = run(tmp_path, "init", "example.org/register", TUIDANG_DATABASE=database)
    assert told.returncode == 1
    assert told.stderr.startswith("Error: Database or data folder cannot be used")
    assert "secret" not in told.stderr


def test_a_key_that_others_may_read_is_named_by_every_command(begun: Path) -> None:
    key = begun / "keys" / "web.key"
    key.chmod(0o644)
    doctor, publish = run(begun, "doctor"), run(begun, "publish")
    key.chmod(0o600)
    assert (doctor.returncode, doctor.stderr) == (1, "")
    assert f"chmod go= {key}" in doctor.stdout
    assert (publish.returncode, publish.stderr.count("\n")) == (1, 1)
    assert f"{key} is open to others" in publish.stderr


def test_the_doctor_names_a_lost_key_of_the_log(begun: Path) -> None:
    key = begun / "keys" / "log.key"
    key.rename(begun / "kept")
    told = run(begun, "doctor")
    (begun / "kept").rename(key)
    assert (told.returncode, told.stderr) == (1, "")
    assert "restore it from its copy" in told.stdout


def test_the_doctor_closes_a_data_folder_without_closing_it_to_the_web_server(begun: Path) -> None:
    begun.chmod(0o755)
    told = run(begun, "doctor")
    begun.chmod(0o711)
    after = run(begun, "doctor")
    assert f"chmod go-rw {begun}" in told.stdout
    assert "others can read" not in after.stdout


def test_a_second_one_on_the_same_folder_is_refused_and_an_impatient_second_ctrl_c_stops_as_the_first(
    begun: Path, tmp_path: Path
) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    output = tmp_path / "output"
    with output.open("wb") as file:
        service = subprocess.Popen(
            [sys.executable, "-m", "tuidang", "up"],
            env=environment(begun, PORT=str(port)),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + 60
    while "the register is open" not in output.read_text():
        assert service.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)
    second = run(begun, "up", PORT=str(port - 1))
    assert second.returncode == 1
    assert "already: stop it first" in second.stderr
    service.send_signal(signal.SIGINT)
    time.sleep(0.1)
    service.send_signal(signal.SIGINT)
    assert service.wait(timeout=60) == 0
    assert output.read_text().endswith("Stopped. Starting again finds everything.\n")
