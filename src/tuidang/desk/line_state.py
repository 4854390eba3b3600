"""What the telephone's page is told of the line, and with what the telephone in it signs in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import pgettext

from tuidang.base.options import Options
from tuidang.desk.line_words import KINDS, LANGUAGES, STATES
from tuidang.phone.asterisk.access import reach
from tuidang.phone.asterisk.config import desk_of
from tuidang.phone.duty_rules import REFUSED
from tuidang.phone.queries import DeskNow, HotlineNow, OnDuty, Waiting, duty_of, hotline_now, on_duty
from tuidang.register.templatetags.statements import region_name
from tuidang.volunteers.queries import pseudonyms


def state_of(options: Options, volunteer: UUID, now: datetime) -> dict[str, Any]:
    """Say how the line stands for a volunteer; `duty` is None when he is not on duty."""
    duty = duty_of(volunteer, now)
    if duty is None:
        return {"duty": None}
    hotline = hotline_now(options.data, now)
    names = _names(now)
    desks: Mapping[int, DeskNow] = hotline.desks if hotline else {}
    mine = desks.get(duty.desk)
    return {
        "duty": {"ready": duty.is_ready},
        "strip": strip_of(duty, hotline),
        "hotline": hotline is not None,
        "cutOff": hotline is not None and hotline.cut_off,
        "me": mine and _mine(mine, names),
        "waiting": _waiting(hotline) if hotline else [],
        "people": [
            _colleague(one, desks.get(one.desk), names) for one in on_duty(now) if one.desk != duty.desk
        ],
    }


def strip_of(duty: OnDuty, hotline: HotlineNow | None) -> str:
    """Name what other screens say of a volunteer's telephone: that it will ring only if it will."""
    mine = hotline.desks.get(duty.desk) if hotline else None
    if mine and (mine.call or mine.state == "wrap-up"):
        return "cut" if mine.call and hotline and hotline.cut_off else mine.state
    if hotline is None or hotline.cut_off:
        return "down"
    if not duty.is_ready:
        return "away"
    return "ready" if duty.is_seen else "closed"


def telephone_of(options: Options, duty: OnDuty, host: str) -> dict[str, str]:
    """Give the telephone of who is on duty; raises LookupError while Asterisk is not there."""
    access = reach(options.data / "phone" / "etc")
    desk = desk_of(duty.desk, access.password, duty.volunteer)
    return {"name": desk.name, "secret": desk.secret, "socket": socket_of(options, host)}


def socket_of(options: Options, host: str) -> str:
    """Name where a telephone connects: through the proxy that speaks TLS, or straight on this machine."""
    if options.https:
        return f"wss://{host}/desk/telephone"
    return f"ws://127.0.0.1:{options.phone_http}/ws"


def _mine(desk: DeskNow, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "state": desk.state,
        "call": desk.call,
        "kind": desk.kind,
        "about": _about(desk.language, desk.kind) if desk.call else "",
        "region": region_name(desk.region) if desk.region else "",
        "seconds": desk.seconds,
        "with": [names.get(number, str(number)) for number in desk.others],
        "often": pgettext("of who calls", "calls often") if desk.frequent else "",
        "marked": desk.marked,
        "note": REFUSED if desk.note.startswith(REFUSED) else desk.note,
    }


def _waiting(hotline: HotlineNow) -> list[dict[str, Any]]:
    waiting = sorted(hotline.waiting, key=lambda one: -one.since)
    return [{"about": _about_waiting(one), "since": one.since} for one in waiting]


def _about_waiting(one: Waiting) -> str:
    about = _about(one.language, one.kind)
    if not one.challenged:
        return about
    return pgettext("between facts", ", ").join([about, pgettext("of who waits", "was asked for two keys")])


def _colleague(duty: OnDuty, desk: DeskNow | None, names: Mapping[int, str]) -> dict[str, Any]:
    state = desk.state if desk else "ready" if duty.is_ready else "away"
    languages = [str(LANGUAGES[code]) for code in duty.languages]
    return {
        "desk": duty.desk,
        "name": names[duty.desk],
        "words": pgettext("between facts", ", ").join([*languages, str(STATES.get(state, state))]),
        "isFree": state == "ready" and duty.is_seen,
    }


def _about(language: str, kind: str) -> str:
    facts = [str(words) for words in (LANGUAGES.get(language), KINDS.get(kind)) if words]
    return pgettext("between facts", ", ").join(facts)


def _names(now: datetime) -> dict[int, str]:
    duties = on_duty(now)
    known = pseudonyms([duty.volunteer for duty in duties])
    return {duty.desk: known.get(duty.volunteer, str(duty.desk)) for duty in duties}
