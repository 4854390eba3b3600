"""The editors' screen for one chapter: its Markdown, how it will look, its versions, and when it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuidang.base.audit import Act, noted
from tuidang.base.clock import CHINA, utc_now
from tuidang.desk.library import editors, find_text
from tuidang.desk.library_words import LANGUAGES, said
from tuidang.library import queries
from tuidang.library.actions.publication import (
    publish_version,
    schedule_version,
    take_down_chapter,
    unschedule_chapter,
)
from tuidang.library.actions.texts import save_chapter
from tuidang.library.models import Text, Version
from tuidang.library.rules import Mistake
from tuidang.volunteers.access import signed_in

_LONGEST_NUMBER: Final = 9
_DONE: Final = {
    "save": "saved",
    "publish": "published",
    "schedule": "set",
    "unschedule": "unset",
    "take-down": "down",
}


@dataclass
class ChapterForm:
    """What was typed of a chapter, and what is wrong with it."""

    title: str = ""
    body: str = ""
    seen: int = 0  # the version that the editor began with
    at: str = ""  # by China's clock
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, request: HttpRequest) -> ChapterForm:
        """Read what was typed."""
        typed = request.POST
        seen = typed.get("seen", "")
        return cls(typed.get("title", ""), typed.get("body", ""), _number(seen), typed.get("at", ""))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def chapter(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """Show a chapter to be edited, or a new one; preview it, save it, publish it now or at a set time."""
    text = find_text(key)
    versions = queries.versions_of(text, number)
    is_next = number == text.chapters.count() + 1 and not (text.work.is_news and number > 1)
    if not versions and not is_next:
        raise Http404
    if request.method != "POST":
        return _show(request, text, number, versions, _opened(request, versions))
    form = ChapterForm.read(request)
    if request.POST.get("move") == "preview":
        return _show(request, text, number, versions, form, previewed=True)
    try:
        _move(request, text, number, form)
    except Mistake as mistake:
        form.errors |= said(mistake)
    if form.errors:
        return _show(request, text, number, versions, form)
    done = {
        "save": "saved",
        "publish": "published",
        "schedule": "set",
        "unschedule": "unset",
        "take-down": "down",
    }
    word = done.get(request.POST.get("move", ""), "")
    return HttpResponseRedirect(f"{reverse('desk:library-chapter', args=[key, number])}?done={word}")


def _opened(request: HttpRequest, versions: list[Version]) -> ChapterForm:
    """Fill the form with the newest version, or the older one that was asked for."""
    if not versions:
        return ChapterForm()
    asked = _number(request.GET.get("version", ""))
    version = next((one for one in versions if one.number == asked), versions[0])
    return ChapterForm(version.title, version.body, versions[0].number)


def _move(request: HttpRequest, text: Text, number: int, form: ChapterForm) -> None:
    """Do what a button says, or note what is wrong. Raises Mistake."""
    now, me = utc_now(), signed_in(request).pseudonym
    thing = f"chapter {text.pk}/{number}"
    move = request.POST.get("move")
    if move in {"unschedule", "take-down"}:
        change = unschedule_chapter if move == "unschedule" else take_down_chapter
        found = text.chapters.filter(number=number).first()
        if found is not None:
            with noted(me, Act.PUBLISH_TEXT, thing, now):
                change(found.pk)
        return
    if move not in {"save", "publish", "schedule"}:
        return
    at = _time(form.at) if move == "schedule" else None
    if move == "schedule" and (at is None or at <= now):
        form.errors["at"] = _("Give a day and a time that are still to come.")
        return
    with noted(me, Act.EDIT_TEXT if move == "save" else Act.PUBLISH_TEXT, thing, now):
        today = now.astimezone(CHINA).date()
        version = save_chapter(text, number, form.title, form.body, today, seen=form.seen)
        if move == "publish":
            publish_version(version.pk, now)
        elif at is not None:
            schedule_version(version.pk, at)


def _show(
    request: HttpRequest,
    text: Text,
    number: int,
    versions: list[Version],
    form: ChapterForm,
    *,
    previewed: bool = False,
) -> HttpResponse:
    shown = queries.preview(text, form.title, form.body) if previewed else []
    context = {
        "text": text,
        "number": number,
        "form": form,
        "versions": versions,
        "state": queries.ChapterState(number, versions) if versions else None,
        "previews": [(made, _whole(made.parts)) for made in shown],
        "languages": LANGUAGES,
        "done": request.GET.get("done", ""),
    }
    return render(request, "desk/library/chapter.html", context, status=422 if form.errors else 200)


def _whole(parts: tuple[str, ...]) -> SafeString:
    return mark_safe("<hr>".join(parts))  # noqa: S308 -- written by `flow.as_html`, which escapes


def _time(typed: str) -> datetime | None:
    """Read a day and a time by China's clock; None when they are none."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=CHINA)
    except ValueError:
        return None


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER else 0
