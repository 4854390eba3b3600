"""Everything in one terminal: processes that start and end together, and the telephone behind them."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tuidang.base.options import Options
from tuidang.web.server import address

PATIENCE = 30.0  # seconds: the longest a service may take to start, or to stop
_LIVED = 60.0  # seconds after which a start counts as one that went well
_TRIES = 5  # ends in a row, each soon after its start, after which it is given up
_PHONE = {
    "lab": "The simulated carrier",
    "asterisk": "What runs Asterisk",
    "hotline": "The hotline",
    "dial": "The dialler",
}
_WITH = {"lab": ("--callers",)}
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotRunError(Exception):
    """Not everything can run on a data folder; the message says why, and the mend."""


@contextmanager
def alone_on(data: Path) -> Iterator[None]:
    """Be the only one who runs everything on a data folder; raises CannotRunError."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "up.lock").open("w")
    except OSError as error:
        raise CannotRunError(f"The data folder cannot be used: {error}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a killed holder's lock ends with its process
        except BlockingIOError:
            raise CannotRunError(
                f"Everything runs on {data} already: stop it first, with Ctrl-C in its terminal, or name"
                " another folder (TUIDANG_DATA=/some/folder) and another port (PORT=8080)."
            ) from None
        yield


def run(options: Options, say: Callable[[str], None], *, with_phone: bool, welcome: str = "") -> int:
    """Start web server and worker, say where to click, and end both when one ends or Ctrl-C is pressed.

    `with_phone`: the telephone comes up behind them; the site lives on without it. `welcome` is said when the
    site is open. Returns the exit code: 0
    when a person stopped it, 1 when a service ended by itself.
    """
    behind: list[subprocess.Popen[bytes]] = []

    def open_up(serve: subprocess.Popen[bytes]) -> None:
        _wait_until_open(options, serve)
        say(f"\nOpen {address(options)} — the register is open. Ctrl-C stops everything.\n")
        if welcome:
            say(welcome)
        if with_phone and serve.poll() is None:
            behind.append(_start("phone", "up"))

    return _run_together({"serve": ("serve",), "work": ("work",)}, open_up, say, behind)


def run_phone(say: Callable[[str], None]) -> int:
    """Run a simulated carrier, Asterisk and a dialler until told to stop; whichever ends is started again.

    Returns 0 when told to stop, 1 when one of them ended again and again.
    """
    _heed_signals()
    services: dict[str, _Kept] = {}
    try:
        for name in _PHONE:
            services[name] = _Kept(_start_phone(name), time.monotonic())
        while all(_keep(name, service, say) for name, service in services.items()):
            time.sleep(0.2)
    except KeyboardInterrupt:
        return 0
    else:
        return 1
    finally:
        for service in reversed(services.values()):  # the dialler hangs up before Asterisk goes
            _end([service.process])


@dataclass
class _Kept:
    """A service that is started again when it ends."""

    process: subprocess.Popen[bytes]
    began: float
    quick_ends: int = 0
    due: float = 0.0  # when it is started again; 0: it runs, or its end was not seen yet


def _keep(name: str, service: _Kept, say: Callable[[str], None]) -> bool:
    """Start a service again that has ended, after a rest; return False when it ends again and again."""
    now = time.monotonic()
    if service.process.poll() is None:
        return True
    if not service.due:
        service.quick_ends = 1 if now - service.began > _LIVED else service.quick_ends + 1
        if service.quick_ends > _TRIES:
            return False
        service.due = now + 2.0 ** (service.quick_ends - 1)
        say(f"{_PHONE[name]} ended by itself; it is started again.")
    if now >= service.due:
        service.process, service.began, service.due = _start_phone(name), now, 0.0
    return True


def _run_together(
    commands: Mapping[str, Sequence[str]],
    begun: Callable[[subprocess.Popen[bytes]], None],
    say: Callable[[str], None],
    behind: list[subprocess.Popen[bytes]],
) -> int:
    """Run commands of ours side by side; `begun` is told of the first, and may put others `behind` them."""
    _heed_signals()
    services = {name: _start(*command) for name, command in commands.items()}
    try:
        begun(next(iter(services.values())))
        while all(service.poll() is None for service in services.values()):
            for other in [one for one in behind if one.poll() is not None]:
                behind.remove(other)
                if other.returncode < 0:  # else it has said why
                    say("The telephone was killed; the site goes on.")
            time.sleep(0.2)
        ended = ", ".join(name for name, service in services.items() if service.poll() is not None)
        say(f"`tuidang {ended}` ended by itself; look at the lines above. Everything is stopped.")
    except KeyboardInterrupt:
        return 0
    else:
        return 1
    finally:
        _end([*behind, *services.values()])


def _heed_signals() -> None:
    for number in _STOPPING:
        signal.signal(number, _stop)


def _stop(_number: int, _frame: object) -> None:
    for number in _STOPPING:  # an impatient second Ctrl-C leaves the services the time to end
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _start_phone(name: str) -> subprocess.Popen[bytes]:
    return _start("phone", name, *_WITH.get(name, ()))


def _start(*command: str) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C reaches it through us only, once.
    # Whatever becomes of us, it is told to stop: nothing is left behind.
    words = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "tuidang", *command]
    return subprocess.Popen(words, start_new_session=True)  # noqa: S603 -- ourselves


def _wait_until_open(options: Options, service: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and service.poll() is None:
        try:
            urllib.request.urlopen(f"{address(options)}log/vkey", timeout=2).close()  # noqa: S310 -- our own http
        except urllib.error.HTTPError:
            return  # it answers: whatever the answer, the door is open
        except OSError:
            time.sleep(0.2)
        else:
            return


def _end(services: list[subprocess.Popen[bytes]]) -> None:
    for service in services:
        service.terminate()
    for service in services:
        try:
            service.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            service.kill()
