"""One question to a provider over HTTP: JSON comes back, or one of two errors."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

from tuidang.giving.rules.checkouts import Refused, Unreachable

SECONDS: Final = 10
_MOST: Final = 4 << 20  # bytes of an answer
_PASSES: Final = frozenset({409, 425, 429})  # of those that are not 5xx


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follow nobody elsewhere: the key would go along."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def ask(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Any:
    """Ask, and give the answer's JSON. Raises Unreachable for what may pass, Refused for what will not."""
    request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310  our settings name it
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            return json.loads(answer.read(_MOST) or b"null")
    except urllib.error.HTTPError as error:
        with error:
            if error.code >= 500 or error.code in _PASSES:
                raise Unreachable(f"it answered {error.code}") from error
            raise Refused(f"it answered {error.code}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Unreachable(f"no answer ({type(error).__name__})") from error
