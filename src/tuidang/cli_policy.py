"""What `tuidang log verify --policy …` asks of witnesses, and says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from tuidang.tlog.note import NoteError, VerifierKey, split_note
from tuidang.tlog.policy import NONE, Policy, PolicyError, find_cosignatures, load_policy


@dataclass(frozen=True)
class Verdict:
    """Which witnesses have cosigned a checkpoint, and when; whether that is enough for a policy, if any."""

    policy: Policy | None = None
    others: int = 0  # signatures under the checkpoint that are not the log's
    cosigned: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_met(self) -> bool | None:
        """Whether it is enough; None without a policy."""
        return None if self.policy is None else self.policy.is_met(self.cosigned)

    def as_dict(self, *, sound: bool) -> dict[str, Any]:
        """Return what a program reads; of a log that is not sound nothing is verified."""
        return {
            "verified": self.is_met and sound,
            "cosigned": self.policy and dict(self.cosigned),
            "witnesses": self.policy and sorted(self.policy.counted()),
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """What a person reads."""
        if self.policy is None:
            more = f" {self.others} more signatures under it were not looked at." if self.others else ""
            return (f"Signed by the log only: no policy says which witnesses to ask for (--policy).{more}",)
        if self.policy.quorum == NONE:
            return ("Signed by the log; the policy asks for no witness.",)
        counted = self.policy.counted()
        named = {name: time for name, time in self.cosigned.items() if name in counted}
        many = f"cosigned by {len(named)} of the {len(counted)} witnesses that the policy says others run"
        times = (f"  {name}, at {_clock(time)}" for name, time in sorted(named.items()))
        if self.is_met:
            return (f"Verified: {many}, and that is enough for it:", *times)
        return (
            f"NOT VERIFIED: {many}, and it asks for more. A checkpoint of the last minutes may still",
            "wait for them; of an older one ask the register why.",
            *times,
        )


def read_policy(path: Path | None) -> Policy | None:
    """Read the policy that was given by --policy, if any."""
    try:
        return None if path is None else load_policy(path)
    except (PolicyError, OSError) as error:
        raise click.BadParameter(str(error), param_hint="--policy") from None


def signer(signed: str, policy: Policy) -> VerifierKey | None:
    """Return the key of the log that says it has signed a checkpoint, if the policy names it."""
    try:
        signers = {(name, raw[:4]) for name, raw in split_note(signed)[1]}
    except NoteError:
        return None
    return next((key for key in policy.logs if (key.name, key.key_id) in signers), None)


def judge(signed: str | bytes, log: VerifierKey, policy: Policy | None) -> Verdict:
    """Say who has cosigned a checkpoint that this log has signed. Raises CheckpointError for a wrong one."""
    _, lines = split_note(signed)
    others = sum((name, raw[:4]) != (log.name, log.key_id) for name, raw in lines)
    return Verdict(policy, others, find_cosignatures(signed, log, policy) if policy else {})


def _clock(timestamp: int) -> str:
    try:
        return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return f"second {timestamp}"
