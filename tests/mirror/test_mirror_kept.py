"""A mirror of a mirror: taken whole or not at all, never older, and without what was erased."""

from __future__ import annotations

import base64
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from mirror_cast import ERASED, Home, free_port, holds, nginx
from mirror_nursery import text_of
from reading_cast import Register, Statement
from trust_cast import make_trust
from tuidang.base.manifest import files_signer
from tuidang.cli import main
from tuidang.privacy.keys import KeyFolder
from tuidang.reach.mirror.signed import About, MirrorError, name_files_key, write_lists
from tuidang.reach.mirror.source import HttpSource, RsyncSource, Unreachable, Wanted
from tuidang.reach.mirror.stage import all_files, entry_of
from tuidang.reach.mirror.sync import Refused
from tuidang.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from tuidang.tlog.note import SigningKey, generate_key
from tuidang.tlog.tree import Tree
from tuidang.trust.says import LOG, POLICY, TrustedLog, write_logs

Later = tuple[Home, dict[str, int]]


def content(folder: Path) -> dict[str, str]:
    """Give what a folder holds, by path."""
    return {path: entry_of(folder / path).sha256 for path in all_files(folder)}


def words_at(leaf: int, home: Home) -> str:
    """Give the words of a statement of the first mirror."""
    html = (home.mirror / f"en/statement/{leaf}/index.html").read_text(encoding="utf-8")
    return next(text for number in range(320) if (text := text_of(number)) in html)


def test_a_mirror_behind_nginx_is_taken_and_what_was_erased_goes_with_the_next(
    first: Home, later: Later, tmp_path: Path
) -> None:
    words = words_at(ERASED, first)
    kept, shown = tmp_path / "kept", tmp_path / "shown"
    (tmp_path / "nginx").mkdir()
    shown.symlink_to(first.mirror)
    with nginx(tmp_path / "shown/.", tmp_path / "nginx") as address:
        first.sync(address, kept)
        assert content(kept) == content(first.mirror)
        assert holds(kept, words)
        shown.unlink()
        shown.symlink_to(later[0].mirror)
        synced = first.sync(address, kept)
    assert content(kept) == content(later[0].mirror)
    assert synced.fetched < synced.files / 2
    for folder in (kept, kept.parent / ".kept.work", later[0].mirror, later[0].folder / ".mirror.work"):
        assert not holds(folder, words)
    with pytest.raises(Refused, match="older"):
        first.sync(str(first.mirror), kept)
    assert content(kept) == content(later[0].mirror)


def keys_of(home: Home) -> tuple[SigningKey, SigningKey]:
    """Give the log's key, and the key of the files."""
    keys = KeyFolder(home.folder / "var/keys")
    key = SigningKey.parse(keys.log_key())
    return key, files_signer(key.name, keys.files_key())


def write_mirror(folder: Path, tree: Tree, key: SigningKey, signer: SigningKey) -> None:
    """Write a mirror without pages around the log that lies in a folder."""
    root = base64.b64encode(tree.root).decode()
    about = About(key.name, tree.size, root, date(2999, 1, 1).isoformat(), "https://register.example", "")
    (folder / "mirror").mkdir()
    (folder / "mirror/about.json").write_bytes(about.encode())
    files = {path: entry_of(folder / path) for path in all_files(folder) if "/tile/" not in path}
    for path, data in write_lists(key.name, files, signer).items():
        (folder / path).write_bytes(data)
    (folder / "mirror/files-key").write_text(name_files_key(key, signer.verifier))


def write_another_past(home: Home, folder: Path) -> None:
    """Write the mirror of another log under the same keys: what whoever stole them could write."""
    key, signer = keys_of(home)
    register = Register(folder / "log")
    register.key, register.verifier = key, key.verifier
    register.publish(*[Statement(text=text_of(number)) for number in range(400)])
    write_mirror(folder, register.tree, key, signer)


