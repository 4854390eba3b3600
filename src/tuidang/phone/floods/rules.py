"""What a rank in the queue means for who is rung."""

from __future__ import annotations

import math

from tuidang.phone.floods import limits
from tuidang.phone.floods.values import Rank


def keeps_free(rank: Rank, desks: int) -> int:
    """Say how many of the volunteers on duty must stay free when a call of this rank is answered.

    A flood fills every free minute that it is given: whoever calls next would wait for it, though a little,
    and no volunteer would have a moment without it. One volunteer alone cannot stay free.
    """
    if rank < Rank.LAST:
        return 0
    return min(desks - 1, math.ceil(desks * limits.FREE_FOR_OTHERS))
