"""The screens of sites, for coordinators and for those who lead teams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base import charts
from tuidang.base.audit import Act, noted
from tuidang.base.clock import china_today, utc_now
from tuidang.base.words import month_short
from tuidang.desk.shift_forms import read_day, read_number
from tuidang.desk.shift_words import weekday_name
from tuidang.desk.sites.asking import question
from tuidang.desk.sites.forms import WEEK, SiteForm, StandForm
from tuidang.desk.sites.words import SENTENCES, draw, gap_words
from tuidang.field.actions.sites import SiteMistake, make_team_code, revoke_team_code
from tuidang.field.models import Site
from tuidang.field.sites import actions, queries
from tuidang.field.sites.actions import SiteWrong
from tuidang.field.sites.rules import FLOOR, STEP, Wrong
from tuidang.register.views.places import countries, page_language, regions_of_china
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

leads = role_required(Role.FIELD_LEAD, Role.COORDINATOR)
coordinators = role_required(Role.COORDINATOR)


@leads
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """List the sites that one leads; for a coordinator, all."""
    today = china_today()
    found = [queries.look_at(site, today) for site in queries.sites_of(signed_in(request))]
    return render(request, "desk/sites/list.html", {"sites": found, "floor": FLOOR})


@coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def settings_of(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take a new site, or change one."""
    site = find_site(request, code) if code else None
    possible = queries.possible_leads()
    form = SiteForm()
    if request.method == "POST":
        form = SiteForm.read(request.POST, possible)
        if saved := _save(request, code, form):
            return HttpResponseRedirect(reverse("desk:site", args=[saved.code]))
    elif site:
        form = SiteForm.of(site, queries.hours_of(site), queries.leads_of(site))
    language = page_language()
    context = {
        "site": site,
        "form": form,
        "possible": possible.items(),
        "weekdays": [(n, weekday_name(n)) for n in WEEK],
        "regions_of_china": regions_of_china(language),
        "countries": countries(language, form.region),
    }
    return render(request, "desk/sites/settings.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, code: str, form: SiteForm) -> Site | None:
    hours = form.hours.hours() if form.has_hours else None
    if form.has_hours and hours is None:
        form.wrong([Wrong.BEGINS])
        return None
    try:
        with noted(signed_in(request).pseudonym, Act.CHANGE_SITE, f"site {code}", utc_now()):
            return actions.save_site(
                code,
                name=form.name,
                region=form.region,
                is_open=form.is_open,
                hours=hours,
                leads=form.leads,
            )
    except SiteWrong as wrong:
        form.wrong(wrong.wrong)
        return None


@leads
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, code: str) -> HttpResponse:
    """Show a site's days, teams and stock, and change them."""
    found, today = find_site(request, code), china_today()
    if request.method != "POST":
        return show_site(request, found, today)
    move = _MOVES.get(request.POST.get("move", ""))
    if move is None:
        return HttpResponseRedirect(request.path)
    try:
        with noted(signed_in(request).pseudonym, Act.CHANGE_SITE, f"site {code}", utc_now()):
            said = move(request, found, today)
    except SiteWrong as wrong:
        sentences = [str(SENTENCES[one]) for one in wrong.wrong]
        return show_site(request, found, today, errors=sentences, status=422)
    if said:  # a team's code, which is shown this once
        return show_site(request, found, today, team_code=said)
    return HttpResponseRedirect(f"{request.path}?saved")