def test_a_log_that_does_not_continue_ours_is_refused_and_kept_as_evidence(
    first: Home, later: Later, tmp_path: Path
) -> None:
    kept, other = tmp_path / "kept", tmp_path / "other"
    write_another_past(first, other)
    assert first.check(other).problems == ()
    first.sync(str(later[0].mirror), kept)
    with pytest.raises(Refused, match="the past was changed"):
        first.sync(str(other), kept)
    assert content(kept) == content(later[0].mirror)
    evidence = tmp_path / ".kept.work/kept/refused-checkpoint"
    assert evidence.read_bytes() == (other / "log/checkpoint").read_bytes()


def test_a_damaged_source_is_refused_and_a_damaged_mirror_is_mended(
    home: Home, first: Home, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    tile = home.mirror / "log/tile/entries/000"
    right = tile.read_bytes()
    tile.unlink()
    tile.write_bytes(right[:-1] + b"?")
    with pytest.raises(Refused) as refused:
        first.sync(str(home.mirror), kept)
    assert any("tile/entries/000" in problem for problem in refused.value.problems)
    assert not kept.exists()
    tile.write_bytes(right)
    first.sync(str(home.mirror), kept)
    for path in ("log/tile/entries/000", "en/about/index.html"):
        (kept / path).write_bytes(b"damaged")
    first.sync(str(home.mirror), kept)
    assert content(kept) == content(first.mirror)


def take(home: Home, source: Path, folder: Path, die_at: int, told: str) -> None:
    """Take a mirror in this process, and kill it at the so-manieth thing that it does to the disk."""
    touched = iter(range(10**9))

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax")
        if (
            writes or event in {"os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.chmod"}
        ) and (next(touched) == die_at):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    home.sync(str(source), folder)
    Path(told).write_text(str(next(touched)))


def in_a_child(work: Callable[[], None]) -> int | None:
    """Do this in a process of its own; return how that ended."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    return child.exitcode


def test_killed_at_any_point_the_old_mirror_or_the_new_one_is_there_whole(
    first: Home, later: Later, tmp_path: Path
) -> None:
    old, new = content(first.mirror), content(later[0].mirror)
    told = str(tmp_path / "told")

    def fresh(name: str) -> Path:
        folder = tmp_path / name / "kept"
        folder.parent.mkdir()
        shutil.copytree(first.mirror, folder)
        return folder

    whole = fresh("whole")
    assert in_a_child(partial(take, first, later[0].mirror, whole, -1, told)) == 0
    steps = int(Path(told).read_text())
    assert steps > 1000
    seen = []
    for place in (*range(0, steps, steps // 4), *range(steps - 3, steps)):
        kept = fresh(f"at-{place}")
        assert in_a_child(partial(take, first, later[0].mirror, kept, place, told)) == -signal.SIGKILL
        seen.append(content(kept) == new)
        assert content(kept) in (old, new)
        assert in_a_child(partial(take, first, later[0].mirror, kept, -1, told)) == 0
        assert content(kept) == new
        assert not holds(tmp_path / f"at-{place}", words_at(ERASED, first))
        shutil.rmtree(kept.parent)
    assert seen == sorted(seen)
    assert {True, False} == set(seen)


class Breaking(SimpleHTTPRequestHandler):
    """A web server that breaks the connection in the middle of one file, and notes what it is asked."""

    asked: ClassVar[list[tuple[str, str]]] = []
    breaks = True

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path, begin = self.path, self.headers.get("Range", "")
        Breaking.asked.append((path, begin))
        if not path.endswith(".sqlite"):
            super().do_GET()
            return
        data = Path(self.translate_path(path)).read_bytes()
        if begin:
            first = int(begin.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
            data = data[first:]
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if Breaking.breaks and not begin else data)
        self.close_connection = True


class Leading(SimpleHTTPRequestHandler):
    """A web server that leads elsewhere."""

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"http://localhost:{self.server.server_address[1]}{self.path}")
        self.end_headers()


@contextmanager
def served(handler: Callable[..., SimpleHTTPRequestHandler]) -> Iterator[str]:
    """Serve in this process; give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_what_came_before_the_connection_broke_is_gone_on_with(
    first: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    with served(partial(Breaking, directory=str(first.mirror))) as address:
        with pytest.raises(Unreachable, match="goes on from there"):
            first.sync(address, kept)
        before = len(Breaking.asked)
        monkeypatch.setattr(Breaking, "breaks", False)
        first.sync(address, kept)
    again = Breaking.asked[before:]
    assert next(begin for path, begin in again if path.endswith(".sqlite")).startswith("bytes=")
    assert "/en/index.html" not in {path for path, _ in again}
    assert content(kept) == content(first.mirror)


def test_nobody_is_led_to_another_host_and_nothing_is_longer_than_it_may_be(
    first: Home, tmp_path: Path
) -> None:
    with served(Leading) as address, pytest.raises(Unreachable, match="another host"):
        first.sync(address, tmp_path / "kept")
    with (
        served(partial(Breaking, directory=str(first.mirror))) as address,
        pytest.raises(MirrorError, match="longer"),
    ):
        HttpSource(address, tmp_path / "part").read("en/index.html", 100)


@contextmanager
def rsync_daemon(folder: Path, work: Path, *options: str) -> Iterator[str]:
    """Serve a folder by rsync; give the address."""
    port = free_port()
    configuration = work / "rsyncd.conf"
    configuration.write_text(
        f"use chroot = no\n[site]\npath = {folder}\nread only = yes\nuid = {os.getuid()}\n"
        f"gid = {os.getgid()}\n"
    )
    command = ["rsync", "--daemon", "--no-detach", f"--config={configuration}", f"--port={port}",
               "--address=127.0.0.1", *options]  # fmt: skip
    with subprocess.Popen(command) as daemon:
        try:
            for attempt in range(100):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
                    break
                assert attempt < 99
                threading.Event().wait(0.1)
            yield f"rsync://127.0.0.1:{port}/site"
        finally:
            daemon.terminate()


def test_a_mirror_is_taken_by_rsync_and_nothing_beside_it(home: Home, first: Home, tmp_path: Path) -> None:
    (home.mirror / "not-ours").write_text("x" * 1000)
    kept = tmp_path / "kept"
    with rsync_daemon(home.mirror, tmp_path) as address:
        first.sync(address, kept)
    assert content(kept) == content(first.mirror)


def test_before_a_signature_is_seen_rsync_brings_only_what_is_to_be_seen(home: Home, tmp_path: Path) -> None:
    (home.mirror / "mirror/deep").mkdir()
    for number in range(50):  # each no longer than what is fetched may be
        (home.mirror / f"mirror/manifest-x-{number}").write_bytes(bytes(900_000))
        (home.mirror / f"mirror/deep/{number}").write_bytes(bytes(900_000))
    manifest = home.mirror / "mirror/manifest"
    manifest.write_text(manifest.read_text().replace("section", "Section").replace("— ", "— x"))
    with rsync_daemon(home.mirror, tmp_path) as address, pytest.raises(MirrorError, match="not signed"):
        home.sync(address, tmp_path / "kept")
    fetched = {path.removeprefix("rsync/") for path in all_files(tmp_path / ".kept.work")} - {"lock"}
    assert fetched == {"log/checkpoint", "mirror/files-key", "mirror/manifest", "mirror/about.json"}


def test_a_source_that_sends_more_than_it_said_is_stopped(tmp_path: Path) -> None:
    site, into = tmp_path / "site", tmp_path / "into"
    site.mkdir()
    (site / "a").write_bytes(os.urandom(3_000_000))
    (site / "b").write_bytes(b"ten bytes.")
    wanted = [Wanted("a", 3_000_000), Wanted("b", 3_000_000)]

    def lie() -> None:
        """Let the second file grow once the sizes were told, while the first is on its way."""
        while not into.is_dir() or not any(into.iterdir()):
            threading.Event().wait(0.01)
        os.truncate(site / "b", 400_000_000)

    liar = threading.Thread(target=lie, daemon=True)
    liar.start()
    with (
        (tmp_path / "lock").open("w") as lock,
        rsync_daemon(site, tmp_path, "--bwlimit=3000") as address,
        pytest.raises(MirrorError, match="sends more than the 6000000 bytes"),
    ):
        RsyncSource(address, tmp_path / "part", lock.fileno()).fetch(wanted, into, lambda _: None)
    assert not liar.is_alive()
    assert sorted(path.name for path in into.iterdir()) == ["a"]  # what was half there is gone


def test_a_log_that_goes_on_under_another_key_is_followed_where_the_trust_root_says_so(
    first: Home, tmp_path: Path
) -> None:
    kept, next_log = str(tmp_path / "kept"), tmp_path / "next"
    old, files = keys_of(first)
    sealed = (first.mirror / "log/checkpoint").read_text()
    tree = open_checkpoint(sealed, old.verifier).tree
    new, _ = generate_key("mirrored-2.invalid")
    new_files = files_signer(new.name, bytes(32))
    shutil.copytree(first.mirror / "log", next_log / "log")
    (next_log / "log/vkey").write_text(f"{new.verifier.text}\n")
    head = sign_checkpoint(Checkpoint(new.name, tree.size, tree.root), new)
    (next_log / "log/checkpoint").write_text(head)
    write_mirror(next_log, tree, new, new_files)

    def run(command: str, *arguments: str, logs: list[TrustedLog]) -> tuple[int, str]:
        said = {LOG: write_logs(logs), POLICY: b"quorum none\n"}
        trust = make_trust(tmp_path / f"trust-{len(logs)}", said, datetime.now(UTC))
        words = ["mirror", command, *arguments, "--trust", str(trust.folder), "--root", trust.root]
        done = CliRunner().invoke(main, words)
        return done.exit_code, done.output

    before = [TrustedLog(old.verifier, files.verifier)]
    after = [TrustedLog(old.verifier, files.verifier, sealed), TrustedLog(new.verifier, new_files.verifier)]
    assert run("verify", str(first.mirror), logs=before)[0] == 0
    assert run("sync", str(first.mirror), kept, logs=before)[0] == 0
    code, said = run("sync", str(next_log), kept, logs=before)
    assert (code, "NOT AS SIGNED" in said) == (1, True)
    assert run("sync", str(next_log), kept, logs=after)[0] == 0
    assert content(tmp_path / "kept") == content(next_log)


def test_the_commands_say_what_they_found_and_end_with_the_code_for_it(home: Home, tmp_path: Path) -> None:
    key, kept = str(home.folder / "var/log/vkey"), str(tmp_path / "kept")

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["mirror", *arguments])
        return done.exit_code, done.output

    assert run("verify", str(home.mirror), "--key", key)[0] == 0
    assert run("sync", str(home.mirror), kept)[0] == 2  # the first time it needs the key
    assert run("sync", str(home.mirror), kept, "--key", key)[0] == 0
    code, said = run("sync", str(home.mirror), kept, "--json")
    assert (code, '"fetched": 0' in said) == (0, True)
    (home.mirror / "en/index.html").write_text("altered")
    code, said = run("verify", str(home.mirror), "--key", key)
    assert code == 1
    assert "en/index.html: this file was altered" in said
    assert run("sync", str(home.mirror), kept)[0] == 0  # what is here already is not taken from there
    (home.mirror / "mirror/manifest").write_text("altered")
    assert run("sync", str(home.mirror), kept)[0] == 1
    assert run("verify", str(tmp_path / "nowhere"), "--key", key)[0] == 3
    assert run("sync", "http://127.0.0.1:9/", kept)[0] == 3
    with served(partial(SimpleHTTPRequestHandler, directory=kept)) as address:
        assert run("verify", address, "--key", key)[0] == 0
