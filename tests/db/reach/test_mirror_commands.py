"""The commands for mirror lists and the onion, as an operator types them; and mirrors opened for real."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from tuidang import cli_answers
from tuidang.base.audit.models import AuditEntry
from tuidang.cli import main
from tuidang.reach.lists.probe import Prober, parse_socks
from tuidang.reach.lists.queries import assigned, find_set, list_bytes
from tuidang.reach.models import Measurement
from tuidang.register.actions.head import init_log
from tuidang.tlog.note import SigningKey
from tuidang.web.house import files_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
KEY = SigningKey("register.example/of-tests", bytes(range(32)))
ONION = "http://" + "a" * 56 + ".onion/"


@pytest.fixture(autouse=True)
def prepared() -> Iterator[None]:
    """Leave out what a command does first to a data folder: the test has its own database."""
    with patch.object(cli_answers, "prepare"), patch.object(cli_answers, "start_django"):
        yield


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def save(code: str, place: str, state: str = "live") -> None:
    said = run("source", "save", code, "--kind", "mirror", "--title", "M", "--place", place, "--state", state)
    assert said.exit_code == 0, said.output


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, as any dumb web server would."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its parent's
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path, house: Path) -> Iterator[tuple[Path, int]]:
    """Serve a folder with our checkpoint in it; give the folder and the port."""
    folder = tmp_path / "mirror"
    for place in (folder / "log", house / "log"):
        place.mkdir(parents=True, exist_ok=True)
    (house / "log" / "vkey").write_text(f"{KEY.verifier.text}\n")
    (folder / "log" / "checkpoint").write_text(KEY.sign("register.example/of-tests\n1\nAAAA\n"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, server.server_address[1]
    server.shutdown()
    server.server_close()


@contextmanager
def socks(to: int, asked: list[bytes], says: int = 0) -> Iterator[int]:
    """Run a SOCKS server that leads every name to a port of this machine, as Tor leads to an onion."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            line, _ = door.accept()
            with line:
                assert line.recv(3) == b"\x05\x01\x00"
                line.sendall(b"\x05\x00")
                head = line.recv(5)
                asked.append(line.recv(head[4] + 2))
                line.sendall(bytes([5, says, 0, 1]) + bytes(6))
                if says:
                    return
                with socket.create_connection(("127.0.0.1", to)) as on:
                    on.sendall(line.recv(65536))
                    while got := on.recv(65536):
                        line.sendall(got)

        threading.Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]


def _is_signed_and_checked(tmp_path: Path) -> None:
    """Look that a signed list is ours by its key, that an altered one is not, and that a canary runs out."""
    init_log("example.org/register", date(2026, 11, 28))
    note, key = tmp_path / "note", files_key().verifier.text
    note.write_bytes(run("reach", "lists", "e-mail", "--signed").stdout_bytes)
    checked = run("mirror-list", "check", str(note), "--key", key, "--json")
    assert checked.exit_code == 0, checked.output
    kept = find_set("e-mail")
    assert kept is not None
    assert json.loads(checked.output)["mirrors"] == [one.address for one in kept.live]
    altered = tmp_path / "altered"
    altered.write_text(note.read_text().replace(".example/", ".invalid/"))
    refused = run("mirror-list", "check", str(altered), "--key", key)
    assert (refused.exit_code, "NOT OURS" in refused.output) == (1, True)
    note.write_bytes(
        run("reach", "lists", "posters", "--signed").stdout_bytes
    )  # of which nobody said anything
    silent = run("mirror-list", "check", str(note), "--key", key)
    assert (silent.exit_code, "nobody has said anything" in silent.output) == (1, True)
    assert run("mirror-list", "check", str(note)).exit_code == 2


