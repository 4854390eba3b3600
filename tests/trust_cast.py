"""The cast of the tests of trust: a small root in a folder, and what it says, made in a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tlog_cast import KEY
from tuidang.base.manifest import files_signer
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.publishing import ensure_server_key, publish_sealing
from tuidang.trust.reading import Targets, read_targets
from tuidang.trust.sample import ensure_sample_trust
from tuidang.trust.says import LOG, POLICY, TrustedLog, write_logs

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FILES_KEY = files_signer(KEY.name, bytes(range(2, 34)))
SAID = {
    LOG: write_logs([TrustedLog(KEY.verifier, FILES_KEY.verifier)]),
    POLICY: b"quorum none\n",
}


@dataclass(frozen=True)
class SmallTrust:
    """A trust root in a folder, as a sample has it: `root` is the fingerprint to trust it by."""

    folder: Path
    keys: Path
    root: str

    def read(self, now: datetime = NOW, memory: Path | None = None) -> Targets:
        """Read it as a stranger who has the fingerprint."""
        return read_targets(DirectoryStore(self.folder), self.root, now, memory)

    def say(self, files: Mapping[str, bytes], now: datetime = NOW) -> None:
        """Let it say more, or something else: files by their names (`says.mirrors_path`, …)."""
        ensure_sample_trust(self.folder, self.keys, files, now)

    def say_sealing(self, weeks: Mapping[str, bytes], now: datetime = NOW) -> None:
        """Let it name exactly these sealing keys, by week."""
        server = ensure_server_key(self.keys, "sample-server")
        publish_sealing(DirectoryStore(self.folder), weeks, server, now)


def make_trust(folder: Path, said: Mapping[str, bytes] = SAID, now: datetime = NOW) -> SmallTrust:
    """Make a trust root below a folder: what everybody may see in `trust`, the keys in `keys/trust`."""
    public, keys = folder / "trust", folder / "keys" / "trust"
    return SmallTrust(public, keys, ensure_sample_trust(public, keys, said, now))
