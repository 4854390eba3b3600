"""A log somewhere else, read over HTTP: enough to verify a mirror, or the register itself, from afar. And a
witness, asked over HTTP.
"""

from __future__ import annotations

import gzip
import http.client
import io
import threading
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

_TIMEOUT = 30  # seconds without a byte
_PATIENCE = 900.0  # seconds for a file, for one that comes byte by byte never ends
_MAX_FILE = 20_000_000  # bytes; the largest possible bundle has 16.8 million
_MAX_ANSWER = 64 << 10  # bytes of a witness's answer; a cosignature has some 150

_waiting: set[str] = set()  # addresses whose answer to a post has not ended, though it may be too late


class HttpStore:
    """A read-only store behind an http:// or https:// address (c2sp.org/tlog-tiles, "APIs")."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"the address of a log begins with http:// or https://: {url!r}")
        self.url = url.rstrip("/")

    def read(self, path: str) -> bytes | None:
        url = f"{self.url}/{path}"
        try:
            return _within(_PATIENCE, lambda: _fetch(url))
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise OSError(
                f"{url}: the server answered {error.code} {error.reason}. Try again later"
            ) from error
        except (urllib.error.URLError, TimeoutError) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise OSError(
                f"{url}: cannot be fetched ({reason}). Check the address and the connection"
            ) from error
        except (EOFError, ValueError, zlib.error, gzip.BadGzipFile, http.client.HTTPException) as error:
            raise OSError(f"{url}: came damaged ({error}). Try again") from error

    def partial_widths(self, path: str) -> list[int]:  # noqa: ARG002 - a web server does not list
        return []


def post(url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
    """Post a body; return the answer's status and body. Raises OSError if there is none in this time."""
    if not url.startswith(("http://", "https://")):
        raise OSError(f"the address of a witness begins with http:// or https://: {url!r}")
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310

    def fetch() -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
                return answer.status, answer.read(_MAX_ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(_MAX_ANSWER)
        finally:
            _waiting.discard(url)

    if url in _waiting:  # else one that drips would have one more thread of ours each time it is asked
        raise OSError("it has not ended its answer to what it was asked before")
    _waiting.add(url)
    try:
        return _within(seconds, fetch)
    except urllib.error.URLError as error:
        raise OSError(f"it cannot be reached ({error.reason})") from error
    except (ValueError, http.client.HTTPException) as error:
        raise OSError(f"its answer came damaged ({error})") from error


def _within(seconds: float, fetch: Callable[[], T]) -> T:
    """Return what `fetch` returns, or raise what it raises; TimeoutError if it is not done by then.

    What drips on goes on in its thread, and ends with the process.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(fetch())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return done.result(seconds)
    except TimeoutError:
        if done.done():
            raise
        raise TimeoutError(f"it is not there after {seconds:.0f} seconds") from None


def _fetch(url: str) -> bytes:
    """Return what an address answers. Raises ValueError when that is too much, or was cut short."""
    # The scheme was checked above.
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, identity"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
        data: bytes = answer.read(_MAX_FILE + 1)
        if answer.headers.get("Content-Encoding") == "gzip":
            # Unpacked no further than a file may be long: a hostile one unpacks to a thousand times its size.
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(_MAX_FILE + 1)
        if len(data) > _MAX_FILE:
            raise ValueError(f"more than {_MAX_FILE} bytes")
        if answer.length:
            raise ValueError(f"{answer.length} bytes are missing")
    return data