def test_sets_are_begun_filled_shown_and_written_as_the_same_bytes(house: Path, tmp_path: Path) -> None:
    assert "There is no set yet" in run("mirror-list", "show").output
    for n in range(4):
        save(f"m{n}", f"https://m{n}.example/")
    for name in ("e-mail", "posters"):
        assert run("mirror-list", "add-set", name, "--title", name).output == f"{name} is begun.\n"
    assert "4 mirrors are in no set" in run("mirror-list", "show").output
    assert run("mirror-list", "hand-out").output == "4 mirrors were handed out, 0 moved.\n"
    assert "lives for 14 days" in run("mirror-list", "canary", "e-mail", "--words", "Rain.").output
    shown = json.loads(run("mirror-list", "show", "--json").output)
    assert [len(one["mirrors"]) for one in shown] == [2, 2]
    run("mirror-list", "add-set", "calls", "--title", "Calls")
    assert run("mirror-list", "hand-out", "--even-out").output == "0 mirrors were handed out, 1 moved.\n"
    found = find_set("e-mail")
    assert found is not None
    written = run("reach", "lists", "e-mail").stdout_bytes
    assert written == list_bytes(found) == run("reach", "lists", "e-mail").stdout_bytes
    assert json.loads(written)["canary"]["words"] == "Rain."
    _is_signed_and_checked(tmp_path)
    assert {entry.act for entry in AuditEntry.objects.all()} == {
        "change-source",
        "change-mirrors",
        "renew-canary",
    }
    for wrong, told in (
        (("reach", "lists", "gone"), "There is no set gone."),
        (("mirror-list", "canary", "gone", "--words", "x"), "no such set"),
        (("mirror-list", "canary", "e-mail", "--words", "x", "--days", "99"), "From 1 to 31 days"),
        (("mirror-list", "add-set", "e-mail", "--title", "x"), "such a set already"),
        (("mirror-list", "test", "--tor", "9050"), "not HOST:PORT"),
    ):
        refused = run(*wrong)
        assert refused.exit_code != 0
        assert told in refused.output


def test_mirrors_are_opened_and_only_our_own_log_counts_as_ours(
    site: tuple[Path, int], tmp_path: Path
) -> None:
    folder, port = site
    save("good", f"http://127.0.0.1:{port}/")
    said = run("mirror-list", "test", "--network", "cn-mobile", "--keep")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("mirror,network,day,works\ngood,cn-mobile,")
    assert said.stdout.endswith(",yes\n")
    assert Measurement.objects.get().works
    save("closed", "http://127.0.0.1:9/")
    save("onion", ONION)
    save("gone", f"http://127.0.0.1:{port}/none/", "blocked")
    save("retired", "http://127.0.0.1:9/", "retired")
    said = run("mirror-list", "test", "--json")
    assert said.exit_code == 1
    works = {one["mirror"]: one["works"] for one in json.loads(said.stdout)}
    assert works == {"good": True, "closed": False, "gone": False}
    assert "onion: an onion, not tried without --tor" in said.stderr
    (folder / "log" / "checkpoint").write_text("This page is blocked.")
    said = run("mirror-list", "test")
    assert "good: what answers there is not our log" in said.stderr
    file = tmp_path / "measured.csv"
    file.write_text(said.stdout)
    assert run("mirror-list", "load", file).output == "3 measurements were news.\n"
    assert run("mirror-list", "load", file).output == "0 measurements were news.\n"
    file.write_text("rubbish")
    assert "no measurement in it" in run("mirror-list", "load", file).output


def test_an_onion_is_opened_through_tor_and_its_name_is_looked_up_nowhere_else(
    site: tuple[Path, int], house: Path
) -> None:
    asked: list[bytes] = []
    with socks(site[1], asked) as port:
        assert Prober(house / "log", ("127.0.0.1", port)).why_not(ONION) == ""
    assert asked == [b"a" * 56 + b".onion" + (80).to_bytes(2, "big")]
    with socks(site[1], asked, says=4) as port:
        assert (
            Prober(house / "log", ("127.0.0.1", port)).why_not(ONION)
            == "it does not answer (ConnectionError)"
        )
    assert Prober(house / "log", None).why_not(ONION) is None
    assert parse_socks("localhost:9050") == ("localhost", 9050)


def test_the_onion_s_configuration_is_printed_and_a_path_that_cannot_be_is_refused() -> None:
    assert (
        "HiddenServicePort 80 unix:/run/x/web.sock\n"
        in run("onion", "config", "--socket", "/run/x/web.sock").output
    )
    assert run("onion", "config", "--folder", "tor").exit_code == 1


def test_letters_are_not_answered_without_settings() -> None:
    refused = run("mail", "answer", "--once")
    assert refused.exit_code == 1
    assert "TUIDANG_MAIL_ADDRESS" in refused.output
    assert not assigned()[0]
