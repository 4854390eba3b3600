"""Cosignatures: outside witnesses are asked to sign the published checkpoint, and shown under it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions.head import only_writer, options
from tuidang.tlog.asking import NotCosigned, ask_witness
from tuidang.tlog.checkpoint import open_checkpoint
from tuidang.tlog.note import SigningKey, VerifierKey, split_note
from tuidang.tlog.policy import Policy, Witness, find_cosignatures, load_policy
from tuidang.tlog.store import CHECKPOINT, DirectoryStore
from tuidang.tlog.tiles import TileError
from tuidang.tlog.tree import Tree

SECONDS = 10.0  # for each of a witness's two answers; nobody waits for them but who asks


@dataclass(frozen=True)
class Cosigned:
    """How many of the witnesses in the policy have cosigned, and why those asked in vain did not."""

    count: int
    witnesses: int
    refusals: Mapping[str, str]


def gather_cosignatures() -> Cosigned | None:
    """Ask each witness that has not cosigned the published checkpoint, and publish what they sign.

    None without witnesses in the settings, and before the first publication. Whoever publishes meanwhile does
    not wait, except for the moment of writing. Raises CannotWrite, KeyMissingError, OSError, and ValueError
    for a policy, a key or a checkpoint that is damaged.
    """
    store, path = DirectoryStore(options().log), options().witnesses
    signed = store.read(CHECKPOINT)
    if path is None or signed is None:
        return None
    policy = load_policy(path)
    log = SigningKey.parse(KeyFolder(options().keys).log_key()).verifier
    tree = open_checkpoint(signed, log).tree
    known = find_cosignatures(signed, log, policy)
    asked = [one for one in policy.witnesses.values() if one.url and one.name not in known]
    lines, refusals = _ask(store, signed.decode(), tree, asked)
    count = len(known)
    if lines:
        with only_writer():
            count = _add(store, signed, lines, log, policy)
    return Cosigned(count, len(policy.witnesses), refusals)


def _ask(
    store: DirectoryStore, signed: str, tree: Tree, witnesses: list[Witness]
) -> tuple[dict[str, str], dict[str, str]]:
    """Ask all at once; give the lines of those that cosign, and what the others say."""
    lines, refusals = {}, {}
    with ThreadPoolExecutor(len(witnesses) or 1) as pool:
        ask = partial(ask_witness, store, signed, tree, seconds=SECONDS)
        for witness, answer in [(one, pool.submit(ask, one)) for one in witnesses]:
            try:
                lines[witness.name] = answer.result()
            except (NotCosigned, TileError, OSError) as error:
                refusals[witness.name] = str(error)
    return lines, refusals


def _add(
    store: DirectoryStore, signed: bytes, lines: Mapping[str, str], log: VerifierKey, policy: Policy
) -> int:
    """Put lines under the checkpoint that they belong to, if it still is the published one; count all."""
    now = store.read(CHECKPOINT) or b""
    if split_note(now)[0] != split_note(signed)[0]:
        return 0  # there is a newer one, and its turn comes next
    known = find_cosignatures(now, log, policy)
    new = [line for name, line in lines.items() if name not in known]
    # A crash before or in this line leaves fewer cosignatures, and they are asked for again.
    store.write(CHECKPOINT, now + "".join(new).encode())
    return len(known) + len(new)
