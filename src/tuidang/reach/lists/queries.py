"""What is read of mirror sets, and of what was measured."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tuidang.reach.lists.document import Canary, Listed, write_list
from tuidang.reach.lists.measured import Measured, Network, Thing
from tuidang.reach.models import Measurement, MirrorPlace, MirrorSet, Source
from tuidang.reach.rules import Kind, State


@dataclass(frozen=True)
class InSet:
    """A mirror in a set, whatever became of it; of those out of use the set knows nothing."""

    listed: Listed
    title: str
    state: State


@dataclass(frozen=True)
class Set:
    """A set with its mirrors."""

    name: str
    title: str
    canary: Canary | None
    mirrors: tuple[InSet, ...]

    @property
    def live(self) -> list[Listed]:
        """List the mirrors that whoever asks is told."""
        return [one.listed for one in self.mirrors if one.state is State.LIVE]

    @property
    def blocked(self) -> int:
        """Count the mirrors that are blocked."""
        return sum(one.state is State.BLOCKED for one in self.mirrors)


def all_sets() -> list[Set]:
    """List the sets by name."""
    places = MirrorPlace.objects.exclude(mirror__state=State.RETIRED).select_related("mirror")
    found: dict[str, list[Source]] = {}
    for place in places.order_by("mirror_id"):
        found.setdefault(place.set_id, []).append(place.mirror)
    tests = last_measured(Thing.MIRROR)
    return [_set(row, found.get(row.name, []), tests) for row in MirrorSet.objects.order_by("name")]


def find_set(name: str) -> Set | None:
    """Find a set by its name."""
    return next((one for one in all_sets() if one.name == name), None)


def assigned() -> tuple[list[str], list[str], dict[str, str]]:
    """Give the sets, the mirrors that are to be in one, and which set each mirror is in.

    What is blocked stays in its set, whose learners know it; where it is in none, it is of use to nobody.
    """
    sets = list(MirrorSet.objects.order_by("name").values_list("name", flat=True))
    places = dict(MirrorPlace.objects.values_list("mirror_id", "set_id"))
    codes = [one.code for one in mirrors_in_use() if one.state == State.LIVE or one.code in places]
    return sets, codes, places


def mirrors_in_use() -> list[Source]:
    """List the mirrors that are not retired, by code."""
    return list(Source.objects.filter(kind=Kind.MIRROR).exclude(state=State.RETIRED).order_by("code"))


def list_bytes(one: Set) -> bytes:
    """Give the list of a set as it is signed and sent: live mirrors, and the canary as a person left it."""
    return write_list(one.name, one.canary, one.live)


def last_measured(thing: Thing, codes: Collection[str] | None = None) -> dict[str, list[Measured]]:
    """Give what was last measured of things, by code, in the order of the networks."""
    rows = Measurement.objects.filter(thing=thing)
    if codes is not None:
        rows = rows.filter(code__in=codes)
    order, found = list(Network), dict[str, list[Measured]]()
    for row in rows:
        one = Measured(thing, row.code, Network(row.network), row.day, row.works)
        found.setdefault(row.code, []).append(one)
    return {code: sorted(them, key=lambda one: order.index(one.network)) for code, them in found.items()}


def _set(row: MirrorSet, mirrors: list[Source], tests: dict[str, list[Measured]]) -> Set:
    canary = None
    if row.canary_day and row.canary_until:
        canary = Canary(row.canary, row.canary_day, row.canary_until)
    return Set(
        row.name,
        row.title,
        canary,
        tuple(
            InSet(Listed(one.code, one.place, tuple(tests.get(one.code, ()))), one.title, State(one.state))
            for one in mirrors
        ),
    )
