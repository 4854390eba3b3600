"""Sending canaries, finding them again, and what a round of them comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tuidang.register.canary.file import Canaries, Canary, channels_of
from tuidang.register.canary.site import Site
from tuidang.tlog.checkpoint import CheckpointError
from tuidang.tlog.note import VerifierKey
from tuidang.tlog.proof import check_proof, parse_proof
from tuidang.tlog.tree import ProofError

WEB, API, MACHINE = "web", "api", "machine-call"
WAIT = 16  # days after which what is not published is lost: fourteen at the longest, and two to spare
_HIDDEN = "某某"  # where a reviewer hid the name


def send(site: Site, canary: Canary, save: Callable[[], None]) -> None:
    """Send one canary by its channel, and keep its receipt. Raises SiteError; sent again, it is the same one.

    `save` is called before the last press: a crash after it leaves a canary whose key is known.
    """
    if canary.channel == API:
        save()
        statement = {
            "name": canary.name,
            "orgs": list(canary.orgs),
            "region": canary.region,
            "text": canary.text,
            "consent": "own",
            "idempotency_key": canary.key,
        }
        canary.receipt = site.post_by_program(statement)
    else:
        fields = [("name", canary.name), *(("orgs", org) for org in canary.orgs), ("region", canary.region)]
        fields += [("place", ""), ("text", canary.text), ("consent", "own")]
        if canary.receipt == "" and canary.state == "pressed":
            carried = [*fields, ("key", canary.key)]  # as the preview had them, before the program ended
        else:
            carried = site.preview(fields)
            canary.key = dict(carried)["key"]
        canary.state = "pressed"
        save()
        canary.receipt = site.post(carried)
    canary.state = "sent"
    save()


def look_for(site: Site, canary: Canary, today: date, verifier: VerifierKey | None) -> None:
    """See what became of a canary, and note it. Raises SiteError.

    Found is what its receipt leads to in the register, if the words there are its own, and the log of the
    given key proves the leaf.
    """
    answer = site.ask("receipts", {"receipt": canary.receipt, "name": canary.name})
    state = answer.get("state")
    if state == "rejected":
        canary.state = "rejected"
    elif state in {"published", "erased"}:
        leaf = int(answer["index"])
        canary.leaf = leaf
        canary.state = "found" if _is_it(site, canary, leaf, verifier) else "other"
    elif (today - date.fromisoformat(canary.sent)).days >= WAIT:
        canary.state = "lost"


def _is_it(site: Site, canary: Canary, leaf: int, verifier: VerifierKey | None) -> bool:
    """Tell whether what stands at a leaf is the canary, perhaps with the name hidden or without its text."""
    entry = site.ask(f"statements/{leaf}")
    same_name = entry.get("name") in {canary.name, _HIDDEN}
    same_text = entry.get("text", "") in {canary.text, ""}
    if not (same_name and same_text and list(entry.get("orgs", [])) == list(canary.orgs)):
        return False
    if verifier is None:
        return True
    try:
        proof = parse_proof(site.proof(leaf))
        if proof.index != leaf or proof.extra is None:
            return False
        check_proof(proof, proof.extra, verifier)
    except (ProofError, CheckpointError):
        return False
    return True


@dataclass(frozen=True)
class Round:
    """What a round came to, as it is handed to two auditors at the desk."""

    first: str
    last: str
    sent: dict[str, int]
    found: dict[str, int]
    canaries: list[dict[str, Any]]  # those found: receipt, name and leaf; the call's key where there was one

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values."""
        return asdict(self)


def waiting(canaries: Iterable[Canary], today: date) -> list[Canary]:
    """Name those that may still come."""
    return [
        one
        for one in canaries
        if one.state in {"sent", "pressed"} and (today - date.fromisoformat(one.sent)).days < WAIT
    ]


def close_round(canaries: Canaries, today: date) -> Round:
    """Report what nobody needs to wait for any more, once. Raises ValueError when there is nothing to report.

    What has no receipt was not taken by the site, and its sender knew it.
    """
    still = waiting(canaries.open, today)
    done = [one for one in canaries.open if one.receipt and one not in still]
    if not done:
        raise ValueError("nothing can be reported yet: what was sent may still come")
    found = [one for one in done if one.state == "found"]
    number = 1 + max((one.told for one in canaries.canaries if one.told is not None), default=0)
    for one in done:
        one.told = number
    days = sorted(one.sent for one in done)
    listed = [_listed(one) for one in found]
    return Round(days[0], days[-1], _channels(done), _channels(found), listed)


def _listed(canary: Canary) -> dict[str, Any]:
    """Say where a canary is, with what shows that it is one's own: of a call, more than a carrier heard."""
    shown: dict[str, Any] = {"receipt": canary.receipt, "name": canary.name, "leaf": canary.leaf}
    if canary.channel == MACHINE and canary.key:
        shown |= {"call": canary.key, "orgs": list(canary.orgs), "region": canary.region}
    return shown


def _channels(canaries: Iterable[Canary]) -> dict[str, int]:
    """Count by channel as the register counts: it cannot tell a program from a browser."""
    counts: dict[str, int] = {}
    for channel, count in channels_of(canaries).items():
        shown = WEB if channel == API else channel
        counts[shown] = counts.get(shown, 0) + count
    return counts
