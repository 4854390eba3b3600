"""A sieve: a small file that tells at once that a segment of the index does not have a key.

It is a Bloom filter in blocks of 64 bytes (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient
Bloom Filters", 2007): all bits of a key lie in one block, so a look-up touches one page. Of keys that are
not there about one in a hundred passes; one that is there always does. Most look-ups concern few of the
hundreds of segments, and asking a sieve costs a hundredth of asking a database.
"""

import mmap
from collections.abc import Iterable
from hashlib import blake2b, sha256
from pathlib import Path
from struct import unpack
from typing import NamedTuple

TAG_BYTES = 16

_BLOCK = 64
_BITS_PER_KEY = 12
_BIT = tuple(1 << bit for bit in range(8 * _BLOCK))


class Key(NamedTuple):
    """A key, hashed once for any number of sieves: its place among the blocks, and its bits in a block."""

    place: int  # of 2**64
    mask: int


def make_key(data: bytes) -> Key:
    """Hash a key."""
    return Key(*_hash(data))


class Sieve:
    """A sieve file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._blocks = (len(self._map) - TAG_BYTES) // _BLOCK
        if len(self._map) != TAG_BYTES + _BLOCK * self._blocks or not self._blocks:
            raise ValueError(f"{path} is not a sieve")

    @property
    def tag(self) -> bytes:
        """Give the tag that names the sieve's content."""
        return self._map[:TAG_BYTES]

    def may_have(self, key: Key) -> bool:
        """Tell whether the segment may have a key; False is certain."""
        start = TAG_BYTES + _BLOCK * (key.place * self._blocks >> 64)
        return int.from_bytes(self._map[start : start + _BLOCK], "little") & key.mask == key.mask


def make_sieve(keys: Iterable[bytes], count: int) -> bytes:
    """Give the bytes of a sieve for about `count` keys: its tag, then the blocks."""
    blocks = count * _BITS_PER_KEY // (8 * _BLOCK) + 1
    bits = [0] * blocks
    for place, mask in map(_hash, keys):
        bits[place * blocks >> 64] |= mask
    body = b"".join(block.to_bytes(_BLOCK, "little") for block in bits)
    return sha256(body).digest()[:TAG_BYTES] + body


def _hash(data: bytes) -> tuple[int, int]:
    place, x = unpack("<QQ", blake2b(data, digest_size=16).digest())
    # Six bits of the block, each chosen by nine bits of the hash.
    low = _BIT[x & 511] | _BIT[x >> 9 & 511] | _BIT[x >> 18 & 511]
    return place, low | _BIT[x >> 27 & 511] | _BIT[x >> 36 & 511] | _BIT[x >> 45 & 511]