def show_site(
    request: HttpRequest,
    found: Site,
    today: date,
    *,
    errors: list[str] | None = None,
    team_code: str = "",
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show a site, with what is to be said of what was just done there."""
    hours = queries.hours_of(found)
    is_typed = errors and request.POST.get("move") == "stand"
    teams, stray = queries.teams_of(found), queries.stray_codes(found)
    address = request.build_absolute_uri(reverse("field:choose"))
    context = {
        "site": found,
        "look": queries.look_at(found, today),
        "hours": hours,
        "days": [(day, [gap_words(gap) for gap in day.gaps]) for day in queries.days_ahead(found, today)],
        "teams": teams,
        "stray": stray,
        "asks": question(request.GET, teams, stray),
        "app": address,
        "picture": draw(address) if team_code else "",
        "stock": queries.stock_of(found),
        "stand": StandForm.read(request.POST) if is_typed else StandForm.empty(today, hours),
        "weekdays": [(n, weekday_name(n)) for n in WEEK],
        "year": today.year,
        "today": today,
        "floor": FLOOR,
        "saved": "saved" in request.GET,
        "said": said,
        "errors": errors or (),
        "team_code": team_code,
    }
    return render(request, "desk/sites/site.html", context, status=status)


@leads
@require_safe
def year(request: HttpRequest, code: str, which: int) -> HttpResponse:
    """Show a site's year at a glance, no finer than exposes nobody."""
    found, today = find_site(request, code), china_today()
    if not 2000 <= which <= today.year:
        raise Http404
    by_day, by_month = queries.year_of(found, which)
    language = page_language()
    chart = charts.year(
        charts.Words(
            "year",
            _("Entries a day in %(year)s") % {"year": which},
            _("One row a month, one field a day. Days with fewer than %(floor)s are shown as none.")
            % {"floor": FLOOR},
        ),
        which,
        by_day,
        [month_short(month, language) for month in range(1, 13)],
        until=min(today, date(which, 12, 31)),
    )
    ends = [max(1, end) for end in charts.level_ends(max(by_day.values(), default=0))]
    context = {
        "site": found,
        "year": which,
        "years": range(queries.first_year_of(found, today), today.year + 1),
        "chart": chart,
        "is_empty": not any(by_day.values()),
        "levels": enumerate(ends, 1),
        "months": [
            (date(which, month, 1), count)
            for month, count in enumerate(by_month, 1)
            if date(which, month, 1) <= today
        ],
        "days_off": queries.days_off_of(found, which),
        "floor": FLOOR,
        "step": STEP,
    }
    return render(request, "desk/sites/year.html", context)


def find_site(request: HttpRequest, code: str) -> Site:
    """Give a site that this volunteer may see; whose it is not does not learn that it is there."""
    found = queries.find_site(code, signed_in(request))
    if found is None:
        raise Http404
    return found


def _close_day(request: HttpRequest, found: Site, _today: date) -> str:
    actions.close_day(found, _typed_day(request), request.POST.get("why", ""))
    return ""


def _open_day(request: HttpRequest, found: Site, _today: date) -> str:
    actions.open_day(found, _typed_day(request))
    return ""


def _add_team(request: HttpRequest, found: Site, _today: date) -> str:
    actions.add_team(found, request.POST.get("team", ""), read_number(request.POST.get("people")))
    return ""


def _end_team(request: HttpRequest, found: Site, today: date) -> str:
    actions.end_team(found, read_number(request.POST.get("team")), today)
    return ""


def _plan_stand(request: HttpRequest, found: Site, _today: date) -> str:
    form = StandForm.read(request.POST)
    hours, days = form.hours.hours(), form.days()
    if hours is None:
        raise SiteWrong(Wrong.BEGINS)
    if days is None:
        raise SiteWrong(Wrong.FIRST)
    actions.plan_stand(found, form.team, hours, *days)
    return ""


def _end_stand(request: HttpRequest, found: Site, _today: date) -> str:
    actions.end_stand(found, read_number(request.POST.get("stand")))
    return ""


def _make_code(request: HttpRequest, found: Site, today: date) -> str:
    teams = {look.team.pk: look.team.name for look in queries.teams_of(found)}
    team = teams.get(read_number(request.POST.get("team")))
    if team is None:
        raise SiteWrong(Wrong.TEAM)
    try:
        return make_team_code(found.code, team, today)
    except SiteMistake:
        raise SiteWrong(Wrong.TEAM) from None


def _revoke_code(request: HttpRequest, found: Site, today: date) -> str:
    key = request.POST.get("code", "")
    if found.team_codes.filter(
        pk=int(key) if key.isascii() and key.isdecimal() and len(key) < 20 else 0
    ).exists():
        revoke_team_code(int(key), today)
    return ""


def _set_stock(request: HttpRequest, found: Site, _today: date) -> str:
    count, few = (read_number(request.POST.get(name), -1) for name in ("count", "few"))
    actions.set_stock(found, request.POST.get("what", ""), count, few)
    return ""


def _move_stock(request: HttpRequest, found: Site, _today: date) -> str:
    by = read_number(request.POST.get("by"))
    sign = -1 if request.POST.get("way") == "out" else 1
    actions.move_stock(found, read_number(request.POST.get("stock")), sign * by)
    return ""


def _drop_stock(request: HttpRequest, found: Site, _today: date) -> str:
    actions.drop_stock(found, read_number(request.POST.get("stock")))
    return ""


def _typed_day(request: HttpRequest) -> date:
    day = read_day(request.POST.get("day", ""))
    if day is None:
        raise SiteWrong(Wrong.DAY)
    return day


_MOVES: Final[Mapping[str, Callable[[HttpRequest, Site, date], str]]] = {
    "close-day": _close_day,
    "open-day": _open_day,
    "team": _add_team,
    "end-team": _end_team,
    "stand": _plan_stand,
    "end-stand": _end_stand,
    "code": _make_code,
    "revoke": _revoke_code,
    "stock": _set_stock,
    "move-stock": _move_stock,
    "drop-stock": _drop_stock,
}
