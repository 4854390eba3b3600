"""The form of a campaign: what was typed, what is wrong with it, and saving it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from tuidang.phone.actions.campaigns import (
    Limits,
    Mistake,
    change_campaign,
    create_campaign,
    set_messages,
    set_trunks,
)
from tuidang.phone.models import Campaign

ROWS = 6  # messages a campaign can be given on the screen


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
    regions: tuple[str, ...] = ()
    trunks: tuple[str, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: Campaign | None) -> CampaignForm:
        """Fill the form with a campaign, or with what a new one begins with."""
        if campaign is None:
            return cls()
        return cls(
            campaign.name,
            campaign.title,
            str(campaign.opens),
            str(campaign.closes),
            str(campaign.daily_limit),
            str(campaign.days_between),
            tuple(campaign.regions.split()),
            tuple(trunk.name for trunk in campaign.trunks.order_by("name")),
            tuple(
                MessageRow(message.name, message.sound, str(message.share), message.names_caller)
                for message in campaign.messages.order_by("id")
            ),
        )

    @classmethod
    def read(cls, typed: QueryDict, name: str) -> CampaignForm:
        """Read what was typed; `name` is that of a campaign that exists."""

        def text(of: str) -> str:
            return typed.get(of, "").strip()

        rows = (
            MessageRow(
                text(f"message.{row}.name"),
                text(f"message.{row}.sound"),
                text(f"message.{row}.share"),
                f"message.{row}.names_caller" in typed,
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
            tuple(typed.getlist("regions")),
            tuple(typed.getlist("trunks")),
            tuple(row for row in rows if row.name or row.sound),
        )

    @property
    def rows(self) -> list[MessageRow]:
        """Give the rows to be shown: those that are filled, and empty ones."""
        return [*self.messages, *(MessageRow() for _row in range(ROWS - len(self.messages)))]

    def save(self, *, is_new: bool) -> bool:
        """Save all of it, or nothing and note every mistake."""
        limits = self._limits()
        shares = self._shares()
        if self.errors:
            return False
        save_limits = create_campaign if is_new else change_campaign
        steps: list[Callable[[], None]] = [lambda: save_limits(self.name, self.title, limits)]
        if shares or not is_new:
            steps.append(lambda: set_messages(self.name, shares))
        steps.append(lambda: set_trunks(self.name, self.trunks))
        try:
            with transaction.atomic():
                for step in steps:
                    step()
        except Mistake as mistake:
            self.errors[mistake.field] = str(mistake)
        return not self.errors

    def _limits(self) -> Limits:
        numbers = {}
        for name, where in (
            ("opens", "hours"),
            ("closes", "hours"),
            ("daily_limit", "daily_limit"),
            ("days_between", "days_between"),
        ):
            typed = getattr(self, name)
            if typed.isdecimal() and len(typed) < 10:
                numbers[name] = int(typed)
            else:
                self.errors[where] = _("Give a whole number.")
        return Limits(regions=self.regions, **numbers)

    def _shares(self) -> list[tuple[str, str, int, bool]]:
        shares = []
        for row in self.messages:
            if not (row.share.isdecimal() and len(row.share) < 6):
                self.errors["messages"] = _("Give a whole number.")
                continue
            shares.append((row.name, row.sound, int(row.share), row.names_caller))
        return shares
