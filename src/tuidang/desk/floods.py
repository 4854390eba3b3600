"""The coordinators' screen of floods: how the hotline stands, and the marks of today, to be undone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from tuidang.base.audit import Act, noted
from tuidang.phone.actions.duty import give_order
from tuidang.phone.duty_rules import NO_DESK
from tuidang.phone.floods.values import Level, Mark
from tuidang.phone.floods_now import floods_now
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

LEVELS = {
    Level.CALM: (
        pgettext_lazy("level of the hotline", "Calm"),
        "good",
        _("Everybody is put through at once."),
    ),
    Level.WATCHFUL: (
        pgettext_lazy("level of the hotline", "Watchful"),
        "held",
        _(
            "More calls come than can be taken. Those that have much in common with hostile ones are asked to"
            " press two keys first."
        ),
    ),
    Level.FLOODED: (
        pgettext_lazy("level of the hotline", "Flooded"),
        "bad",
        _("Whoever did not talk with us today is asked to press two keys before anybody is rung."),
    ),
    Level.STORM: (
        pgettext_lazy("level of the hotline", "Storm"),
        "bad",
        _(
            "Whoever did not talk with us today is asked to press two keys. A number that called more than"
            " sixty times within the hour hears an engaged tone."
        ),
    ),
}
MARKS = {
    Mark.HOSTILE: pgettext_lazy("mark of a caller", "Hostile"),
    Mark.FREQUENT: pgettext_lazy("mark of a caller", "Calls often"),
}
COUNTS = {
    "calls": _("Calls that came in"),
    "challenged": _("Asked to press two keys"),
    "passed": _("pressed them, or a PIN"),
    "failed": _("pressed others or only spoke, and waited all the same"),
    "silent": _("pressed nothing and said nothing"),
    "message": _("Told that nobody can be put through to them"),
    "refused": _("Heard an engaged tone"),
}


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def floods(request: HttpRequest) -> HttpResponse:
    """Show how floods stand; take a mark back."""
    now = datetime.now(UTC)
    undone, done = "", ""
    stand = floods_now(settings.TUIDANG.data, now)
    if request.method == "POST":
        marks = {mark.id for mark in stand.marks if not mark.undone} if stand else set()
        undone = next((mark for mark in marks if mark == request.POST.get("mark", "")), "")
        done = "asked" if undone else "unknown"
    if undone:
        with noted(signed_in(request).pseudonym, Act.UNMARK_CALLER, f"mark {undone}", now):
            give_order(NO_DESK, "unmark", undone, now=now)
    context: dict[str, object] = {"done": done}
    if stand is not None:
        name, look, words = LEVELS[stand.level]
        context |= {
            "name": name,
            "look": look,
            "words": words,
            "counts": [
                (words, getattr(stand.counts, key), key in {"passed", "failed", "silent"})
                for key, words in COUNTS.items()
            ],
            "marks": [
                (mark.id, MARKS[mark.mark], mark.hour, mark.undone or mark.id == undone)
                for mark in stand.marks
            ],
        }
    return render(request, "desk/floods.html", context, status=422 if done == "unknown" else 200)
