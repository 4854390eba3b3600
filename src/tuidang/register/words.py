"""The sentences for wrong input, said by the pages and by the interface for programs alike."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tuidang.register.rules.form import ErrorCode

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone


class ValueCode(StrEnum):
    """What is wrong with a value that a program sent, before the rules of the form are asked."""

    NOT_OBJECT = "not_object"
    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    NOT_TEXT = "not_text"
    NOT_LIST = "not_list"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_KEY = "not_key"
    NOT_DAY = "not_day"
    NOT_CURSOR = "not_cursor"
    NOT_LIMIT = "not_limit"
    REPEATED = "repeated"


SENTENCES: Final[Mapping[ErrorCode | ValueCode, _StrPromise]] = {
    ErrorCode.NAME_MISSING: _("Write a name. It need not be the real one."),
    ErrorCode.NAME_TOO_LONG: _("Make the name shorter: at most 40 characters."),
    ErrorCode.NO_ORGANISATION: _("Choose at least one of the three organisations."),
    ErrorCode.UNKNOWN_ORGANISATION: _("Choose among Party, Youth League and Young Pioneers."),
    ErrorCode.NO_PEOPLE: _("Write at least one person’s name, and what that person leaves."),
    ErrorCode.TOO_MANY_PEOPLE: _("Write at most 100 people at once. The others can follow in a second form."),
    ErrorCode.UNKNOWN_REGION: _("Choose a region from the list, or leave it unsaid."),
    ErrorCode.PLACE_TOO_LONG: _("Make the place shorter: at most 60 characters."),
    ErrorCode.PLACE_UNDER_18: _("Leave the place empty: under 18, no place is published."),
    ErrorCode.TEXT_TOO_LONG: _("Make the reason shorter: at most 5,000 characters."),
    ErrorCode.FORBIDDEN_CHARACTER: _("There is a character in it that cannot be shown. Write it without it."),
    ErrorCode.UNKNOWN_LANGUAGE: _("Choose Chinese (simplified or traditional) or English."),
    ErrorCode.NO_CONSENT: _("Tick the last box: without it we may not take the statement."),
    ErrorCode.OWN_IS_ONE_PERSON: _(
        "One’s own wish is for oneself alone. For several people, say that each asked."
    ),
    ValueCode.NOT_OBJECT: _("Send a JSON object."),
    ValueCode.MISSING: _("This is missing."),
    ValueCode.UNKNOWN_FIELD: _("There is no field of this name."),
    ValueCode.NOT_TEXT: _("Give this as text."),
    ValueCode.NOT_LIST: _("Give this as a list of texts, none of them twice."),
    ValueCode.NOT_YES_OR_NO: _("Say true or false."),
    ValueCode.NOT_KEY: _("Give 32 hexadecimal digits, drawn at random for this statement."),
    ValueCode.NOT_DAY: _("Give a day as 2026-11-20."),
    ValueCode.NOT_CURSOR: _("Give the cursor that came with the page before."),
    ValueCode.NOT_LIMIT: _("Give a number from 1 to 100."),
    ValueCode.REPEATED: _("Give this once."),
}


def sentence(code: ErrorCode | ValueCode) -> str:
    """Say, in the language of the request, what is wrong and what to do."""
    return str(SENTENCES[code])
