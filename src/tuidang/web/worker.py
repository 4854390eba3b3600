"""The background of the register: a loop that publishes when it is time, erases, and logs notices."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from django.db import close_old_connections, connection

from tuidang.base.clock import CHINA, utc_now
from tuidang.field.actions.entries import mix_entries
from tuidang.field.sites.actions import forget_past_stands
from tuidang.giving.listening import start_listening
from tuidang.library.actions.publication import publish_due
from tuidang.library.audio.actions import lay_out_audio, make_next
from tuidang.phone.actions.call_backs import put_on_never_list, tidy_call_backs
from tuidang.phone.actions.choices import forget_choices
from tuidang.phone.actions.duty import tidy_duty
from tuidang.phone.actions.library_sounds import place_library_sounds
from tuidang.phone.actions.mixing import mix_choices
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.register.actions.canaries import take_out_canaries
from tuidang.register.actions.cosignatures import gather_cosignatures
from tuidang.register.actions.drafts import tend_drafts
from tuidang.register.actions.erasure import apply_erasures, log_notices
from tuidang.register.actions.head import (
    CannotWrite,
    Log,
    NotBegun,
    only_writer,
    open_log,
    options,
    sweep_database,
)
from tuidang.register.actions.intake import IntakeClosed
from tuidang.register.actions.origins import publish_origins
from tuidang.register.actions.publication import Published, publish
from tuidang.register.folder.integrity import refresh_integrity
from tuidang.register.rules.publication import is_sample
from tuidang.trust.keys import KeyFileError
from tuidang.trust.publishing import CannotPublish
from tuidang.trust.reading import NotTrustedError
from tuidang.volunteers.actions.invitations import forget_openings
from tuidang.volunteers.shifts.actions import forget_past
from tuidang.web.editions import Builder
from tuidang.web.field import tend_field
from tuidang.web.trust import tend_trust

ROUND = 60  # seconds from one look to the next; a sample register publishes in each
AUDIO_ROUND = 5  # seconds from one look for recordings to the next
HOUR = 3  # of the day, UTC+8, from which a real register publishes once

logger = logging.getLogger("tuidang.worker")


def work() -> None:
    """Look every minute whether something is to be done, until SIGTERM or Ctrl-C; a kill loses nothing."""
    stop, looked = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    builder = Builder()
    # Beside the rounds, so that a witness that does not answer delays nothing but its own cosignature.
    threading.Thread(target=ask_witnesses, args=(looked,), daemon=True).start()
    # Likewise: an hour of speech takes a minute to be made.
    threading.Thread(target=tend_audio, daemon=True).start()
    start_listening()

    def after() -> None:
        looked.set()
        try:
            builder.look()
        except Exception:
            logger.exception("looking after the editions failed; the next round tries again")

    rounds(stop, after)
    builder.stop()


def ask_witnesses(looked: threading.Event) -> None:
    """Ask witnesses after each round, without end. What one says is written down once, until it changes."""
    said: dict[str, str] = {}
    while True:
        looked.wait()
        looked.clear()
        try:
            cosigned = gather_cosignatures()
            refusals = cosigned.refusals if cosigned else {}
        except (CannotWrite, KeyMissingError, OSError, ValueError) as error:
            refusals = {"all": str(error)}
        except Exception:
            logger.exception("asking witnesses failed; the next round tries again")
            continue
        for name, why in refusals.items():
            if said.get(name) != why:
                logger.warning("no cosignature of the witness %s: %s", name, why)
        said = dict(refusals)


def tend_audio() -> None:
    """Make what of the library is heard, without end; what fails is written down, and tried again."""
    while True:
        try:
            look_at_audio()
        except Exception:
            logger.exception("a recording could not be tended; it is tried again")
        finally:
            close_old_connections()
        time.sleep(AUDIO_ROUND)


def look_at_audio() -> None:
    """Make what waits, and put what is heard where readers and telephones get it."""
    while make_next(utc_now):
        pass
    lay_out_audio(utc_now())
    place_library_sounds()


def rounds(stop: threading.Event, after: Callable[[], None] = lambda: None) -> None:
    """Look, and wait a minute, until `stop` is set. What fails is written down, and tried again."""
    while not stop.is_set():
        try:
            look(datetime.now(UTC))
        except CannotWrite as error:
            logger.warning("%s", error)
        except NotBegun:
            pass  # `tuidang init` may come while we wait
        except Exception:
            logger.exception("a round failed; the next one tries again")
        finally:
            close_old_connections()
        after()
        stop.wait(ROUND)


def look(now: datetime) -> None:
    """Do what is due at `now`. Raises CannotWrite, and NotBegun when no register was begun."""
    local = now.astimezone(CHINA)
    cover_tracks(local.date())
    with suppress(KeyMissingError):  # a key of the do-not-call list is gone: the doctor says so
        put_on_never_list()
    tidy_call_backs(now)
    tidy_duty(now)
    forget_choices(today=local.date())
    forget_past(local.date())
    forget_past_stands(local.date())
    forget_openings(local.date())
    tend_drafts(now)
    publish_due(now)
    keep_trust(now)
    keep_field(now)
    if is_due(open_log(), local):
        publish_now(local.date())


def keep_trust(now: datetime) -> None:
    """Sign again what the server signs of the trust root; what stands in the way is written down."""
    try:
        tend_trust(now)
    except (CannotPublish, KeyFileError, OSError) as error:
        logger.warning("the trust root was not signed again: %s", error)


def keep_field(now: datetime) -> None:
    """Look after sites and what phones sealed; what stands in the way is written down."""
    try:
        tend_field(now)
    except IntakeClosed:
        pass  # the register is full: the next round tries again
    except (CannotPublish, KeyFileError, NotTrustedError, OSError, ValueError) as error:
        logger.warning("the sites were not looked after: %s", error)


def cover_tracks(today: date) -> None:
    """Leave in the files of a quiet day nothing that says when somebody came, or beside whom.

    A day's key is made the day before: made with the first statement, its file would bear that moment. And
    SQLite's log, which has the statements in the order in which they came, is written back and emptied. Then
    the files are touched: they would say when the last one wrote, and the first of a day asked for its key.
    """
    keys = KeyFolder(options().keys)
    for day in (today, today + timedelta(days=1)):
        if day not in keys.days():
            keys.day_key(day, create=True)
    keys.touch_day_keys()
    mix_choices()
    mix_entries()
    if connection.vendor == "sqlite":
        with only_writer():
            sweep_database()
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.utime(f"{connection.settings_dict['NAME']}{ending}")


def is_due(log: Log, local: datetime) -> bool:
    """Tell whether to publish: a sample in every round, a real register once a day, from HOUR on."""
    if is_sample(log.key.name):
        return True
    return local.hour >= HOUR and (log.published is None or log.published < local.date())


def publish_now(today: date) -> Published:
    """Publish one batch, destroy what is to be erased, and log the week's notices when they are due."""
    published = publish(today)
    apply_erasures(today)
    log_notices(today)
    take_out_canaries(today)
    publish_origins()
    with only_writer():
        # A crash before this line leaves a report of before, which says for which log it stands.
        refresh_integrity(options().log)
    return published
