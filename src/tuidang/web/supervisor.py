"""Everything in one terminal: the web server and the worker as two processes that start and end together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from tuidang.base.options import Options
from tuidang.web.server import address

PATIENCE = 30.0  # seconds: the longest a service may take to start, or to stop
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(options: Options, say: Callable[[str], None]) -> int:
    """Start both services, say where to click, and end both when one ends or Ctrl-C is pressed.

    Returns the exit code: 0 when a person stopped it, 1 when a service ended by itself.
    """
    for number in _STOPPING:
        signal.signal(number, _stop)
    services = {name: _start(name) for name in ("serve", "work")}
    try:
        _wait_until_open(options, services["serve"])
        say(f"\nOpen {address(options)} — the register is open. Ctrl-C stops everything.\n")
        while all(service.poll() is None for service in services.values()):
            time.sleep(0.2)
        ended = ", ".join(name for name, service in services.items() if service.poll() is not None)
        say(f"`tuidang {ended}` ended by itself; look at the lines above. Everything is stopped.")
    except KeyboardInterrupt:
        say("\nStopped. Starting again finds everything.")
        return 0
    else:
        return 1
    finally:
        _end(list(services.values()))


def _stop(_number: int, _frame: object) -> None:
    for number in _STOPPING:  # an impatient second Ctrl-C leaves the services the time to end
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _start(name: str) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C reaches it through us only, once.
    return subprocess.Popen([sys.executable, "-m", "tuidang", name], start_new_session=True)  # noqa: S603 -- ourselves


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
