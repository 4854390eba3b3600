"""The integrity report as people read it: what is usual, which days are not, and what nobody can know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuidang.base import charts
from tuidang.base.words import day_short, spaced
from tuidang.register.folder.canaries import Round, read_rounds
from tuidang.register.folder.integrity import LATEST, SHORT, load_report
from tuidang.register.folder.origins import read_origins
from tuidang.register.templatetags.statements import channel_name, region_name

_LISTED = 20  # outlying days
_LABELS = 3  # have room on a phone


@dataclass(frozen=True)
class Row:
    """A share of the statements, of the latest weeks and of all."""

    what: str
    latest: str
    all: str


@require_safe
def integrity(request: HttpRequest) -> HttpResponse:
    """Show the report, from the public folder alone."""
    report = load_report(settings.TUIDANG.log)
    if report is None or report["last"] is None:
        return render(request, "register/reading/integrity.html", {"report": None})
    days = [_day(row) for row in report["days"]]
    context = {
        "report": report,
        "last": date.fromisoformat(report["last"]),
        "days": days[::-1],
        "chart": _chart(days),
        "outlying": [_day(one) for one in report["outlying"][:_LISTED]],
        "rows": _rows(report["shares"]["latest"], report["shares"]["all"]),
        "latest": LATEST,
        "reasons": _reasons(report["uncounted"]),
        "canaries": _canaries(report["canaries"]),
        "origins": _origins(),
        "rounds": [_round(one) for one in read_rounds(settings.TUIDANG.log)][:-_LISTED:-1],
    }
    return render(request, "register/reading/integrity.html", context)


def _day(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row of the report with its day as one."""
    return {**row, "day": date.fromisoformat(row["day"])}


def _chart(days: list[dict[str, Any]]) -> SafeString:
    language = get_language() or "en"
    labelled = {0, len(days) // 2, len(days) - 1} if len(days) >= _LABELS else set()
    marks = [
        charts.Usual(
            day_short(day["day"], language) if n in labelled else "",
            day["statements"]["count"],
            tuple(day["statements"]["usual"]) if day["statements"]["usual"] else None,
        )
        for n, day in enumerate(days)
    ]
    most = max(max(mark.value, mark.usual[1] if mark.usual else 0) for mark in marks)
    return charts.usual(
        charts.Words(
            "usual",
            _("Statements a day, beside what is usual"),
            _(
                "One mark a day, the latest eight weeks, on a band of what is usual;"
                " a diamond lies outside of it."
            ),
        ),
        marks,
        _("%(most)s a day") % {"most": spaced(most)},
    )


def _rows(latest: Mapping[str, int], every: Mapping[str, int]) -> list[Row]:
    def row(what: str, count: str, of: str) -> Row:
        return Row(what, _part(latest[count], latest[of]), _part(every[count], every[of]))

    gone = [_part(sums["statements"] - sums["records"], sums["statements"]) for sums in (latest, every)]
    return [
        row(_("with words of one’s own, or a template’s"), "texts", "records"),
        row(_("of these: up to %(short)s characters") % {"short": SHORT}, "short", "texts"),
        row(_("of these: the same text as another one of that day"), "alike", "texts"),
        row(_("published without their words: held, and undecided for two weeks"), "withheld", "statements"),
        row(_("taken out of the count"), "uncounted", "statements"),
        Row(_("erased"), *gone),
    ]


def _part(count: int, of: int) -> str:
    """Write a number with the share that it is."""
    return f"{spaced(count)} · {_percent(10_000 * count // of)}" if of else spaced(count)


def _percent(share: int) -> str:
    """Write a share in ten-thousandths as percents."""
    return f"{share / 100:.1f}".removesuffix(".0") + " %"


def _reasons(uncounted: Mapping[str, int]) -> list[tuple[str, int]]:
    names = {
        "forged": _("forged"),
        "duplicate": _("stood there twice"),
        "canary": _("an auditor’s own, sent to try us"),
    }
    return [(names.get(reason, reason), count) for reason, count in sorted(uncounted.items()) if count]


def _canaries(found: Mapping[str, Any]) -> dict[str, Any]:
    rows = [(channel_name(channel), *_found(one)) for channel, one in found["channels"].items()]
    return {
        "rounds": found["rounds"],
        "first": found["first"] and date.fromisoformat(found["first"]),
        "last": found["last"] and date.fromisoformat(found["last"]),
        "all": (*_found(found["all"]), found["all"]["sent"] - found["all"]["found"]),
        "rows": rows,
    }


def _found(one: Mapping[str, int]) -> tuple[int, int, str, str]:
    """Give sent, found, and the limits of the share."""
    return one["sent"], one["found"], _percent(one["low"]), _percent(one["high"])


def _origins() -> dict[str, Any]:
    """Sum up the totals of provinces on the latest days that have any."""
    days = sorted(read_origins(settings.TUIDANG.log).items())[-LATEST:]
    sums: Counter[str] = Counter()
    for _day, counts in days:
        sums.update(counts)
    rows = [(region_name(code), count) for code, count in sums.most_common()]
    return {"days": len(days), "rows": rows}


def _round(one: Round) -> dict[str, Any]:
    return {
        "first": date.fromisoformat(one.first),
        "last": date.fromisoformat(one.last),
        "sent": sum(one.sent.values()),
        "found": sum(one.found.values()),
    }
