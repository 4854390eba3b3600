"""What in a text would give someone away, and the text with it masked."""

from dataclasses import dataclass
from enum import Enum

from tuidang.privacy.names import NameTable
from tuidang.privacy.regions import Lang


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
    NAME = "name"  # of somebody else: pointed out, never masked by itself


@dataclass(frozen=True)
class Mark:
    """A place in a text: text[start:end] is of this kind."""

    start: int
    end: int
    kind: MarkKind


def find_marks(text: str) -> tuple[Mark, ...]:
    """Return what must be masked in `text`, in order, without overlaps."""
    return ()


def mask(text: str, lang: Lang = "zh-hans") -> str:
    """Return `text` with every mark replaced by a word for it, such as 〔电话〕."""
    return text


def find_names(text: str, table: NameTable) -> tuple[Mark, ...]:
    """Return what looks like other people's names in `text`: a suggestion to the writer, not a mask."""
    return ()
