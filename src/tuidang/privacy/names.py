"""What a name gives away: whether it is a full name, and how many people bear it in a region."""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path


class NameKind(Enum):
    """What a name looks like."""

    FULL = "full"  # surname and given name, as on an identity card
    NICKNAME = "nickname"  # 老孙, 小王, 阿强
    ANONYMOUS = "anonymous"  # 王某某, 匿名
    ALIAS = "alias"  # one of our proposed words
    OTHER = "other"  # foreign, invented, anything else


@dataclass(frozen=True)
class Rarity:
    """How many people bear a name in a region; `bearers` is None where we cannot tell, or nobody does."""

    kind: NameKind
    bearers: int | None = None
    surname: str = ""
    given: str = ""

    def is_rare(self, threshold: int) -> bool:
        """Tell whether it points at somebody: a full name of fewer than `threshold` people or unknown."""
        return self.kind is NameKind.FULL and (self.bearers is None or self.bearers < threshold)


class NameTable:
    """Shares of surnames and given names."""

    @staticmethod
    @cache
    def default() -> "NameTable":
        """Return the built-in table."""
        return NameTable()

    @staticmethod
    def load(folder: Path) -> "NameTable":
        """Read the tables in `folder`."""
        raise NotImplementedError(folder)

    def estimate(self, name: str, region: str) -> Rarity:
        """Return how many bear `name` in `region`."""
        return Rarity(NameKind.OTHER)


def published_name(
    name: str, region: str, table: NameTable, threshold: int = 1000, *, spoken_with: bool = False
) -> str:
    """Return the name as it is published."""
    return name
