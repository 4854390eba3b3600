"""The commands `tuidang log …`, as a person or a program meets them."""

from __future__ import annotations

import base64
import gzip
import json
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reading_cast import DAY, Register, Statement
from tlog_cast import KEY, OTHER_KEY, make_entries
from tuidang.cli_log import log
from tuidang.register.folder.batch import Batch, DayLine
from tuidang.register.folder.folder import apply_batch
from tuidang.register.folder.records import (
    Erased,
    Line,
    Record,
    StatementLeaf,
    Uncounted,
    UncountedReason,
    commitment,
    encode_leaf,
    encode_line,
)
from tuidang.tlog.checkpoint import Checkpoint, sign_checkpoint
from tuidang.tlog.head import FileHead
from tuidang.tlog.note import SigningKey, VerifierKey
from tuidang.tlog.publish import append, grow
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tree import EMPTY_TREE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a log of 300 entries, and the checkpoint it had at 100 beside it."""
    head, store = FileHead(tmp_path / "head"), DirectoryStore(tmp_path / "log")
    append(head, store, KEY, make_entries(100))
    (tmp_path / "earlier").write_bytes((store.root / "checkpoint").read_bytes())
    append(head, store, KEY, make_entries(200, 100))
    (store.root / "vkey").write_text(KEY.verifier.text + "\n")
    return store.root


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """The public folder of a register of three statements; the record of the second was erased."""
    day, salt = date(2026, 11, 20), bytes(32)
    records = [Record(name, "", "", "zh-Hans").encode() for name in ("一帆", "二泉", "三省")]
    leaves = [StatementLeaf(day, ("pioneers",), "", commitment(salt, record)) for record in records]
    lines = [DayLine(leaf, day, encode_line(Line(leaf, records[leaf], salt))) for leaf in (0, 2)]
    batch = Batch(0, [encode_leaf(leaf) for leaf in leaves], lines)
    growth = grow(DirectoryStore(tmp_path / "empty"), EMPTY_TREE, batch.entries)
    signed = sign_checkpoint(Checkpoint(KEY.name, growth.new.size, growth.new.root), KEY)
    apply_batch(tmp_path / "register", batch, signed, KEY.verifier)
    return tmp_path / "register"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(log, [str(argument) for argument in arguments])


def alter(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_a_sound_log_is_told_with_its_checkpoint(folder: Path) -> None:
    told = run("verify", folder, "--vkey", KEY.verifier.text)
    assert told.exit_code == 0
    assert "Sound. Every one of the 300 entries" in told.stdout
    assert (folder / "checkpoint").read_text().split("\n\n")[0] in told.stdout
    assert told.stderr == ""


def test_a_key_from_the_folder_itself_is_used_with_a_warning(folder: Path) -> None:
    told = run("verify", folder)
    assert told.exit_code == 0
    assert "compare it with a copy from elsewhere" in told.stderr
    assert KEY.verifier.text in told.stderr


def test_the_key_may_be_given_as_a_file(folder: Path) -> None:
    assert run("verify", folder, "--vkey", folder / "vkey").exit_code == 0


def test_an_altered_log_ends_with_1_and_names_the_file_and_what_to_do(folder: Path) -> None:
    alter(folder / "tile/entries/000", 50)
    told = run("verify", folder)
    assert told.exit_code == 1
    assert "NOT SOUND: 1 problems" in told.stdout
    assert "tile/entries/000: entry" in told.stdout
    assert "Fetch the damaged files again" in told.stdout


def test_many_problems_are_shown_in_part_to_people_and_whole_to_programs(folder: Path) -> None:
    store, head = DirectoryStore(folder), FileHead(folder.parent / "head")
    append(head, store, KEY, make_entries(256 * 30, 300))
    for tile in (folder / "tile/0").iterdir():
        if tile.is_file():
            alter(tile, 5)
    assert "… and" in run("verify", folder).stdout
    assert len(json.loads(run("verify", folder, "--json").stdout)["problems"]) > 40


def test_a_program_reads_the_same_as_json(folder: Path) -> None:
    told = run("verify", folder, "--json")
    found = json.loads(told.stdout)
    assert found == {
        "sound": True,
        "origin": KEY.name,
        "size": 300,
        "root": (folder / "checkpoint").read_text().split("\n")[2],
        "key": KEY.verifier.text,
        "key_given": False,
        "problems": [],
        "parts": None,
        "verified": None,
        "cosigned": None,
        "witnesses": None,
        "counted": None,
        "records": None,
    }


def test_the_records_of_a_register_are_checked_with_its_leaves(register: Path) -> None:
    told = run("verify", register)
    assert told.exit_code == 0
    assert "3 statements, 2 with their record." in told.stdout
    assert "1 entries have neither record nor notice: 1." in told.stdout
    assert json.loads(run("verify", register, "--json").stdout)["records"]["bare"] == [1]


@pytest.mark.parametrize("afar", [False, True])
def test_the_count_is_told_from_a_folder_and_from_afar(tmp_path: Path, afar: bool) -> None:
    register = Register(tmp_path / "register")
    register.publish(*(Statement(f"王{n}", day=DAY) for n in range(300)))
    register.publish(Erased(7), Uncounted(8, UncountedReason.FORGED), Uncounted(290, UncountedReason.FORGED))
    register.erase(7)
    with served(register.folder) as address:
        source = address if afar else str(register.folder)
        told = run("verify", source)
        found = json.loads(run("verify", source, "--json").stdout)
    assert "Counted: 298, which is 300 statements less 2" in told.stdout
    assert (found["counted"], found["problems"]) == (298, [])


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_an_altered_register_is_not_counted(register: Path) -> None:
    alter(register / "tile/entries/000.p/3", 60)
    told = run("verify", register, "--json")
    assert json.loads(told.stdout)["counted"] is None
    assert "Counted" not in run("verify", register).stdout


def test_a_record_that_is_not_the_one_committed_to_is_not_sound(register: Path) -> None:
    file = register / "statements/2026/11/20.jsonl.gz"
    file.write_bytes(
        gzip.compress(gzip.decompress(file.read_bytes()).replace("一帆".encode(), "一凡".encode()))
    )
    told = run("verify", register)
    assert told.exit_code == 1
    assert "NOT SOUND" in told.stdout


def test_records_under_a_checkpoint_of_a_stranger_are_not_even_looked_at(register: Path) -> None:
    told = run("verify", register, "--vkey", OTHER_KEY.verifier.text, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["records"] is None


def test_a_log_signed_by_another_key_is_not_sound(folder: Path) -> None:
    told = run("verify", folder, "--vkey", OTHER_KEY.verifier.text, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["origin"] is None


def test_a_checkpoint_kept_from_earlier_must_be_continued(folder: Path) -> None:
    earlier = folder.parent / "earlier"
    assert run("verify", folder, "--earlier", earlier).exit_code == 0
    other = FileHead(folder.parent / "other-head"), DirectoryStore(folder.parent / "other")
    append(*other, KEY, [b"another history"] * 100)
    earlier.write_bytes((folder.parent / "other/checkpoint").read_bytes())
    told = run("verify", folder, "--earlier", earlier)
    assert told.exit_code == 1
    assert str(earlier) in told.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["verify", "nowhere"], 3, "not a folder"),
        (["verify", "."], 3, "no file `vkey`"),
        (["verify", "http://127.0.0.1:1/"], 3, "cannot be fetched"),
        (["verify", ".", "--vkey", "nonsense"], 2, "neither a file nor a key"),
        (["verify", "x.tlog-proof"], 2, "give it with --vkey"),
        (["verify", "x.tlog-proof", "--vkey", KEY.verifier.text], 3, "cannot be read"),
        (["proof", ".", "0", "--vkey", KEY.verifier.text], 3, "no file `checkpoint`"),
        (["proof", ".", "-1"], 2, "-1"),
        (["keygen", "two words"], 2, "no spaces"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_own_exit_code(
    arguments: list[str], code: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run(*arguments)
    assert told.exit_code == code
    assert reason in told.stderr.replace("\n", " ")


def test_a_folder_without_checkpoint_is_not_sound(tmp_path: Path) -> None:
    told = run("verify", tmp_path, "--vkey", KEY.verifier.text)
    assert told.exit_code == 3
    assert "no file `checkpoint`" in told.stderr


def test_a_proof_can_be_made_and_checked_without_the_log(folder: Path, tmp_path: Path) -> None:
    made = run("proof", folder, 123)
    assert made.exit_code == 0
    file = tmp_path / "mine.tlog-proof"
    file.write_text(made.stdout)
    told = run("verify", file, "--vkey", KEY.verifier.text)
    assert told.exit_code == 0
    assert make_entries(1, 123)[0].decode() in told.stdout
    assert json.loads(run("verify", file, "--vkey", KEY.verifier.text, "--json").stdout)["sound"]


def test_a_proof_with_another_entry_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.tlog-proof"
    lines = run("proof", folder, 123).stdout.split("\n")
    lines[1] = "extra " + base64.b64encode(b"another").decode()
    file.write_text("\n".join(lines))
    told = run("verify", file, "--vkey", KEY.verifier.text)
    assert told.exit_code == 1
    assert "NOT SOUND" in told.stdout


def test_a_proof_that_does_not_carry_its_entry_cannot_be_checked(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.tlog-proof"
    file.write_text(
        "\n".join(line for line in run("proof", folder, 1).stdout.split("\n") if "extra" not in line)
    )
    assert run("verify", file, "--vkey", KEY.verifier.text).exit_code == 3


def test_the_bytes_of_an_entry_cannot_steer_the_terminal(tmp_path: Path) -> None:
    head, store = FileHead(tmp_path / "head"), DirectoryStore(tmp_path / "log")
    append(head, store, KEY, [b"\x1b[2J\xff\x07\xe2\x80\xaeleaf"])
    file = tmp_path / "evil.tlog-proof"
    file.write_text(run("proof", store.root, 0, "--vkey", KEY.verifier.text).stdout)
    told = run("verify", file, "--vkey", KEY.verifier.text).stdout
    assert "leaf" in told
    assert not set(told) & {"\x1b", "\x07", "\u202e"}


def test_there_is_no_proof_of_an_entry_that_is_not_there(folder: Path) -> None:
    told = run("proof", folder, 300)
    assert told.exit_code == 3
    assert "numbered from 0" in told.stderr


def test_a_damaged_log_gives_no_proof(folder: Path) -> None:
    alter(folder / "tile/0/000", 0)
    told = run("proof", folder, 5)
    assert told.exit_code == 1
    assert "No proof can be made" in told.stderr


def test_a_made_key_is_safe_on_disk_and_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "log.key"
    made = run("keygen", "example.org/log", "--out", out)
    assert made.exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert SigningKey.parse(out.read_text()).verifier == VerifierKey.parse(made.stdout)
    before = out.read_text()
    told = run("keygen", "example.org/log", "--out", out)
    assert told.exit_code == 1
    assert "not overwritten" in told.stderr
    assert out.read_text() == before
    assert run("keygen", "example.org/log", "--out", tmp_path / "no/such/folder").exit_code == 1


def test_the_commands_run_without_django(folder: Path) -> None:
    script = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from tuidang.cli import main\n"
        f"told = CliRunner().invoke(main, ['log', 'verify', {str(folder)!r}])\n"
        "assert told.exit_code == 0, told.output\n"
        "assert 'django' not in sys.modules and 'asyncio' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_hostile_key_or_checkpoint_cannot_steer_the_terminal_nor_turn_what_is_compared(
    folder: Path,
) -> None:
    """Its name is shown to be compared with paper: U+009B begins a command, U+202E writes backwards."""
    hostile = VerifierKey("evil\x9b2J\u202ekey", KEY.verifier.public)
    (folder / "vkey").write_text(hostile.text + "\n")
    shown = [run("verify", folder), run("proof", folder, 3)]
    (folder / "checkpoint").unlink()
    shown += [run("verify", folder), run("proof", folder, 3)]
    (folder / "vkey").write_text(f"{hostile.text[:-4]}AAAA\n")
    shown.append(run("verify", folder))
    for result in shown:
        assert result.exit_code in {1, 3}
        assert all(c.isprintable() or c == "\n" for c in result.output + result.stderr)
