"""A witness that runs: over HTTP, alone on its folder, killed at every step, and silent about who asks."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tlog_cast import KEY, OTHER_KEY
from tuidang.base.logs import PlainFormatter
from tuidang.cli_witness import witness
from tuidang.tlog.asking import NotCosigned, ask_witness
from tuidang.tlog.checkpoint import parse_checkpoint
from tuidang.tlog.note import KeyKind, SigningKey, open_note, split_note
from tuidang.tlog.policy import Witness as Asked
from tuidang.tlog.witness import MAX_REQUEST, Request
from tuidang.witness.folder import WitnessError, WitnessFolder
from tuidang.witness.service import Server, Witness
from witness_cast import EAST, TwoHistories, served

NAME = "witness.example.net/w1"
PATIENCE = 60.0  # seconds


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    made = WitnessFolder.init(tmp_path / "witness", NAME)
    made.add_log(KEY.verifier)
    return made


@pytest.fixture
def server(folder: WitnessFolder) -> Iterator[Server]:
    with served(Witness(folder)) as one:
        yield one


def post(server: Server, body: bytes, path: str = "/add-checkpoint", **headers: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=PATIENCE)
    connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, answer.headers["Content-Type"], answer.read().decode()
    connection.close()
    return found


def asked(server: Server, folder: WitnessFolder) -> Asked:
    return Asked("w1", folder.key().verifier, f"http://127.0.0.1:{server.server_address[1]}/")


def ask(two: TwoHistories, history: int, size: int, of: Asked) -> str:
    signed = two.signed(history, size)
    text = split_note(signed)[0]
    line = ask_witness(two.logs[history].store, signed, parse_checkpoint(text).tree, of, PATIENCE)
    open_note(f"{text}\n{line}", of.key)
    return line


def run(*arguments: object) -> Result:
    return CliRunner().invoke(witness, [str(argument) for argument in arguments])


def test_a_log_is_cosigned_as_it_grows_and_again_at_the_same_size(
    server: Server, folder: WitnessFolder
) -> None:
    two = TwoHistories(1000)
    for size in (0, 1, 255, 256, 300, 300):
        assert ask(two, 0, size, asked(server, folder))
        assert folder.last(KEY.name).size == size


def test_many_requests_go_over_one_connection(server: Server) -> None:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=PATIENCE)
    for _ in range(3):
        connection.request("POST", "/add-checkpoint", TwoHistories(9).request(0, 0, 5).text.encode())
        answer = connection.getresponse()
        answer.read()
        assert not answer.will_close
    connection.close()


def test_a_second_history_is_refused_and_both_checkpoints_are_kept(
    server: Server, folder: WitnessFolder
) -> None:
    two, of = TwoHistories(100), asked(server, folder)
    ask(two, 0, 300, of)
    with pytest.raises(NotCosigned, match="cosigned another tree of 300 leaves: this log has two histories"):
        ask(two, 1, 300, of)
    with pytest.raises(NotCosigned, match="422"):
        ask(two, 1, 400, of)
    with pytest.raises(NotCosigned, match="300 leaves of this log, which has 200: the log was set back"):
        ask(TwoHistories(100), 0, 200, of)
    (kept,) = (folder.root / "contradictions").iterdir()
    both = kept.read_text().split("\n\n" + KEY.name)
    pair = [both[0], KEY.name + both[1]]
    trees = {parse_checkpoint(open_note(f"{text.rstrip()}\n", KEY.verifier).text).tree for text in pair}
    assert {tree.size for tree in trees} == {300}
    assert len(trees) == 2
    assert ask(two, 0, 400, of)


def test_of_two_histories_asked_for_at_once_one_is_cosigned(server: Server, folder: WitnessFolder) -> None:
    bodies = [TwoHistories(3).request(n % 2, 0, 10 + n // 2).text.encode() for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: post(server, body), bodies))
    assert sorted(status for status, _, _ in answers) == [200] + [409] * 23
    cosigned = [n for n, (status, _, _) in enumerate(answers) if status == 200]
    assert folder.last(KEY.name).size == 10 + cosigned[0] // 2


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/", b"", {}, 404),
        ("/add-checkpoint", b"old 0\n", {}, 400),
        ("/add-checkpoint", b"", {"Content_Length": "99999999"}, 413),
        ("/add-checkpoint", b"", {"Content_Length": str(MAX_REQUEST + 1)}, 413),
        ("/add-checkpoint", b"", {"Content_Length": "-1"}, 413),
        ("/add-checkpoint", b"", {"Content_Length": "9" * 5000}, 413),
        ("/add-checkpoint", TwoHistories(9).request(0, 0, 5).text.encode(), {}, 200),
    ],
)
def test_each_request_has_its_status(
    server: Server, path: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert post(server, body, path, **headers)[0] == status


def test_a_stale_size_is_answered_in_the_type_of_the_specification(server: Server) -> None:
    post(server, TwoHistories(9).request(0, 0, 5).text.encode())
    stale = post(server, TwoHistories(9).request(0, 0, 7).text.encode())
    assert stale == (409, "text/x.tlog.size", "5\n")


def test_a_network_that_asks_too_often_waits_and_others_do_not(server: Server) -> None:
    crowd = [post(server, b"x", X_Forwarded_For=f"203.0.113.{n}")[0] for n in range(70)]
    assert crowd[:60] == [400] * 60
    assert crowd[-1] == 429
    assert post(server, b"x", X_Forwarded_For="203.0.113.9, 198.51.100.7")[0] == 400


def test_nothing_of_who_asks_is_written_anywhere(
    server: Server, folder: WitnessFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    mark = "203.0.113.77"
    for body in (
        b"x",
        TwoHistories(9).request(0, 0, 5).text.encode(),
        TwoHistories(2).request(1, 5, 5).text.encode(),
    ):
        post(server, body, X_Forwarded_For=mark, User_Agent=mark)
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=PATIENCE)
    connection.request("POST", "/add-checkpoint", b"", {"Content-Length": "50", "User-Agent": mark})
    connection.close()  # broken off in the midst
    written = b"".join(path.read_bytes() for path in folder.root.rglob("*") if path.is_file())
    assert mark.encode() not in written
    assert mark not in "".join(capfd.readouterr())


def test_a_fault_of_ours_is_written_with_its_place_and_without_what_was_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("203.0.113.77")

    monkeypatch.setattr(Witness, "add_checkpoint", fail)
    caplog.handler.setFormatter(PlainFormatter())
    with pytest.raises(http.client.RemoteDisconnected):
        post(server, b"x")
    assert "a request was not answered" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "203.0.113.77" not in caplog.text


def test_what_was_cosigned_is_durable_before_the_cosignature_is_made(
    folder: WitnessFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    for name in ("fsync", "replace"):
        call = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, n=name, c=call, **k: (steps.append(n), c(*a, **k))[1])
    cosign = SigningKey.cosign
    monkeypatch.setattr(
        SigningKey, "cosign", lambda *arguments: (steps.append("cosign"), cosign(*arguments))[1]
    )
    request = TwoHistories(9).request(0, 0, 5)
    for _ in range(2):  # the second time nothing changes, and nobody knows whether the first came to its end
        assert Witness(folder).add_checkpoint(request.text.encode(), 1).status == 200
        assert steps == ["fsync", "replace", "fsync", "cosign"]
        steps.clear()
        request = Request(5, (), request.checkpoint)


def test_a_full_disk_means_no_cosignature(folder: WitnessFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    request = TwoHistories(9).request(0, 0, 5).text.encode()
    with served(Witness(folder)) as server:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            status, _, body = post(server, request)
            assert (status, "cosigns nothing" in body) == (500, True)
        assert post(server, request)[0] == 200


def test_killed_at_any_system_call_a_witness_never_cosigns_two_histories(tmp_path: Path) -> None:
    program = Path(__file__).with_name("kill_a_witness.py")
    ran = subprocess.run(
        [sys.executable, program, tmp_path], capture_output=True, text=True, check=False, timeout=600
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) >= 5  # open, write, fsync, replace, open and fsync of the folder, and the answer


@pytest.mark.parametrize("damage", ["", "old history", "example.org/register\n5\nnonsense\n\n"])
def test_a_witness_whose_memory_is_damaged_cosigns_nothing(folder: WitnessFolder, damage: str) -> None:
    request = TwoHistories(9).request(0, 0, 5)
    assert Witness(folder).add_checkpoint(request.text.encode(), 1).status == 200
    (seen,) = (folder.root / "seen").iterdir()
    seen.write_text(damage)
    with pytest.raises(WitnessError, match="damaged"):
        Witness(folder).add_checkpoint(request.text.encode(), 1)
    seen.unlink()
    (folder.root / "seen").rmdir()
    with pytest.raises(WitnessError, match="is gone"):
        Witness(folder).add_checkpoint(request.text.encode(), 1)


def test_one_process_serves_a_folder(folder: WitnessFolder) -> None:
    with folder.alone():
        told = run("serve", folder.root)
        assert told.exit_code == 1
        assert "another process serves" in told.stderr
    with folder.alone():
        pass


def test_the_commands_make_a_witness_and_take_logs_on(tmp_path: Path) -> None:
    root = tmp_path / "w"
    made = run("init", root, NAME)
    assert made.exit_code == 0
    assert made.stdout.strip() == WitnessFolder(root).key().verifier.text
    assert (root / "key").stat().st_mode & 0o777 == 0o600
    assert "is not empty" in run("init", root, NAME).stderr
    for _ in range(2):
        shown = run("keys", root, "--add", KEY.verifier.text).stdout.splitlines()
        assert shown == [made.stdout.strip(), f"  cosigns {KEY.verifier.text}, 0 leaves so far"]
    told = run("keys", root, "--add", OTHER_KEY.verifier.text, "--json").stdout
    assert told.count("example.org/register+") == 2
    assert "not of a log" in run("keys", root, "--add", EAST.verifier.text).stderr
    assert run("keys", root, "--add", "nonsense").exit_code == 2
    assert "no key of a witness" in run("keys", tmp_path).stderr
    assert "name" in run("init", tmp_path / "other", "a name").stderr


def test_a_log_that_is_taken_on_is_cosigned_at_once(server: Server, folder: WitnessFolder) -> None:
    (folder.root / "logs").write_text("")
    request = TwoHistories(9).request(0, 0, 5).text.encode()
    assert post(server, request)[0] == 404
    folder.add_log(KEY.verifier)
    assert post(server, request)[0] == 200


def test_a_witness_that_cannot_be_asked_is_told_with_the_reason(
    server: Server, folder: WitnessFolder
) -> None:
    of, two = asked(server, folder), TwoHistories(9)
    stranger = SigningKey(NAME, bytes(32), KeyKind.COSIGNATURE).verifier
    with pytest.raises(NotCosigned, match="without a cosignature by the key that we have of it"):
        ask(two, 0, 5, Asked("w1", stranger, of.url))
    with pytest.raises(NotCosigned, match="404"):
        ask(two, 0, 5, Asked("w1", of.key, of.url + "elsewhere"))
    with pytest.raises(NotCosigned, match="http"):
        ask(two, 0, 5, Asked("w1", of.key, "file:///etc/passwd"))
    with pytest.raises(NotCosigned, match="cannot be reached"):
        ask(two, 0, 5, Asked("w1", of.key, "http://127.0.0.1:1/"))
