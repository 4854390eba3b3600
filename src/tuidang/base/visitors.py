"""Where a request came from: asked only for budgets in memory, never kept and never written."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from tuidang.base.limits import network_of


def visitor_network(request: HttpRequest) -> str:
    """Return the network of the visitor (/24, or /56 of IPv6); "" when nobody can tell.

    Behind a proxy of ours the address is the last in X-Forwarded-For, which that proxy wrote; what stands
    before it, or in the header without a proxy, anyone can write.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TUIDANG.behind_proxy:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return network_of(address)
