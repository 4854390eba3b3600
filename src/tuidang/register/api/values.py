"""Reading the values that programs send: every wrong one is named, and none is guessed at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from itertools import islice
from typing import Final, TypeVar

from django.http import QueryDict

from tuidang.base.http import RefusedError
from tuidang.register.api.endpoint import Codes, invalid
from tuidang.register.rules.form import ErrorCode
from tuidang.register.words import ValueCode

T = TypeVar("T")

LISTED: Final = 20  # statements on a page of a list
MOST_LISTED: Final = 100
_UNKNOWN_NAMED = 10  # of the fields nobody knows, so many are named
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"0|[1-9]\d{0,14}", re.ASCII)


class Body:
    """Reads the fields of a JSON object; what is wrong is gathered, and `finish` says it all at once."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._left = dict(fields)
        self._wrong: dict[str, ErrorCode | ValueCode] = {}

    def text(self, field: str, default: str | None = None) -> str:
        """Take a text."""
        value = self._take(field, default)
        return value if isinstance(value, str) else self._note(field, ValueCode.NOT_TEXT, "")

    def texts(self, field: str) -> tuple[str, ...]:
        """Take a list of different texts."""
        value = self._take(field, None)
        if isinstance(value, list):
            texts = tuple(item for item in value if isinstance(item, str))
            if len(texts) == len(value) == len(set(texts)):
                return texts
        return self._note(field, ValueCode.NOT_LIST, ())

    def yes(self, field: str) -> bool:
        """Take true or false; false when it is not said."""
        value = self._take(field, False)
        return value if isinstance(value, bool) else self._note(field, ValueCode.NOT_YES_OR_NO, False)

    def key(self, field: str) -> str:
        """Take 128 bits as 32 hexadecimal digits."""
        value = self._take(field, None)
        if isinstance(value, str) and _KEY.fullmatch(value):
            return value
        return self._note(field, ValueCode.NOT_KEY, "")

    def finish(self, more: Mapping[str, ErrorCode] | None = None) -> None:
        """Raise RefusedError (422) if anything was missing, wrong or unknown, or `more` is wrong."""
        unknown = islice(self._left, _UNKNOWN_NAMED)
        wrong = {**(more or {}), **self._wrong, **dict.fromkeys(unknown, ValueCode.UNKNOWN_FIELD)}
        if wrong:
            raise RefusedError(invalid(wrong))

    def _take(self, field: str, default: object) -> object:
        if field not in self._left and default is None:
            self._wrong[field] = ValueCode.MISSING
        return self._left.pop(field, default)

    def _note(self, field: str, code: ValueCode, instead: T) -> T:
        self._wrong.setdefault(field, code)
        return instead


class Query:
    """Reads the parameters of a query in the same way; an empty one is one not given."""

    def __init__(self, parameters: QueryDict) -> None:
        self._left = {name: values for name, values in parameters.lists() if any(values)}
        self._wrong: dict[str, ErrorCode | ValueCode] = {}

    def text(self, name: str) -> str:
        """Take a text, or nothing."""
        values = self._left.pop(name, [""])
        if len(values) > 1:
            self._wrong[name] = ValueCode.REPEATED
        return values[0]

    def day(self, name: str) -> date | None:
        """Take a day, or None."""
        text = self.text(name)
        if _DAY.fullmatch(text):
            with suppress(ValueError):  # the 30th of February
                return date.fromisoformat(text)
        self._note(name, text, ValueCode.NOT_DAY)
        return None

    def number(self, name: str, code: ValueCode, low: int, high: int) -> int | None:
        """Take a whole number from `low` to `high`, or None."""
        text = self.text(name)
        if _NUMBER.fullmatch(text) and low <= int(text) <= high:
            return int(text)
        self._note(name, text, code)
        return None

    def finish(self, more: Codes) -> None:
        """Raise RefusedError (422) if anything was wrong or unknown, or `more` is wrong."""
        unknown = islice(self._left, _UNKNOWN_NAMED)
        wrong = {**more, **self._wrong, **dict.fromkeys(unknown, ValueCode.UNKNOWN_FIELD)}
        if wrong:
            raise RefusedError(invalid(wrong, in_query=True))

    def _note(self, name: str, text: str, code: ValueCode) -> None:
        if text:
            self._wrong.setdefault(name, code)
