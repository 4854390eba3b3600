"""Everything that changes what is heard: brought, made by the worker, put where readers get it, taken away.

What an editor brought is a row that waits, and a file beside it. Whoever makes it claims the row for a minute
and goes on claiming while ffmpeg runs; one that is killed claims no more, and the next makes it from the
beginning, to the same bytes. What has been brought is kept only until it is made, and nowhere under its name.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tuidang.base.disk import sync
from tuidang.library.audio.convert import RefusedError, convert, find_ffmpeg
from tuidang.library.audio.editions import make_audio_edition
from tuidang.library.audio.queries import (
    edition_name,
    heard_of,
    phone_file,
    private_folder,
    public_folder,
    speech_file,
)
from tuidang.library.audio.rules import CODE_LENGTH, Refused, is_name
from tuidang.library.models import Chapter, Reading, Recording, Work
from tuidang.library.rules import CODE_LETTERS

CLAIM: Final = timedelta(minutes=1)
_RENEW: Final = timedelta(seconds=15)
_FORGOTTEN: Final = timedelta(days=1)  # after which what nobody finished bringing is thrown away
_BROUGHT: Final = timedelta(minutes=5)  # between the file of what was brought and its row
_EPOCH: Final = (0, 0)  # when a file was made is nobody's business
_S = Recording.State

logger = logging.getLogger("tuidang.library")


def place_to_bring() -> Path:
    """Name a new file, which nobody else has, for what is being brought."""
    _make_folders()
    return private_folder() / f"{secrets.token_hex(16)}.part"


def has_room(size: int) -> bool:
    """Tell whether so many bytes more leave as much of the disk free as the settings say."""
    usage = shutil.disk_usage(settings.TUIDANG.data)
    return usage.free - size >= usage.total * settings.TUIDANG.free_disk / 100


def bring_recording(chapter: Chapter, brought: Path) -> Recording:
    """Take what was brought for a chapter: it waits to be made. What waited or was refused before goes.

    `brought` is a file of `place_to_bring`, and is moved. What is heard now is heard until this is made.
    """
    code = _new_code()
    sync(brought)
    # A crash after this leaves a file without a row, which goes soon: whoever brought it saw no answer.
    brought.replace(_brought_file(code))
    with transaction.atomic():
        Chapter.objects.select_for_update().get(pk=chapter.pk)
        chapter.recordings.exclude(state=_S.READY).delete()
        return Recording.objects.create(chapter=chapter, code=code)


def take_recording_away(chapter: Chapter, code: str) -> bool:
    """Take one of a chapter's recordings away, waiting, heard or refused; tell whether it was there.

    Its files go when what is heard is laid out the next time: within a minute.
    """
    return bool(chapter.recordings.filter(code=code).delete()[0])


def make_next(clock: Callable[[], datetime]) -> bool:
    """Make the recording that has waited longest; tell whether there was one. `clock` gives the time."""
    if find_ffmpeg() is None:
        return False
    found = _claim(clock())
    if found is None:
        return False
    try:
        made = _make(found, clock)
    except FileNotFoundError:
        _finish(found, state=_S.REFUSED, why=Refused.NOTHING)
    except RefusedError as error:
        _finish(found, state=_S.REFUSED, why=error.why)
    except BaseException:
        # The machine is at fault, or is stopped: it waits again.
        Recording.objects.filter(code=found.code, claim=found.claim).update(claim="", claimed_until=None)
        raise
    else:
        # A crash before this leaves the row waiting, and files that are made anew.
        _finish(found, state=_S.READY, size=made)
    # A crash before this leaves what was brought; the next laying out throws it away.
    _brought_file(found.code).unlink(missing_ok=True)
    return True


def lay_out_audio(now: datetime) -> None:
    """Bring the folder that readers get, and our own, to what the rows say. Repeatable.

    A file comes before the row that leads to it, and goes after it: no page leads to what is not there.
    """
    _make_folders()
    with _alone():
        ready = Recording.objects.filter(state=_S.READY)
        read = Reading.objects.filter(version__chapter__recordings__state=_S.READY)
        chapters = set(read.values_list("version__chapter_id", flat=True))
        wanted = set()
        for one in ready:
            if one.chapter_id not in chapters or not _lay_out(one):
                continue
            wanted.add(f"{one.code}.mp3")
            if not one.is_public:
                Recording.objects.filter(pk=one.pk).update(is_public=True)
        hidden = ready.filter(is_public=True).exclude(code__in=[name.partition(".")[0] for name in wanted])
        hidden.update(is_public=False)
        wanted |= set(_lay_out_editions())
        for path in public_folder().iterdir():
            if path.name not in wanted:
                path.unlink(missing_ok=True)
        _tidy(now)


def _claim(now: datetime) -> Recording | None:
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    for key in Recording.objects.filter(free, state=_S.WAITING).order_by("pk").values_list("pk", flat=True):
        claim = secrets.token_hex(16)
        # A crash after this leaves a claim that runs out.
        claimed = Recording.objects.filter(free, pk=key, state=_S.WAITING)
        if claimed.update(claim=claim, claimed_until=now + CLAIM):
            return Recording.objects.filter(pk=key).first()
    return None


def _make(found: Recording, clock: Callable[[], datetime]) -> int:
    """Make the files of a claimed recording, and go on claiming it meanwhile; return how large it is."""
    renewed = clock()

    def beat() -> None:
        nonlocal renewed
        now = clock()
        if now >= renewed + _RENEW:
            Recording.objects.filter(code=found.code, claim=found.claim).update(claimed_until=now + CLAIM)
            renewed = now

    speech, phone = speech_file(found.code), phone_file(found.code)
    size = convert(_brought_file(found.code), speech, phone, beat)
    for path in (speech, phone):
        if path.exists():
            os.utime(path, _EPOCH)
    return size


@transaction.atomic
def _finish(made: Recording, **what: object) -> None:
    """Write what became of a recording, in the place of what its chapter had, if it is still wanted."""
    Chapter.objects.select_for_update().filter(pk=made.chapter_id).first()
    still = Recording.objects.filter(pk=made.pk, claim=made.claim)
    if not still.exists():
        return  # replaced, taken away, or another's meanwhile
    Recording.objects.filter(chapter_id=made.chapter_id, state=what["state"]).delete()
    still.update(claim="", claimed_until=None, **what)


def _lay_out(one: Recording) -> bool:
    """Put a recording where readers get it; tell whether it is there."""
    target = public_folder() / f"{one.code}.mp3"
    if target.exists():
        return True
    try:
        speech_file(one.code).chmod(0o644)  # the server in front is another user
        os.link(speech_file(one.code), target)
    except FileExistsError:
        pass
    except FileNotFoundError:
        logger.warning("the recording %s is gone: bring it again at the desk", one.code)
        return False
    return True


def _lay_out_editions() -> Iterator[str]:
    """Make the one file of each work of which more than a chapter is heard; give the names of all of them."""
    works = Work.objects.filter(readings__version__chapter__recordings__is_public=True)
    for name, language in works.values_list("name", "readings__language").distinct():
        found = heard_of(name, language)
        if len(found) < 2:
            continue
        target = public_folder() / edition_name(found)
        if not target.exists():
            made = target.with_name(f"{target.name}.made")
            make_audio_edition(name, language, made)
            made.chmod(0o644)
            os.utime(made, _EPOCH)
            made.replace(target)
        yield target.name


def _tidy(now: datetime) -> None:
    """Throw away the files of rows that are gone, and what nobody finished."""
    states = dict(Recording.objects.values_list("code", "state"))
    for path in private_folder().iterdir():
        code, _dot, rest = path.name.partition(".")
        if not rest:
            continue
        age = now.timestamp() - path.stat().st_mtime
        if rest in {"mp3", "alaw"}:
            is_over = code not in states
        elif rest == "brought":
            is_over = states[code] != _S.WAITING if code in states else age > _BROUGHT.total_seconds()
        else:  # half brought, or half made
            is_over = age > _FORGOTTEN.total_seconds()
        if is_over and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif is_over:
            path.unlink(missing_ok=True)


def _brought_file(code: str) -> Path:
    return private_folder() / f"{code}.brought"


def _make_folders() -> None:
    private_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    public = public_folder()
    if not public.exists():
        public.mkdir(parents=True, exist_ok=True)
        public.chmod(0o755)


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        if is_name(f"{code}.mp3") and not Recording.objects.filter(code=code).exists():
            return code


@contextmanager
def _alone() -> Iterator[None]:
    with (private_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
