"""Another log goes on from ours: the same leaves under another key, when the key is lost or stolen.

Leaves, records, receipts and figures stay as they are. What ends is the name that the old key signs: the
trust root says at which checkpoint, and under which name it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.register.actions.head import (
    CannotWrite,
    NotBegun,
    catch_up,
    check_origin,
    only_writer,
    options,
)
from tuidang.register.folder.batch import Batch, encode_batch
from tuidang.register.folder.folder import VKEY
from tuidang.register.models import Head
from tuidang.register.rules.publication import is_sample
from tuidang.tlog.checkpoint import (
    Checkpoint,
    CheckpointError,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from tuidang.tlog.note import NoteError, SigningKey, VerifierKey, generate_key, split_note
from tuidang.tlog.store import CHECKPOINT, DirectoryStore


@dataclass(frozen=True)
class Succession:
    """Who goes on from whom, and from where."""

    old: VerifierKey
    new: VerifierKey
    sealed: str  # the newest checkpoint of the old log that was shown, with the cosignatures under it


def prepare_successor(origin: str) -> Succession:
    """Make the key of the log that is to go on from ours under this name, and say where ours ends.

    Nothing is published by it; doing it again gives the same. The private key of our log is not needed.
    Raises ValueError for a name, NotBegun, and CannotWrite.
    """
    check_origin(origin)
    with only_writer():
        head = _head()
        if is_sample(origin) != is_sample(head.origin):
            raise ValueError("a sample goes on as a sample, with a name in .invalid, and a register as one")
        if origin == head.origin:
            raise ValueError("the log that goes on has a name of its own: example.org/register-2, say")
        old = _public_key(head)
        catch_up(head.checkpoint, old, head.published)
        keys = KeyFolder(options().keys)
        try:
            new = SigningKey.parse(keys.next_log_key())
        except KeyMissingError:
            new, _ = generate_key(origin)
            # A crash before this line leaves nothing; after it, a key that nobody was told of.
            keys.save_next_log_key(new.text)
        if new.name != origin:
            raise ValueError(f"the key of {new.name} is prepared already, in {options().keys}")
        sealed = DirectoryStore(options().log).read(CHECKPOINT) or b""
        return Succession(old, new.verifier, sealed.decode())


def prepared() -> Succession:
    """Say what was prepared. Raises NotBegun, and CannotWrite when nothing was."""
    head, keys = _head(), KeyFolder(options().keys)
    try:
        new = SigningKey.parse(keys.next_log_key()).verifier
    except KeyMissingError:
        raise CannotWrite(
            "no log is prepared to go on from this one: `tuidang register succeed --prepare NAME`"
        ) from None
    sealed = DirectoryStore(options().log).read(CHECKPOINT) or b""
    return Succession(_public_key(head), new, sealed.decode())


def is_half_done() -> bool:
    """Tell whether a crash left a head that goes on already, over a key or a folder that does not."""
    keys = KeyFolder(options().keys)
    try:
        return SigningKey.parse(keys.next_log_key()).name == _head().origin
    except KeyMissingError:
        shown = DirectoryStore(options().log).read(CHECKPOINT) or b""
        return parse_checkpoint(split_note(shown)[0]).origin != _head().origin


def succeed() -> str:
    """Let the prepared log go on from ours, and return its public key.

    Done again, it finishes what a crash left. Whoever calls it has seen to it that the trust root names the
    new key. Raises CannotWrite and NotBegun.
    """
    keys = KeyFolder(options().keys)
    with only_writer():
        try:
            key = SigningKey.parse(keys.next_log_key())
        except KeyMissingError:
            key = SigningKey.parse(keys.log_key())  # this step was done before a crash
        head = _head()
        tree = parse_checkpoint(split_note(head.checkpoint)[0]).tree
        signed = head.checkpoint
        if head.origin != key.name:
            catch_up(head.checkpoint, _public_key(head), head.published)
            signed = sign_checkpoint(Checkpoint(key.name, tree.size, tree.root), key)
            with transaction.atomic():
                nothing = encode_batch(Batch(tree.size, [], []))
                Head.objects.filter(id=1, checkpoint=head.checkpoint).update(
                    origin=key.name, checkpoint=signed, batch=nothing
                )
        # A crash from here on leaves a head whose key or folder is still the old one: nothing is published
        # until this was done again.
        keys.take_next_log_key()
        store = DirectoryStore(options().log)
        shown = parse_checkpoint(split_note(store.read(CHECKPOINT) or b"")[0])
        if shown.tree != tree:
            raise CannotWrite(f"the folder shows {shown.size} leaves, and the head has {tree.size}")
        store.write(VKEY, key.verifier.text.encode() + b"\n")
        if shown.origin != key.name:
            store.write(CHECKPOINT, signed.encode())
        return key.verifier.text


def _head() -> Head:
    head = Head.objects.filter(id=1).first()
    if head is None:
        raise NotBegun("no register was begun in this data folder: `tuidang init` begins one")
    return head


def _public_key(head: Head) -> VerifierKey:
    """Return our log's public key, which must fit the head; where the private one is lost, the folder's."""
    try:
        key = SigningKey.parse(KeyFolder(options().keys).log_key()).verifier
    except (KeyMissingError, NoteError):
        key = VerifierKey.parse((DirectoryStore(options().log).read(VKEY) or b"").decode())
    try:
        open_checkpoint(head.checkpoint, key)
    except CheckpointError as error:
        raise CannotWrite(f"{error}. Restore {VKEY} in the public folder from a mirror") from None
    return key
