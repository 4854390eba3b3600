"""The screen for people who leave by a call, a letter, a talk: typed, shown, confirmed, read aloud."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import SystemRandom
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tuidang.base.clock import china_today
from tuidang.desk import people_form as forms
from tuidang.desk.calls_now import Place, place_in
from tuidang.desk.framing import within_line
from tuidang.desk.people_lease import (
    CALL,
    ON_PAPER,
    WRITERS,
    begun_here,
    channel_of,
    holder_of,
    lease,
    new_call,
    release,
)
from tuidang.desk.people_seen import advise, groups_of, outlook_of
from tuidang.desk.scripts import read_scripts
from tuidang.desk.words import END_BUTTONS
from tuidang.phone.actions.duty import TooManyOrdersError, give_order
from tuidang.phone.duty_rules import DISPOSITIONS
from tuidang.privacy.receipts import format_digits
from tuidang.register.actions.drafts import (
    Stale,
    Taken,
    TooMuch,
    confirm_draft,
    finish_draft,
    hold_work,
    new_id,
    open_work,
    put_away,
    save_draft,
    say_receipts,
)
from tuidang.register.actions.intake import IntakeClosed, intake_state
from tuidang.register.queries import name_table
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import MAX_PEOPLE, ORGS
from tuidang.register.rules.people import BY_VOICE, People, TypedPeople, read_people
from tuidang.register.views.fields import sentences_of
from tuidang.register.views.places import countries, page_language, regions_of_china
from tuidang.volunteers.access import role_required, signed_in

_FRAMED: Final = "desk/people_framed.html"
listeners = role_required(*WRITERS)
_rng = SystemRandom()


@dataclass(frozen=True)
class Sheet:
    """Whose people these are, how they came, and the frame in which the screen stands."""

    call: str
    channel: Channel
    template: str  # the page around it
    place: Place  # where the volunteer stands to the call

    @property
    def is_framed(self) -> bool:
        """Tell whether it stands in the telephone's page, or beside a letter."""
        return self.template == _FRAMED

    @property
    def by_telephone(self) -> bool:
        """Tell whether somebody is, or was, on the telephone."""
        return self.channel is Channel.VOLUNTEER


