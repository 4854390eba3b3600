"""Drill: the log's key is lost, or stolen. Another log goes on, and the thief is believed by nobody."""

from __future__ import annotations

import base64
import shutil
import threading
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from folder_cast import TODAY, put, read_leaves
from tuidang.cli_log import log
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.head import SAMPLE_ORIGIN, CannotWrite, begin_log, open_log
from tuidang.register.actions.publication import publish
from tuidang.register.actions.succession import prepare_successor
from tuidang.register.models import Receipt
from tuidang.tlog.head import FileHead
from tuidang.tlog.note import SigningKey, VerifierKey
from tuidang.tlog.publish import append
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.reading import Targets, read_targets
from tuidang.web.trust import files_key, go_on, tend_trust

NOW = datetime.now(UTC)
NEXT = "sample-2.tuidang.invalid"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sample(house: Path) -> Path:
    """A sample of five statements, with a trust root."""
    begin_log(SAMPLE_ORIGIN, TODAY)
    publish_more(5)
    tend_trust(NOW)
    return house


def publish_more(count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        put(number)
    publish(TODAY + timedelta(days=first))


def read_own() -> Targets:
    store = DirectoryStore(settings.TUIDANG.trust)
    return read_targets(store, store.read("1.root.json") or b"", NOW)


def verify(*options: object) -> Result:
    root = settings.TUIDANG.trust / "1.root.json"
    arguments = ["verify", settings.TUIDANG.log, "--trust", settings.TUIDANG.trust, "--root", root, *options]
    return CliRunner().invoke(log, [str(one) for one in arguments])


def thief_goes_on(house: Path, key: str, log: Path) -> Path:
    """Sign a batch more with a stolen key, over a copy of the folder as the old log left it."""
    store = DirectoryStore(shutil.copytree(log, house / "thief"))
    head = FileHead(house / "thief.head")
    signed = (store.read("checkpoint") or b"").decode()
    head.swap("", signed, [])
    append(head, store, SigningKey.parse(key), [b'{"kind":"erased","index":0,"v":1}'])
    return store.root


def test_a_lost_key_ends_the_name_and_not_the_register(sample: Path) -> None:
    (sample / "keys" / "log.key").unlink()
    with pytest.raises(CannotWrite):
        publish_more(1, 5)  # nobody can go on without
    prepare_successor(NEXT)
    go_on(NOW)
    publish(TODAY + timedelta(days=6))
    told = verify()
    assert told.exit_code == 0, told.output
    assert f"5 under {SAMPLE_ORIGIN}, 1 under {NEXT}; 6 in all" in told.stdout
    assert "Counted: 6" in told.stdout
    assert len(read_leaves(settings.TUIDANG.log)) == 6
    assert list(Receipt.objects.order_by("leaf").values_list("leaf", flat=True)) == list(range(6))


def test_who_stole_the_key_and_signs_on_is_not_believed(sample: Path) -> None:
    stolen = KeyFolder(sample / "keys").log_key()
    before = shutil.copytree(settings.TUIDANG.log, sample / "before")
    prepare_successor(NEXT)
    go_on(NOW)
    thief = thief_goes_on(sample, stolen, before)
    root = ["--trust", str(settings.TUIDANG.trust), "--root", str(settings.TUIDANG.trust / "1.root.json")]
    told = CliRunner().invoke(log, ["verify", str(thief), *root])
    assert told.exit_code == 1
    assert f"{SAMPLE_ORIGIN} was sealed at 5 leaves, and this checkpoint has 6" in told.stdout
    old = CliRunner().invoke(log, ["verify", str(before), *root])  # and who kept a copy of before is told so
    assert old.exit_code == 0
    assert "this log was sealed here" in old.stdout


@pytest.mark.parametrize("dressed", [False, True])  # in a signature of the next log that is none
def test_nor_where_his_server_first_shows_where_it_was_sealed(sample: Path, dressed: bool) -> None:
    stolen = KeyFolder(sample / "keys").log_key()
    before = shutil.copytree(settings.TUIDANG.log, sample / "before")
    prepare_successor(NEXT)
    go_on(NOW)
    thief = thief_goes_on(sample, stolen, before)
    if dressed:
        raw = base64.b64encode(read_own().log_key().key_id + bytes(64)).decode()
        (thief / "checkpoint").write_text((thief / "checkpoint").read_text() + f"— {NEXT} {raw}\n")
    asked: list[str] = []

    class TwoFaced(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            asked.append(path)
            folder = before if path == "/checkpoint" and asked.count(path) == 1 else thief
            return f"{folder}{path}"

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), TwoFaced) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = ["--trust", str(settings.TUIDANG.trust), "--root", str(settings.TUIDANG.trust / "1.root.json")]
        told = CliRunner().invoke(log, ["verify", f"http://127.0.0.1:{server.server_port}", *root])
        server.shutdown()
    assert told.exit_code == (3 if dressed else 1), told.output
    said = "has shown two" if dressed else "was sealed at 5 leaves, and this checkpoint has 6"
    assert said in told.output


