"""Frozen tables: data files that stored hashes depend on, so that no library's upgrade can change them."""

from collections.abc import Iterator
from importlib.resources import files


def read_rows(name: str) -> Iterator[tuple[str, str]]:
    """Yield (first word, rest) of each line of a table in this package, leaving out # comments."""
    for line in files("tuidang.privacy").joinpath(name).read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest
