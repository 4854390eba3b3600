"""A file that a phone of a site handed over, taken in at the desk: it stays sealed, and counts once."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from tuidang.base.audit import Act, write_audit
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.sites.pages import find_site, leads, show_site
from tuidang.field.actions.entries import FieldClosed, keep_entries
from tuidang.field.batches import NotABatchError, read_handed_over
from tuidang.field.models import Site
from tuidang.library.audio.upload import ToDisk, to_disk
from tuidang.volunteers.access import signed_in

LARGEST: Final = 8 * 1024 * 1024  # bytes: some 2800 entries, more than a phone has in months
_BESIDE: Final = 64 * 1024  # bytes of a form that are not the file
_TOGETHER: Final = 500  # entries stored in one transaction


@csrf_exempt  # until it is known that a lead sends it: the check reads the form, and with it the file
@leads
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, code: str) -> HttpResponse:
    """Take in what a phone of the site has handed over."""
    found = find_site(request, code)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk:site", args=[found.code]))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()) or int(length) > LARGEST + _BESIDE:
        return _refused(request, found, _("The file is larger than 8 megabytes. Nothing was taken in."))
    with to_disk(request, LARGEST) as file:
        response: HttpResponse = _take(request, found, file)
        return response


@csrf_protect
def _take(request: HttpRequest, found: Site, file: ToDisk) -> HttpResponse:
    request.POST.get("file")  # the file is on the disk now
    if file.is_too_large:
        return _refused(request, found, _("The file is larger than 8 megabytes. Nothing was taken in."))
    try:
        entries = read_handed_over(file.path.read_bytes())
    except NotABatchError:
        return _refused(
            request, found, _("This is no file that a phone has handed over. Nothing was taken in.")
        )
    today, late = china_today(), 0
    try:
        for start in range(0, len(entries), _TOGETHER):
            late += len(keep_entries(found, entries[start : start + _TOGETHER], today))
    except FieldClosed:
        return _refused(
            request, found, _("Nothing can be taken in just now. Keep the file, and bring it again later.")
        )
    # After: what is kept is kept, and a file that was broken off is brought again whole, and noted then.
    write_audit(signed_in(request).pseudonym, Act.TAKE_ENTRIES, f"site {found.code}", utc_now())
    return show_site(request, found, today, said=_said(len(entries) - late, late))


def _said(kept: int, late: int) -> str:
    sentence = ngettext(
        "%(n)s sealed entry of the file is here; it counts once.",
        "%(n)s sealed entries of the file are here; each counts once.",
        kept,
    ) % {"n": kept}
    if not late:
        return sentence
    too_late = ngettext(
        "%(n)s came too late: the key of its week is gone.",
        "%(n)s came too late: the keys of their weeks are gone.",
        late,
    ) % {"n": late}
    return f"{sentence} {too_late}" if sentence[-1] == "." else sentence + too_late


def _refused(request: HttpRequest, found: Site, why: str) -> HttpResponse:
    return show_site(request, found, china_today(), errors=[why], status=422)
