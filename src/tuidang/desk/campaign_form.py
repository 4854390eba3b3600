"""The form of a campaign: what was typed, what is wrong with it, and saving it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tuidang.base.audit import Act, noted
from tuidang.phone.actions.campaigns import (
    Limits,
    Mistake,
    change_campaign,
    check_name,
    create_campaign,
    message_mistakes,
    set_messages,
    set_trunks,
    tidy_title,
)
from tuidang.phone.asterisk.sounds import last_recorded, path_of, recorded_at
from tuidang.phone.models import Campaign

ROWS = 6  # messages a campaign can be given on the screen
_NO_NUMBER = {
    "opens": _("An hour is a whole number."),
    "closes": _("An hour is a whole number."),
    "daily_limit": _("Calls a day are a whole number."),
    "days_between": _("Days are a whole number."),
    "share": _("A share is a whole number."),
}
_RECORDED_ANEW = _(
    "It was recorded anew since this page was opened: listen to it, and tick again if it says who is calling."
)


@dataclass(frozen=True)
class MessageRow:
    """One message as typed."""

    name: str = ""
    sound: str = ""
    share: str = "1"
    names_caller: bool = False


@dataclass
class CampaignForm:
    """What was typed, unchecked, and a sentence for each field that is wrong."""

    name: str = ""
    title: str = ""
    opens: str = "9"
    closes: str = "21"
    daily_limit: str = "10000"
    days_between: str = "90"
    language: str = "zh-hans"
    regions: tuple[str, ...] = ()
    trunks: tuple[str, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    seen: str = "0"  # when a sound was recorded last, as the page was opened
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: Campaign | None, sounds: Path) -> CampaignForm:
        """Fill the form with a campaign, or with what a new one begins with; `sounds` is their folder."""
        seen = str(last_recorded(sounds))
        if campaign is None:
            return cls(seen=seen)
        return cls(
            campaign.name,
            campaign.title,
            str(campaign.opens),
            str(campaign.closes),
            str(campaign.daily_limit),
            str(campaign.days_between),
            campaign.language,
            tuple(campaign.regions.split()),
            tuple(trunk.name for trunk in campaign.trunks.order_by("name")),
            tuple(
                MessageRow(message.name, message.sound, str(message.share), message.names_caller)
                for message in campaign.messages.order_by("id")
            ),
            seen,
        )

    @classmethod
    def read(cls, typed: QueryDict, name: str) -> CampaignForm:
        """Read what was typed; `name` is that of a campaign that exists."""

        def text(of: str) -> str:
            return typed.get(of, "").strip()

        rows = (
            MessageRow(
                text(f"message-{row}"),
                text(f"sound-{row}"),
                text(f"share-{row}"),
                f"names-caller-{row}" in typed,
            )
            for row in range(ROWS)
        )
        return cls(
            name or text("name"),
            text("title"),
            text("opens"),
            text("closes"),
            text("daily_limit"),
            text("days_between"),
            text("language") or "zh-hans",
            tuple(typed.getlist("regions")),
            tuple(typed.getlist("trunks")),
            tuple(row for row in rows if row.name or row.sound),
            text("seen"),
        )

    @property
    def rows(self) -> list[MessageRow]:
        """Give the rows to be shown: those that are filled, and two empty ones while there is room."""
        shown = min(ROWS, max(3, len(self.messages) + 2))
        return [*self.messages, *(MessageRow() for _row in range(shown - len(self.messages)))]

    def save(self, sounds: Path, *, is_new: bool, by: str, now: datetime) -> bool:
        """Save all of it, or nothing and note every mistake, each under the field it is in.

        `sounds` is the folder of sounds: a tick says that somebody has listened to what lies there now.
        """
        # In the order of the page, as they are summed up at its top.
        if is_new:
            self._note("name", lambda: check_name(self.name))
        self._note("title", lambda: tidy_title(self.title))
        limits = self._limits()
        shares = self._shares()
        if self.errors:
            return False
        save_limits = create_campaign if is_new else change_campaign
        steps: list[Callable[[], None]] = [lambda: save_limits(self.name, self.title, limits)]
        if shares or not is_new:
            steps.append(lambda: set_messages(self.name, shares))
        steps.append(lambda: set_trunks(self.name, self.trunks))
        # Last: who records a message anew takes its tick away when the new one is in place.
        steps.append(lambda: self._check_recordings(sounds))
        try:
            with noted(by, Act.CHANGE_CAMPAIGN, f"campaign {self.name}", now):
                for step in steps:
                    step()
        except Mistake as mistake:
            self.errors[mistake.field] = str(mistake)
        return not self.errors

    def _note(self, field: str, check: Callable[[], object]) -> None:
        try:
            check()
        except Mistake as mistake:
            self.errors[field] = str(mistake)

    def _check_recordings(self, sounds: Path) -> None:
        """Untick what was recorded anew since the page was opened, and raise Mistake for the first of it."""
        seen = int(self.seen) if self.seen.isdecimal() and len(self.seen) < 20 else 0
        stale = [
            n
            for n, row in enumerate(self.messages)
            if row.names_caller and recorded_at(path_of(sounds, row.sound)) > seen
        ]
        if stale:
            self.messages = tuple(
                replace(row, names_caller=row.names_caller and n not in stale)
                for n, row in enumerate(self.messages)
            )
            self.seen = str(last_recorded(sounds))
            raise Mistake(f"sound-{stale[0]}", str(_RECORDED_ANEW))

    def _limits(self) -> Limits:
        """Read the limits; a number that is none gives its field's default, and a mistake."""
        numbers = {}
        for name in ("opens", "closes", "daily_limit", "days_between"):
            typed = getattr(self, name)
            if typed.isdecimal() and len(typed) < 10:
                numbers[name] = int(typed)
            else:
                self.errors[name] = str(_NO_NUMBER[name])
        limits = Limits(regions=self.regions, language=self.language, **numbers)
        hours = {"opens", "closes"} & self.errors.keys()
        for mistake in limits.mistakes():
            if mistake.field != "hours":
                self.errors[mistake.field] = str(mistake)
            elif not hours:
                self.errors["opens"] = str(mistake)
        return limits

    def _shares(self) -> list[tuple[str, str, int, bool]]:
        shares = []
        for n, row in enumerate(self.messages):
            share = 1
            if row.share.isdecimal() and len(row.share) < 6:
                share = int(row.share)
            else:
                self.errors[f"share-{n}"] = str(_NO_NUMBER["share"])
            for mistake in message_mistakes(row.name, row.sound, share):
                self.errors[f"{mistake.field}-{n}"] = str(mistake)
            shares.append((row.name, row.sound, share, row.names_caller))
        return shares
