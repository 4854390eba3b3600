"""The interface for programs: posting, looking up by receipt, reading, figures and proofs."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tuidang.base.clock import china_today
from tuidang.base.http import RefusedError, json_response
from tuidang.privacy.regions import REGIONS
from tuidang.register.actions.intake import IntakeClosed
from tuidang.register.actions.owner import find_statement
from tuidang.register.api.endpoint import away, closed, endpoint, not_found, read_object, too_often
from tuidang.register.api.listing import Wanted, describe_entry, list_statements
from tuidang.register.api.values import LISTED, MOST_LISTED, Body, Query
from tuidang.register.folder.figures import load_figures
from tuidang.register.folder.search import Entry, Notice
from tuidang.register.rules.form import ErrorCode, Form, RawForm, read_form
from tuidang.register.views.intake import RETRY_AFTER, take_form
from tuidang.register.views.lookup import NotNow, look_up
from tuidang.register.views.reading import reader
from tuidang.register.words import ValueCode
from tuidang.tlog.note import VerifierKey
from tuidang.tlog.proof import prove
from tuidang.tlog.store import CHECKPOINT, DirectoryStore

_JSON: Final = "application/json"
_INDEX: Final = re.compile(r"0|[1-9]\d{0,14}", re.ASCII)
_DESCRIPTION: Final = files("tuidang.register.api").joinpath("openapi.json").read_bytes()


def _post_statement(request: HttpRequest) -> HttpResponse:
    """Take one person's statement; 201 with its receipt, or 200 with the same one for a repeat."""
    body = Body(read_object(request))
    raw = RawForm(
        people=((body.text("name"), body.texts("orgs")),),
        region=body.text("region", ""),
        place=body.text("place", ""),
        text=body.text("text", ""),
        lang=body.text("lang", "zh-hans"),
        consent=body.text("consent"),
        under_18=body.yes("under_18"),
    )
    key = body.key("idempotency_key")
    form = read_form(raw)
    body.finish({} if isinstance(form, Form) else {error.field: error.code for error in form})
    assert isinstance(form, Form)
    try:
        submitted = take_form(request, form, key)
    except IntakeClosed as error:
        raise RefusedError(closed(RETRY_AFTER)) from error
    return json_response({"receipt": submitted.receipts[0]}, status=200 if submitted.repeated else 201)


def _find_own(request: HttpRequest) -> HttpResponse:
    """Say what has become of the statement of a receipt and a name."""
    body = Body(read_object(request))
    receipt, name = body.text("receipt"), body.text("name")
    body.finish()
    try:
        found = look_up(request, name, lambda: find_statement(receipt, name), bool)
    except NotNow as later:
        raise RefusedError((too_often if later.status == 429 else away)(later.seconds)) from later
    if found is None:
        raise RefusedError(not_found(_("No statement has this receipt together with this name.")))
    place = {} if found.leaf is None else {"index": found.leaf}
    return json_response({"state": found.state, **place})


def _list_statements(request: HttpRequest) -> HttpResponse:
    """List published statements by name, region and days, newest first."""
    query = Query(request.GET)
    region = query.text("region")
    wanted = Wanted(
        name=query.text("name"),
        region=region if region in REGIONS else "",
        first=query.day("from"),
        last=query.day("to"),
        before=query.number("cursor", ValueCode.NOT_CURSOR, 0, 10**15),
        limit=query.number("limit", ValueCode.NOT_LIMIT, 1, MOST_LISTED) or LISTED,
    )
    query.finish({} if wanted.region == region else {"region": ErrorCode.UNKNOWN_REGION})
    days = load_figures(settings.TUIDANG.log).by_day.keys()
    return json_response(list_statements(reader(), wanted, days))


def _read_statement(request: HttpRequest, index: str) -> HttpResponse:  # noqa: ARG001 -- a view
    """Give one published statement."""
    found = reader().by_leaf(int(index)) if _INDEX.fullmatch(index) else None
    if isinstance(found, Notice) and found.target is not None:
        raise RefusedError(
            not_found(
                _("Number %(number)s is a notice about statement %(target)s.")
                % {"number": found.leaf, "target": found.target}
            )
        )
    if not isinstance(found, Entry):
        raise RefusedError(not_found(_("There is no statement of this number.")))
    return json_response(describe_entry(found))


def _read_figures(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- a view
    """Give the figures."""
    figures = load_figures(settings.TUIDANG.log)
    return json_response({
        "total": figures.total,
        "today": figures.today if figures.day == china_today() else 0,
        "by_day": {day.isoformat(): count for day, count in figures.by_day.items()},
        "by_region": dict(figures.by_region),
        "by_organisation": dict(figures.by_organisation),
        "by_channel": dict(figures.by_channel),
        "withheld": figures.withheld,
        "uncounted": figures.uncounted,
        "size": figures.size,
    })  # fmt: skip


def _read_proof(request: HttpRequest, index: str) -> HttpResponse:  # noqa: ARG001 -- a view
    """Give the proof that a leaf is in the log, as a tlog-proof file."""
    store = DirectoryStore(settings.TUIDANG.log)
    signed, key = store.read(CHECKPOINT), store.read("vkey")
    if not _INDEX.fullmatch(index) or int(index) >= reader().size or signed is None or key is None:
        raise RefusedError(not_found(_("The log has no leaf of this number.")))
    proof = prove(store, signed.decode(), VerifierKey.parse(key.decode().strip()), int(index))
    return HttpResponse(proof.text, content_type="text/plain; charset=utf-8")


def _read_description(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- a view
    """Give the OpenAPI document."""
    return HttpResponse(_DESCRIPTION, content_type=_JSON)


def _nothing_here(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 -- a view
    raise RefusedError(not_found(_("The addresses are listed in /api/v1/openapi.json.")))


statements = endpoint(_JSON, GET=_list_statements, POST=_post_statement)
statement = endpoint(_JSON, GET=_read_statement)
receipts = endpoint(_JSON, POST=_find_own)
proof = endpoint("text/plain", GET=_read_proof)
figures = endpoint(_JSON, GET=_read_figures)
description = endpoint(_JSON, GET=_read_description)
anything_else = endpoint(_JSON, GET=_nothing_here, POST=_nothing_here)