@dataclass(frozen=True)
class Written:
    """The form as the page shows it: what was typed, as which draft and revision, and what is wrong."""

    typed: TypedPeople
    draft: int
    known: tuple[str, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    foreign: bool = False  # somebody else has changed it meanwhile: it was not saved


@listeners
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to write down people who did not telephone, or go on with those begun in this browser."""
    if request.method != "POST":
        return render(request, "desk/people_begin.html", {"begun": begun_here(request), "ways": ON_PAPER})
    channel = next((way for way in ON_PAPER if way == request.POST.get("channel", "")), ON_PAPER[0])
    call, page = new_call(), "desk:people"
    if "scan" in request.POST:
        channel, page = Channel.MAIL, "desk:paper"
    response = HttpResponseRedirect(reverse(page, args=[call]))
    lease(request, response, call, channel)
    return response


@listeners
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, call: str) -> HttpResponse:
    """Show the people of one call on a page of their own, and do what was pressed."""
    return _sheet(request, call, "desk/people.html")


@listeners
@within_line
@require_http_methods(["GET", "HEAD", "POST"])
def beside(request: HttpRequest, call: str) -> HttpResponse:
    """Do the same in the frame that stands in the telephone's page, or beside a letter."""
    return _sheet(request, call, _FRAMED)


def _sheet(request: HttpRequest, call: str, template: str) -> HttpResponse:
    if not CALL.fullmatch(call):
        raise Http404
    place = place_in(signed_in(request).pk, call, datetime.now(UTC))
    channel = channel_of(request, call, place)
    if channel is None:
        status = 503 if place.unknown else 403
        # Not over what was just sent: whoever goes back finds it in the form.
        looks_again = place.rings or (place.unknown and request.method != "POST")
        context = {"place": place, "looks_again": looks_again, "framed": template == _FRAMED}
        return render(request, "desk/people_closed.html", context, status=status)
    if place.desk:
        hold_work(call, holder_of(request, call), alone=not place.others)
    sheet = Sheet(call, channel, template, place)
    response = _act(request, sheet) if request.method == "POST" else _page(request, sheet)
    lease(request, response, call, channel)
    return response


def _act(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    act = _STEPS.get(request.POST.get("step", ""), _typed)
    try:
        return act(request, sheet, forms.read_sent(request.POST))
    except Stale:
        return _page(request, sheet, notice="stale", status=409)
    except IntakeClosed:
        return _page(request, sheet, notice="closed", status=503)
    except TooManyOrdersError:
        return _page(request, sheet, notice="many", status=429)


def _typed(request: HttpRequest, sheet: Sheet, sent: forms.Sent) -> HttpResponse:
    """Keep what was typed, and go where the pressed button leads."""
    step = request.POST.get("step", "")
    typed = forms.read_typed(request.POST, sheet.channel, page_language())
    for name in request.POST:
        if name.startswith("alias.") and name[6:].isdecimal() and len(name) < 10:
            typed = forms.with_name(typed, int(name[6:]), request.POST[name])
    if step == "list":
        at = request.POST.get("at", "")
        typed = forms.with_list(typed, request.POST.get("list", ""), int(at) if at.isdecimal() else 0)
    draft, revision = sent.draft or new_id(), sent.revision or secrets.token_hex(8)
    try:
        save_draft(
            sheet.call,
            draft,
            known=sent.known,
            revision=revision,
            typed=typed,
            now=datetime.now(UTC),
            holder=holder_of(request, sheet.call),
            writer=str(signed_in(request).pk),
        )
    except (Stale, TooMuch) as refusal:
        return _not_kept(request, sheet, Written(typed, draft, sent.known), refusal)
    if "quiet" in request.POST:
        return _saved(request, typed)
    written = Written(typed, draft, (revision,))
    if step == "preview":
        return _preview(request, sheet, written)
    shown = forms.with_rows(typed, forms.MORE_ROWS if step == "more" else 0)
    return _page(request, sheet, replace(written, typed=shown))


def _not_kept(request: HttpRequest, sheet: Sheet, written: Written, refusal: Stale | TooMuch) -> HttpResponse:
    """Say that what was typed is not kept, and leave it on the page."""
    is_much = isinstance(refusal, TooMuch)
    status = 429 if is_much else 409
    if "quiet" in request.POST:
        return JsonResponse({}, status=status)
    shown = replace(written, foreign=not is_much)
    return _page(request, sheet, shown, notice="much" if is_much else "", status=status)


def _saved(request: HttpRequest, typed: TypedPeople) -> HttpResponse:
    """Answer our script: it is kept; and advice on the names that it asks about."""
    asked = {int(row) for row in request.POST.get("advise", "").split() if row.isdecimal() and len(row) < 4}
    rows = sorted(row for row in asked if row < len(typed.people))
    language = page_language()
    return JsonResponse(
        {
            "advice": {
                str(one.row): render_to_string("desk/people_advice.html", {"advice": one}, request)
                for one in advise(typed, rows, language)
            }
        }
    )


def _preview(request: HttpRequest, sheet: Sheet, written: Written, *, notice: str = "") -> HttpResponse:
    read = read_people(written.typed, name_table(), threshold=settings.TUIDANG.rare_name, rng=_rng)
    if not isinstance(read, People):
        return _page(request, sheet, replace(written, errors=sentences_of(read)), status=422)
    context = {
        **_around(sheet),
        "outlook": outlook_of(read, written.typed, page_language()),
        "written": written,
        "revision": written.known[-1],
        "notice": notice,
        "intake": intake_state().name,
    }
    return render(request, sheet.template, context)


def _confirm(request: HttpRequest, sheet: Sheet, sent: forms.Sent) -> HttpResponse:
    done = confirm_draft(sheet.call, sent.draft, sent.shown, china_today())
    if not isinstance(done, Taken):
        typing = open_work(sheet.call).typing
        if typing is None:
            raise Stale
        written = Written(typing.typed, typing.id, (typing.revision,), sentences_of(done))
        return _page(request, sheet, written, status=422)
    return HttpResponseRedirect(request.path)


def _finish(request: HttpRequest, sheet: Sheet, sent: forms.Sent) -> HttpResponse:
    finish_draft(sheet.call, sent.draft, china_today())
    return HttpResponseRedirect(request.path)


def _said(request: HttpRequest, sheet: Sheet, sent: forms.Sent) -> HttpResponse:
    said = request.POST.get("said", "")
    say_receipts(sheet.call, sent.draft, int(said) if said.isdecimal() and len(said) < 4 else 0)
    return HttpResponseRedirect(request.path)


def _put_away(request: HttpRequest, sheet: Sheet, sent: forms.Sent) -> HttpResponse:
    put_away(sheet.call, sent.draft)
    return HttpResponseRedirect(request.path)


def _change(request: HttpRequest, _sheet: Sheet, _sent: forms.Sent) -> HttpResponse:
    return HttpResponseRedirect(request.path)


def _ended(request: HttpRequest, sheet: Sheet, _sent: forms.Sent) -> HttpResponse:
    """Tell the hotline how the call ended, which counts it; once it is over, the telephone's page does."""
    what = next((end for end in DISPOSITIONS if end == request.POST.get("what", "")), "")
    if not sheet.place.desk:
        return _page(request, sheet, notice="over", status=409)
    if what:
        give_order(sheet.place.desk, "wrapped", what, now=datetime.now(UTC))
    return _page(request, sheet, ended=what)


def _leave(request: HttpRequest, sheet: Sheet, sent: forms.Sent) -> HttpResponse:
    """Throw away what is being typed, and the way back to it."""
    put_away(sheet.call, sent.draft)
    response = HttpResponseRedirect(reverse("desk:begin-people"))
    release(request, response, sheet.call)
    return response


def _page(
    request: HttpRequest,
    sheet: Sheet,
    written: Written | None = None,
    *,
    notice: str = "",
    ended: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show what was typed, or what is kept of it, beside receipts and scripts."""
    work = open_work(sheet.call)
    if written is None:
        written = Written(TypedPeople(), new_id(), ())
        if work.typing:
            written = Written(work.typing.typed, work.typing.id, (work.typing.revision,))
    typed = forms.with_rows(written.typed)
    language = page_language()
    context = {
        **_around(sheet),
        "written": written,
        "typed": typed,
        "people": sum(not person.is_empty for person in typed.people),
        "rows": forms.rows_of(typed, written.errors),
        "new_row": forms.rows_of(TypedPeople(people=typed.people[:0]), {}),
        "advice": {one.row: one for one in advise(typed, typed.rows, language)},
        "may_have_more": len(typed.people) < MAX_PEOPLE,
        "unfinished": work.unfinished,
        "taken": [_reading(taken) for taken in work.taken],
        "notice": notice,
        "ended": ended,
        "orgs": ORGS,
        "regions_of_china": regions_of_china(language),
        "countries": countries(language, typed.region),
        "intake": intake_state().name,
        "by_voice": sheet.channel in BY_VOICE,
    }
    return render(request, sheet.template, context, status=status)


def _reading(taken: Taken) -> dict[str, object]:
    """Lay receipts out: the one to be read next, large; all of them, as a list for paper."""
    said = min(taken.said, len(taken.receipts))
    now = taken.receipts[said] if said < len(taken.receipts) else ""
    return {
        "id": taken.id,
        "receipts": [format_digits(digits) for digits in taken.receipts],
        "said": said,
        "count": len(taken.receipts),
        "number": said + 1,
        "groups": groups_of(now) if now else [],
        "before": said - 1,
        "by_voice": taken.by_voice,
    }


def _around(sheet: Sheet) -> dict[str, object]:
    return {"sheet": sheet, "ends": END_BUTTONS, "scripts": read_scripts(page_language())}


_STEPS: Final[Mapping[str, Callable[[HttpRequest, Sheet, forms.Sent], HttpResponse]]] = {
    "confirm": _confirm,
    "finish": _finish,
    "said": _said,
    "away": _put_away,
    "change": _change,
    "ended": _ended,
    "leave": _leave,
}
