"""Reading without a network: a page that says what it leaves on a device, and what a device asks for.

Nothing is registered or stored before its owner presses. The worker's scope is the library of one language.
"""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuidang.base.http import json_response
from tuidang.library import queries
from tuidang.library.places import to_keep
from tuidang.library.views import LIST_BYTES, cut, first_of

_NEWS = 5  # items that are offered
_FRAME = ("web/tuidang.css", "library/library.css", "web/icon.svg", "library/offline.js")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Offer works to be kept, show what is, and wipe it; all of it by the page's own script."""
    language = _language()
    first = first_of(request)
    listed = [*(queries.news(language, limit=_NEWS) if not first else []), *queries.books(language, first)]
    items = cut("library/offline_item.html", listed, LIST_BYTES // 2)
    context = {
        "items": items,
        "next": first + len(items) if len(items) < len(listed) else None,
        "cache": _cache(language),
        "words": {
            "fetching": _("Fetching {done} of {all}"),
            "kept": _("Kept, {size}"),
            "failed": _("Not everything arrived. Press again when the network is better."),
            "nothing": _("Nothing is kept on this device."),
            "all": _(
                "Works kept: {works}, in {text}. The list of works and the pages’ look take {rest} more."
            ),
            "dropped": _("Taken off this device."),
            "wiped": _("Everything is wiped. Nothing of this library is kept on this device."),
        },
    }
    return render(request, "library/offline.html", context)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that answers for the library from what a device keeps."""
    settings = {
        "kept": _cache(_language()),
        "library": reverse("library"),
        "offline": reverse("offline"),
        "frame": [static(path) for path in _FRAME],
        "notice": _(
            "This page is kept on your device. Without a network only the library opens, not what the links"
            " above lead to."
        ),
    }
    return render(
        request,
        "library/worker.js",
        {"settings": json.dumps(settings)},
        content_type="text/javascript; charset=utf-8",
    )


@require_safe
def pages(_request: HttpRequest, name: str) -> HttpResponse:
    """List the pages of a work, and a stamp that changes when one of them does."""
    work, found = queries.find_work(name, _language()), to_keep(name, _language())
    if work is None or found is None:
        raise Http404
    addresses = [] if work.is_news else [reverse("work", args=[name])]  # that of news only leads on
    for number, parts in found.parts:
        addresses.append(reverse("chapter", args=[name, number]))
        addresses += [reverse("chapter_part", args=[name, number, part]) for part in range(2, parts + 1)]
    return json_response({"stamp": found.stamp, "pages": addresses})


def _language() -> str:
    return get_language() or "zh-hans"


def _cache(language: str) -> str:
    return f"library-{language}"
