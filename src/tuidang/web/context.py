"""What every template may use."""

from __future__ import annotations

from django.http import HttpRequest

from tuidang.register.queries import log_is_sample
from tuidang.web.findable import Here


def site(request: HttpRequest) -> dict[str, object]:
    """Say whether the log is a sample (a ribbon says so on every page), and which page this is."""
    return {
        "is_sample": log_is_sample(),
        "path_without_language": _without_language(request.path_info),
        "here": Here(request),
    }


def _without_language(path: str) -> str:
    return path.split("/", 2)[2] if path.startswith(("/zh-hans/", "/zh-hant/", "/en/")) else ""
