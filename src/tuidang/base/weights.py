"""How much one page may carry over a slow network."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

# A page may weigh 14 KB compressed with everything it loads; frame, stylesheet and icon take the rest.
LIST_BYTES: Final = 6_200


def take_within(items: Iterable[str], budget: int = LIST_BYTES) -> list[str]:
    """Take from the front as many items as fit into `budget` compressed bytes, and one at least."""
    packer, weight, taken = zlib.compressobj(), 0, list[str]()
    for item in items:
        weight += len(packer.compress(item.encode())) + len(packer.flush(zlib.Z_SYNC_FLUSH))
        if taken and weight > budget:
            break
        taken.append(item)
    return taken
