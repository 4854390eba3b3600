"""Marks: places in a text that would give someone away."""

from dataclasses import dataclass
from enum import Enum


class MarkKind(Enum):
    """What was found."""

    IDENTITY_CARD = "identity_card"
    PHONE = "phone"
    BANK_CARD = "bank_card"
    EMAIL = "email"
    WECHAT = "wechat"
    QQ = "qq"
    PLATE = "plate"
    ADDRESS = "address"
    LINK = "link"
    NUMBER = "number"  # eleven digits or more that are none of these
    OWN_NAME = "own_name"  # of one who leaves, where it is not published in full
    NAME = "name"  # of somebody else: pointed out, never masked by itself


@dataclass(frozen=True)
class Mark:
    """A place in a text: text[start:end] is of this kind."""

    start: int
    end: int
    kind: MarkKind
