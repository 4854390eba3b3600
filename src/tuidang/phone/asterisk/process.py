"""Run Asterisk as a child of ours: started, waited for, stopped, and started again when it is killed."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import resource
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tuidang.base.cores import forbid_cores
from tuidang.phone.asterisk.config import Setup, write_config
from tuidang.phone.asterisk.config.modules import needed
from tuidang.phone.asterisk.install import command

PATIENCE = 30.0  # seconds: the longest that starting or stopping may take on a busy machine
LOG_BOUND = 1_000_000  # bytes of each of the two log files that are kept
FIRST_REST, LONGEST_REST = 0.5, 30.0  # seconds between two starts, doubled while Asterisk keeps ending
_HANDOVER = 5.0  # seconds that one who was told to stop has before another says that he is in the way
_LIVED = 60.0  # seconds after which a start counts as one that went well
# The name of a call, which is stored nowhere; a number; an address, which may be a volunteer's.
_TRACES = re.compile(
    r"[0-9a-f]{32}|\d{5,}|\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}", re.IGNORECASE
)


class CannotStartError(Exception):
    """Say why Asterisk did not come up."""


def start(setup: Setup) -> subprocess.Popen[bytes]:
    """Write the configuration and start Asterisk; one that an earlier run left running is stopped first.

    Raises CannotStartError when a port is taken.
    """
    write_config(setup)
    clear_the_way(setup)
    process = subprocess.Popen(  # noqa: S603 -- Asterisk, with files of ours
        [*command(setup.data, "asterisk"), "-C", str(setup.folder / "asterisk.conf"), "-f", "-n"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # In a session of its own, so that Ctrl-C reaches it through us only.
        start_new_session=True,
    )
    _limit(process.pid)
    assert process.stdout is not None
    arguments = (process.stdout, log_file(setup))
    threading.Thread(target=_keep_log, args=arguments, name="asterisk-log", daemon=True).start()
    return process


@contextmanager
def only_keeper(setup: Setup) -> Iterator[None]:
    """Let nobody else start or end this folder's Asterisk. Raises CannotStartError when somebody keeps it."""
    setup.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(setup.run / "keeper.lock", "w", opener=_private) as lock:
        deadline = time.monotonic() + _HANDOVER
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a killed holder's ends with its process
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise CannotStartError(
                        "another `tuidang phone asterisk` keeps Asterisk running"
                        f" in {setup.data}, stop that one"
                    ) from None
            time.sleep(0.1)
        yield


def clear_the_way(setup: Setup) -> None:
    """End an Asterisk that an earlier run left. Raises CannotStartError when another program has a port."""
    # It answers, and takes its file away, a moment before it lets go of its ports.
    deadline = time.monotonic() + (PATIENCE if _stop_left_over(setup) else 0)
    while True:
        try:
            # Asterisk itself goes on without the port, and nobody can reach it.
            need_port("127.0.0.1", setup.ports.http, "TUIDANG_PHONE_HTTP", socket.SOCK_STREAM)
            need_port(setup.address, setup.ports.sip, "TUIDANG_PHONE_SIP")
        except CannotStartError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.05)
        else:
            return


def need_port(address: str, port: int, setting: str, kind: socket.SocketKind = socket.SOCK_DGRAM) -> None:
    """Raise CannotStartError when nothing can listen there, with the setting that names another port."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
        try:
            probe.bind((address, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is taken by another program" if taken else f"cannot be used ({error.strerror})"
            raise CannotStartError(f"{address}:{port} {why}, {setting} names another") from None


def wait_until_booted(setup: Setup, process: subprocess.Popen[bytes], patience: float = PATIENCE) -> None:
    """Wait until every module is loaded. Raises CannotStartError when that fails or takes too long."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if (setup.run / "asterisk.ctl").exists() and tell(setup, "core waitfullybooted").returncode == 0:
            missing = not_loaded(setup)
            if missing:
                raise CannotStartError(f"Asterisk does not load {', '.join(missing)}")
            return
        time.sleep(0.05)
    raise CannotStartError(
        f"Asterisk {'ended' if process.poll() is not None else 'did not come up'}: look at {log_file(setup)}"
    )


def not_loaded(setup: Setup) -> list[str]:
    """Return the modules that a running Asterisk should have and has not."""
    running = set(re.findall(r"^(\w+)\.so .* Running ", tell(setup, "module show").stdout, re.MULTILINE))
    return [module for module in needed(setup) if module not in running]


def log_file(setup: Setup) -> Path:
    """Name the file that keeps what Asterisk says."""
    return setup.run / "log" / "asterisk.log"


def tell(setup: Setup, words: str) -> subprocess.CompletedProcess[str]:
    """Give the running Asterisk a command of its console, and return what it says."""
    line = [
        *command(setup.data, "asterisk"),
        "-C",
        str(setup.folder / "asterisk.conf"),
        "-n",
        "-r",
        "-x",
        words,
    ]
    try:
        return subprocess.run(line, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603 -- ours
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(line, 1, "", "")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End Asterisk, with every call that is up."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def keep_running(
    read: Callable[[], Setup], ended: threading.Event, say: Callable[[str], None] = lambda _: None
) -> None:
    """Run Asterisk until `ended` is set; whenever it ends by itself, read the setup and start it again."""
    rest, said = FIRST_REST, ""
    while not ended.is_set():
        setup = read()
        began = time.monotonic()
        try:
            with only_keeper(setup):
                _run_once(setup, ended, say)
            trouble = "Asterisk ended by itself; it is started again."
        except CannotStartError as error:
            trouble = f"{error}. It is tried again until it works."
        if ended.is_set():
            return
        has_lived = time.monotonic() - began > _LIVED
        rest = FIRST_REST if has_lived else min(2 * rest, LONGEST_REST)
        if has_lived or trouble != said:  # the same again and again would bury what else is said
            say(trouble)
            said = trouble
        ended.wait(rest)


def _run_once(setup: Setup, ended: threading.Event, say: Callable[[str], None]) -> None:
    process = start(setup)
    try:
        wait_until_booted(setup, process)
        say("Asterisk is up.")
        while process.poll() is None and not ended.wait(0.2):
            pass
    finally:
        stop(process)


def strike_out(text: str) -> str:
    """Replace a call's name, an address, and what could be a telephone number, or enough of one."""
    return _TRACES.sub("#", text)


def _limit(pid: int) -> None:
    forbid_cores(pid)
    # Each call takes several files; the soft limit is often a thousand.
    _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))


def _stop_left_over(setup: Setup) -> bool:
    # We were killed and Asterisk was not: it holds the ports, and calls that nobody steers.
    control = setup.run / "asterisk.ctl"
    if not control.exists() or tell(setup, "core stop now").returncode:
        return False
    deadline = time.monotonic() + PATIENCE
    while control.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _keep_log(source: IO[bytes], path: Path) -> None:
    """Copy what Asterisk says, numbers struck out, into a file of which two are kept."""
    with source:
        for line in source:
            text = strike_out(line.decode("utf-8", "replace"))
            if path.exists() and path.stat().st_size > LOG_BOUND:
                path.replace(path.with_suffix(".log.1"))
            with open(path, "a", encoding="utf-8", opener=_private) as file:
                file.write(text)
