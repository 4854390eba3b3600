"""The cast of the tests of trust: a small root in a folder, and what it says, made in a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tlog_cast import KEY
from tuidang.base.manifest import files_signer
from tuidang.tlog.note import SigningKey, VerifierKey
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.drafts import Drafts
from tuidang.trust.keys import tuf_key
from tuidang.trust.publishing import ensure_server_key, publish, publish_sealing
from tuidang.trust.reading import Targets, read_targets
from tuidang.trust.roles import Holders
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


def key_of(name: str) -> SigningKey:
    """Give the key of a person of the cast."""
    return SigningKey(name, sha256(name.encode()).digest())


ANNA, BELA, CARL, DORA, EMIL, KEEPER, SERVER = map(
    key_of, ("anna", "bela", "carl", "dora", "emil", "keeper", "server")
)


@dataclass
class Ceremonies:
    """A trust root that people keep: what they draft and sign is published below `folder`."""

    folder: Path
    held: int = 0

    @property
    def public(self) -> Path:
        return self.folder / "trust"

    @property
    def store(self) -> DirectoryStore:
        return DirectoryStore(self.public)

    def draft(self) -> Drafts:
        """Begin to draft what comes next, in a folder of its own."""
        self.held += 1
        drafts = Drafts(self.folder / f"ceremony-{self.held}")
        if self.public.exists():
            drafts.fetch(self.store, self.root(), NOW)
        return drafts

    def publish(
        self, drafts: Drafts, *signers: SigningKey, now: datetime = NOW, server: SigningKey = SERVER
    ) -> None:
        """Have these people sign it, each in turn, and show it."""
        for signer in signers:
            drafts.sign(signer)
        publish(self.store, drafts.drafts(), drafts.files(), server, now)

    def replace(self, old: SigningKey, new: SigningKey, *signers: SigningKey, now: datetime = NOW) -> None:
        """Put a key in the place of another in every role, signed by these people."""
        drafts = self.draft()
        replace_key(drafts, old, new, now)
        self.publish(drafts, *signers, now=now)

    def read(self, root: bytes | str, now: datetime = NOW, memory: Path | None = None) -> Targets:
        """Read it as a stranger."""
        return read_targets(self.store, root, now, memory)

    def root(self, version: int = 1) -> bytes:
        """Give a root, as a file."""
        return (self.public / f"{version}.root.json").read_bytes()


def replace_key(drafts: Drafts, old: SigningKey, new: SigningKey, now: datetime = NOW) -> None:
    """Draft that a key is replaced by another wherever it is."""
    gone, come = tuf_key(old.verifier).keyid, tuf_key(new.verifier).keyid

    def change(keys: dict[str, VerifierKey]) -> None:
        del keys[gone]
        keys[come] = new.verifier

    for role in drafts.roles_of(gone):
        drafts.set_keys(role, change, None, now)


def hold_first(folder: Path, *, targets: Holders | None = None, now: datetime = NOW) -> Ceremonies:
    """Begin a trust root that three people hold, two of whom must sign; the server signs sealing keys."""
    ceremonies = Ceremonies(folder)
    three = Holders((ANNA.verifier, BELA.verifier, CARL.verifier), 2)
    server = Holders((SERVER.verifier,))
    drafts = ceremonies.draft()
    drafts.begin(
        {
            "root": three,
            "targets": targets or three,
            "mirrors": Holders((KEEPER.verifier,)),
            **dict.fromkeys(("sealing", "snapshot", "timestamp"), server),
        },
        now,
    )
    for path, data in SAID.items():
        drafts.say(path, data, now)
    others = [key_of(key.name) for key in targets.keys[: targets.threshold]] if targets else []
    ceremonies.publish(drafts, ANNA, BELA, KEEPER, SERVER, *others, now=now)
    return ceremonies
