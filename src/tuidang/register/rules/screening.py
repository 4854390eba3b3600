"""Screening: which statements pass by themselves, and for which reasons the others wait for a reviewer."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a statement waits for a reviewer."""

    FLOOD = "flood"  # its text came from its region more often today than is usual
    HOSTILE = "hostile"  # slurs against those who leave
    ADVERTISING = "advertising"
    PRAISE = "praise"  # slogans of praise where a declaration should be


class Rejection(StrEnum):
    """Why a reviewer rejects a statement."""

    HOSTILE = "hostile"
    ADVERTISING = "advertising"
    NOT_A_STATEMENT = "not_a_statement"
    FORGED = "forged"
    DUPLICATE = "duplicate"
