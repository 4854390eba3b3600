"""The head of the log: who may write, how a batch is staged and swapped in, and how the folder catches up."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection, transaction

from tuidang.base.options import Options
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.register.actions.counters import add_to_counters
from tuidang.register.actions.queue import mix_waiting
from tuidang.register.folder.batch import Batch, BatchError, decode_batch, encode_batch
from tuidang.register.folder.figures import tally_batch
from tuidang.register.folder.folder import (
    FolderError,
    apply_batch,
    apply_prepared,
    erase_records,
    find_start,
    is_current,
    prepare_batch,
    read_statement,
)
from tuidang.register.models import Erasure, Head
from tuidang.register.rules.publication import is_sample
from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, open_checkpoint, sign_checkpoint
from tuidang.tlog.note import NoteError, SigningKey, VerifierKey, generate_key
from tuidang.tlog.publish import PublishError, RaceLost
from tuidang.tlog.store import CHECKPOINT, DirectoryStore
from tuidang.tlog.tiles import TileError
from tuidang.tlog.tree import EMPTY_TREE, Tree

SAMPLE_ORIGIN = "sample.tuidang.invalid"
BACKUPS_KEPT = timedelta(days=30)
_ORIGIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/[a-z0-9._~-]+)*")

T = TypeVar("T")


class CannotWrite(Exception):  # noqa: N818  it is an outcome for the caller to show, with its mend
    """Folder or database cannot be written, or do not fit; nothing is lost, and the next run goes on."""


class NotBegun(LookupError):  # noqa: N818  likewise
    """No register was begun in this data folder."""


@dataclass(frozen=True)
class Log:
    """The log as its head says it is, and the key that continues it."""

    checkpoint: str
    tree: Tree
    key: SigningKey
    published: date | None  # day of the last publication
    noticed: date | None  # day when erasures were last logged


@contextmanager
def only_writer() -> Iterator[None]:
    """Keep every other writer of this machine out; those of other machines lose at the compare-and-swap.

    Turns what the disk, the database or a folder that does not fit say into CannotWrite, for whoever looks.
    """
    try:
        with (options().data / "publication.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a killed holder's lock ends with its process
            yield
    except OSError as error:
        raise CannotWrite(
            f"the data folder cannot be written: {error}. Free space or mend its permissions; what was "
            "accepted is safe in the database, and the next run completes this one"
        ) from error
    except DatabaseFault as error:
        raise CannotWrite(
            f"the database refused: {error}. Nothing was half done; the next run begins again"
        ) from error
    except (RaceLost, BatchError, FolderError, TileError, PublishError, CheckpointError) as error:
        raise CannotWrite(str(error)) from error


def init_log(origin: str, today: date) -> str:
    """Begin a real, empty register and give its public key. Raises ValueError and CannotWrite."""
    if is_sample(origin):
        raise ValueError(
            "origins that end in .invalid are those of samples: name a host and path of your own"
        )
    check_origin(origin)
    return begin_log(origin, today)


def check_origin(origin: str) -> None:
    """See that a log may have this name: it stays for good, so a slip is not taken. Raises ValueError."""
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(
            f"{origin!r} is no origin: give a host name and a path of your own, as example.org/register, "
            "in small letters and without a scheme"
        )


def begin_log(origin: str, today: date) -> str:
    """Begin an empty log under `origin`, and give its public key.

    Raises ValueError when this data folder holds a log already, a sample among them: it cannot be continued
    under another name, for the name is in its key and under every signature.
    """
    with only_writer():
        other = Head.objects.values_list("origin", flat=True).first()
        if other is not None or DirectoryStore(options().log).read(CHECKPOINT) is not None:
            raise ValueError(
                f"{options().data} holds the log {other or '(unknown)'} already: name another folder"
            )
        # A crash after this line leaves a key that no checkpoint knows; beginning again uses it.
        key = _make_key(origin)
        signed = sign_checkpoint(Checkpoint(origin, 0, EMPTY_TREE.root), key)
        # A crash after this line leaves a head whose empty folder is written by the next start.
        Head.objects.create(
            origin=origin, checkpoint=signed, batch=encode_batch(Batch(0, [], [])), noticed=today
        )
        recover()
    return key.verifier.text


def open_log() -> Log:
    """Read the head and the key that belongs to it.

    Raises NotBegun when no log was begun here, CannotWrite when its key is not here or another's.
    """
    head = Head.objects.defer("batch").filter(id=1).first()
    if head is None:
        raise NotBegun("no register was begun in this data folder: `tuidang init` begins one")
    try:
        key = SigningKey.parse(KeyFolder(options().keys).log_key())
        checkpoint = open_checkpoint(head.checkpoint, key.verifier)
    except (KeyMissingError, NoteError, CheckpointError) as error:
        raise CannotWrite(f"{error}. This log needs its own key: restore it from its copy") from error
    return Log(head.checkpoint, checkpoint.tree, key, head.published, head.noticed)


def append_batch(log: Log, batch: Batch, also: Callable[[], None], **days: date) -> None:
    """Append a batch to the log: stage it, swap the head, and do `also`, in one transaction; then apply it.

    `days` are the head's `published` or `noticed`. Raises RaceLost when another machine has advanced the log:
    nothing was changed then.
    """
    with prepare_batch(options().log, log.tree, batch) as prepared:
        tree = prepared.growth.new
        signed = sign_checkpoint(Checkpoint(log.key.name, tree.size, tree.root), log.key)
        blob = encode_batch(batch)
        figures = tally_batch(batch, partial(read_statement, options().log, log.tree.size))
        with transaction.atomic():
            swapped = Head.objects.filter(id=1, checkpoint=log.checkpoint).update(
                size=tree.size, checkpoint=signed, batch=blob, **days
            )
            if not swapped:
                raise RaceLost("another machine has advanced the log; begin again from its head")
            del blob  # its memory is needed for what follows
            add_to_counters(figures)
            also()
            # A crash before the commit leaves everything as it was. After it the batch belongs to the log,
            # and a crash leaves a folder that is behind: `recover` applies the staged batch by the same code.
        apply_prepared(options().log, prepared, signed, log.key.verifier)


def recover() -> None:
    """Bring the folder to the head, after a crash or on another machine. Call it before anything else writes.

    Raises FolderError when the folder is more than one batch behind, and CannotWrite as `open_log` does.
    """
    if not Head.objects.exists():
        return
    log = open_log()
    catch_up(log.checkpoint, log.key.verifier, log.published)


def catch_up(checkpoint: str, verifier: VerifierKey, published: date | None) -> None:
    """Bring the folder to the head's checkpoint, with the public key alone. Raises FolderError."""
    folder = options().log
    if is_current(folder, checkpoint, verifier):
        return
    head = Head.objects.get()
    batch = decode_batch(bytes(head.batch))
    size = find_start(folder, batch, verifier).size
    # A folder from a copy may hold what was erased since it was made; copies are kept for thirty days.
    erased = Erasure.objects.filter(
        leaf__lt=size,
        state__in=[Erasure.State.DONE, Erasure.State.NOTICED],
        day__gte=(published or date.min + BACKUPS_KEPT) - BACKUPS_KEPT,
    )
    erase_records(folder, verifier, list(erased.values_list("leaf", flat=True)))
    # A crash before this line leaves a folder that is behind still, so all is done again. In the other order
    # it would leave one that nobody looks at any more, with records that were to be erased.
    apply_batch(folder, batch, head.checkpoint, verifier)


