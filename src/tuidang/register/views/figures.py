"""The figures as people read them: by day, region, organisation and channel, each a chart with its table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuidang.base import charts
from tuidang.base.words import counted, day_short, day_words, month_short, shortened, spaced
from tuidang.privacy.regions import CHINA, NOT_SAID, PROVINCES, Lang
from tuidang.register.folder.figures import Figures, load_figures
from tuidang.register.folder.records import ORGANISATIONS
from tuidang.register.templatetags.statements import channel_name, org_name, region_name

LATEST_DAYS = 28
_LABELLED = (0, LATEST_DAYS // 2 - 1, LATEST_DAYS - 1)  # three labels have room on a phone


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the count, the latest four weeks, and the way to the other figures."""
    figures = _load()
    days = _latest_days(figures)
    language = _language()
    most = max((count for _day, count in days), default=0)
    chart = charts.columns(
        charts.Words(
            "latest",
            _("Statements a day, the latest four weeks"),
            _("One bar a day, starting at nought; the fullest day has %(most)s.") % {"most": spaced(most)},
        ),
        [
            charts.Bar(day_short(day, language) if n in _LABELLED else "", count, spaced(count))
            for n, (day, count) in enumerate(days)
        ],
        _("%(most)s a day") % {"most": spaced(most)},
    )
    context = {"figures": figures, "chart": chart, "days": days[::-1], "years": _years(figures)}
    return render(request, "register/reading/figures.html", context)


@require_safe
def days(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year as a calendar of days."""
    figures = _load()
    years = _years(figures)
    if year not in years:
        raise Http404
    language = _language()
    counts = {day: count for day, count in figures.by_day.items() if day.year == year}
    fullest = max(counts, key=lambda day: counts[day])
    chart = charts.year(
        charts.Words(
            "year",
            _("Statements a day in %(year)s") % {"year": year},
            _("One row a month, one field a day. The fullest day is %(day)s with %(most)s.")
            % {"day": day_words(fullest, language), "most": spaced(counts[fullest])},
        ),
        year,
        counts,
        [month_short(month, language) for month in range(1, 13)],
        until=figures.day or max(counts),
    )
    months = [
        (date(year, month, 1), sorted((day, count) for day, count in counts.items() if day.month == month))
        for month in sorted({day.month for day in counts}, reverse=True)
    ]
    context = {
        "year": year,
        "years": years,
        "chart": chart,
        "total": sum(counts.values()),
        "months": [(first, sum(count for _day, count in listed), listed) for first, listed in months],
        "levels": _levels(counts[fullest]),
    }
    return render(request, "register/reading/figures_days.html", context)


@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """Show the regions that people named, the provinces as a grid of tiles."""
    by_region, language = _load().by_region, _language()
    tiles = [
        charts.Tile(
            *province.tile,
            name=province.name(language),
            short=province.code.removeprefix("CN-") if language == "en" else province.name(language),
            value=by_region.get(province.code, 0),
            written=shortened(by_region.get(province.code, 0), language),
        )
        for province in PROVINCES
        if province.tile is not None
    ]
    most = max((tile.value for tile in tiles), default=0)
    chart = charts.grid(
        charts.Words(
            "regions",
            _("Statements by province"),
            _("One tile for each province, north up. The table below has every number."),
        ),
        tiles,
    )
    ordered = sorted(by_region.items(), key=lambda item: (item[0] in {NOT_SAID, CHINA}, -item[1]))
    context = {
        "chart": chart,
        "rows": [(region_name(code), count) for code, count in ordered],
        "total": sum(by_region.values()),
        "levels": _levels(most),
    }
    return render(request, "register/reading/figures_regions.html", context)


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Show how many left each organisation."""
    by_organisation = _load().by_organisation
    rows = [(org_name(org), by_organisation.get(org, 0)) for org in ORGANISATIONS]
    title = _("People who left each organisation")
    text = _("One bar for each organisation, starting at nought. Who leaves two or three is in each of them.")
    context = {"rows": rows, "chart": _rows("organisations", title, text, rows)}
    return render(request, "register/reading/figures_organisations.html", context)


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Show by which way statements came in."""
    by_channel: Mapping[str, int] = _load().by_channel
    ordered = sorted(by_channel.items(), key=lambda item: -item[1])
    rows = [(channel_name(channel), count) for channel, count in ordered]
    text = _("One bar for each channel, starting at nought.")
    context = {"rows": rows, "chart": _rows("channels", _("Statements by channel"), text, rows)}
    return render(request, "register/reading/figures_channels.html", context)


def _load() -> Figures:
    return load_figures(settings.TUIDANG.log)


def _language() -> Lang:
    return cast(Lang, get_language())


def _rows(key: str, title: str, text: str, rows: list[tuple[str, int]]) -> str:
    bars = [charts.Bar(label, value, counted(value, _language())) for label, value in rows]
    return charts.rows(charts.Words(key, title, text), bars)


def _latest_days(figures: Figures) -> list[tuple[date, int]]:
    """Return the latest days up to the newest day of publication, oldest first; a day without any has 0."""
    if figures.day is None:
        return []
    days = [figures.day - timedelta(days=back) for back in range(LATEST_DAYS - 1, -1, -1)]
    return [(day, figures.by_day.get(day, 0)) for day in days]


def _years(figures: Figures) -> list[int]:
    return sorted({day.year for day in figures.by_day}, reverse=True)


def _levels(most: int) -> list[tuple[int, int, int]]:
    """Return the shades that occur with the least and the greatest value each stands for."""
    ends = charts.level_ends(most)
    starts = [1, *(end + 1 for end in ends)]
    return [(n, low, high) for n, (low, high) in enumerate(zip(starts, ends, strict=False), 1) if low <= high]
