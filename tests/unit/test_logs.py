"""Log lines name no visitor, whatever failed."""

from __future__ import annotations

import logging

from tuidang.base.logs import PlainFormatter


def _line(name: str, message: str, **extra: object) -> str:
    record = logging.LogRecord(name, logging.ERROR, "file.py", 1, message, None, None)
    record.__dict__.update(extra)
    return PlainFormatter().format(record)


def test_a_request_that_failed_is_logged_by_its_status_only() -> None:
    line = _line(
        "django.request",
        "Internal Server Error: /zh-hans/search/?name=王小明",
        request=object(),
        status_code=500,
    )
    assert "500" in line
    assert "王小明" not in line


def test_an_exception_is_logged_by_type_and_place_without_its_message() -> None:
    try:
        raise ValueError("王小明 13800138000")
    except ValueError as error:
        record = logging.LogRecord(
            "tuidang", logging.ERROR, "f.py", 1, "failed", None, (type(error), error, error.__traceback__)
        )
    line = PlainFormatter().format(record)
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert "王小明" not in line


def test_our_own_words_are_logged_as_they_are() -> None:
    assert _line("tuidang.worker", "the disk is full") == "error: tuidang.worker: the disk is full"