def find_misfit(log: Log) -> str:
    """Say why `recover` could not bring a folder that is not current to the head; nothing when it can."""
    try:
        find_start(options().log, decode_batch(bytes(Head.objects.get().batch)), log.key.verifier)
    except (BatchError, FolderError) as error:
        return str(error)
    return ""


def sweep_database() -> None:
    """Rid the database's files of what was deleted: above all of batches that were staged earlier.

    SQLite overwrites what it deletes, and its log is written back and emptied here; while somebody reads it
    cannot, and the next run tries again. PostgreSQL writes the one-row table anew. Its log, and those of
    standbys, keep the old bytes until they are recycled: no archive of it may be kept for more than 30 days.
    """
    if connection.vendor == "sqlite":
        if _has_changed():
            mix_waiting()
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL register_head")
    mix_waiting()


def _has_changed() -> bool:
    """Tell whether anybody has written to SQLite's files since its log was emptied."""
    try:
        return Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def options() -> Options:
    """Give the settings, for Django's own type of them does not know ours."""
    found: Options = settings.TUIDANG
    return found


def in_chunks(rows: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Give the rows in lists that fit into one query."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _make_key(origin: str) -> SigningKey:
    keys = KeyFolder(options().keys)
    try:
        key = SigningKey.parse(keys.log_key())
    except KeyMissingError:
        key, _ = generate_key(origin)
        keys.save_log_key(key.text)
    if key.name != origin:
        raise ValueError(
            f"the key in {options().keys} belongs to the log {key.name}: name another data folder"
        )
    return key