def test_who_remembers_what_he_saw_is_shown_no_older_trust_root(sample: Path) -> None:
    memory, old = sample / "memory", shutil.copytree(settings.TUIDANG.trust, sample / "old")
    before = shutil.copytree(settings.TUIDANG.log, sample / "before")
    prepare_successor(NEXT)
    go_on(NOW)
    assert verify("--memory", memory).exit_code == 0
    shown = ["verify", str(before), "--trust", str(old), "--root", str(old / "1.root.json")]
    assert CliRunner().invoke(log, shown).exit_code == 0
    told = CliRunner().invoke(log, [*shown, "--memory", str(memory)])
    assert told.exit_code == 1
    assert "older than what was shown before" in told.output


def test_who_kept_a_checkpoint_of_the_old_log_sees_that_it_goes_on(sample: Path) -> None:
    shutil.copy(settings.TUIDANG.log / "checkpoint", sample / "mine")
    prepare_successor(NEXT)
    go_on(NOW)
    publish_more(2, 5)
    assert verify("--earlier", sample / "mine").exit_code == 0
    # Who does not ask the trust root cannot tell; he is not told that he has found a fraud.
    alone = ["verify", str(settings.TUIDANG.log), "--earlier", str(sample / "mine")]
    told = CliRunner().invoke(log, alone)
    assert (told.exit_code, "NOT SOUND" in told.output) == (3, False), told.output
    assert f"was signed by another log, {SAMPLE_ORIGIN}" in told.output
    assert "use --trust URL --root FINGERPRINT" in told.output
    (settings.TUIDANG.log / "statements" / "stray").write_text("x")
    assert "Sound" not in CliRunner().invoke(log, alone).stdout


def test_a_successor_that_dropped_a_leaf_is_found_out(sample: Path) -> None:
    stolen = KeyFolder(sample / "keys").log_key()
    shutil.copy(settings.TUIDANG.log / "checkpoint", sample / "mine")
    prepare_successor(NEXT)
    go_on(NOW)
    new = KeyFolder(sample / "keys").log_key()
    assert SigningKey.parse(stolen).name != SigningKey.parse(new).name
    forged = DirectoryStore(sample / "forged")
    append(FileHead(sample / "forged.head"), forged, SigningKey.parse(new), [b"another history"] * 6)
    shutil.rmtree(settings.TUIDANG.log)
    shutil.copytree(forged.root, settings.TUIDANG.log)
    told = verify()
    assert told.exit_code == 1
    assert f"does not go on from {SAMPLE_ORIGIN}" in told.stdout
    alone = ["verify", str(settings.TUIDANG.log), "--earlier", str(sample / "mine"), "--vkey"]
    alone.append(SigningKey.parse(new).verifier.text)
    told = CliRunner().invoke(log, alone)  # nor does it without the trust root: no lawful log drops leaves
    assert (told.exit_code, "NOT SOUND" in told.stdout) == (1, True)


@pytest.mark.parametrize("persisted", [False, True])
def test_a_crash_on_the_way_is_finished_by_doing_it_again(sample: Path, persisted: bool) -> None:
    before = read_own().files_key().public
    prepare_successor(NEXT)
    take = KeyFolder.take_next_log_key

    def crash(keys: KeyFolder) -> None:
        if persisted:
            take(keys)
        raise SystemExit

    with patch.object(KeyFolder, "take_next_log_key", crash), pytest.raises(SystemExit):
        go_on(NOW)
    go_on(NOW)
    publish_more(1, 5)
    assert open_log().key.name == NEXT
    assert verify().exit_code == 0
    assert read_own().files_key() == files_key(settings.TUIDANG, NEXT)
    assert read_own().files_key().public != before  # who stole the one key may have stolen the other


def test_what_is_prepared_changes_nothing_yet(sample: Path) -> None:
    before = open_log().checkpoint
    plan = prepare_successor(NEXT)
    assert prepare_successor(NEXT) == plan  # and doing it again makes no second key
    publish_more(1, 5)
    assert open_log().key.name == SAMPLE_ORIGIN
    assert open_log().checkpoint != before
    assert VerifierKey.parse((settings.TUIDANG.log / "vkey").read_text()) == plan.old


@pytest.mark.parametrize(
    ("name", "why"),
    [("example.org/register", "sample"), (SAMPLE_ORIGIN, "a name of its own"), ("Nonsense", "no origin")],
)
def test_a_name_that_cannot_go_on_is_refused(sample: Path, name: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        prepare_successor(name)
