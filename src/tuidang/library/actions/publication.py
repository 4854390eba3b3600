"""What makes a version be read: pages cut by weight, the other script, and the index of the search."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from tuidang.base.clock import CHINA
from tuidang.library.hanzi import OTHER
from tuidang.library.made import make_reading
from tuidang.library.models import Chapter, Gram, Part, Reading, Version, Work
from tuidang.library.queries import reviewed_overrides
from tuidang.library.search import fold_words, grams_of

_BATCH = 2000  # rows of the index in one statement

logger = logging.getLogger("tuidang.library")


@transaction.atomic
def publish_version(key: int, now: datetime) -> None:
    """Publish a version now, in the place of what was published of its chapter."""
    version = Version.objects.select_related("chapter__text__work").get(pk=key)
    text = version.chapter.text
    Work.objects.select_for_update().get(pk=text.work_id)  # one publication of a work after the other
    for language in _languages(version.chapter):
        _publish_reading(version, language)
    version.published = now.astimezone(CHINA).date()
    version.publish_at = None
    version.save(update_fields=["published", "publish_at"])


@transaction.atomic
def schedule_version(key: int, at: datetime) -> None:
    """Have a version published at a set time; what was set for others of its chapter is set no more."""
    version = Version.objects.get(pk=key)
    Version.objects.filter(chapter_id=version.chapter_id).update(publish_at=None)
    Version.objects.filter(pk=key).update(publish_at=at)


def unschedule_chapter(key: int) -> None:
    """Publish nothing of a chapter by itself."""
    Version.objects.filter(chapter_id=key).update(publish_at=None)


@transaction.atomic
def take_down_chapter(key: int) -> None:
    """Let a chapter be read no more; its versions stay, and nothing of it is published by itself."""
    Reading.objects.filter(version__chapter_id=key).delete()
    unschedule_chapter(key)


def publish_due(now: datetime) -> int:
    """Publish every version whose time has come, and say how many were; what fails is tried again."""
    due = Version.objects.filter(publish_at__lte=now).order_by("publish_at", "pk")
    published = 0
    for key in list(due.values_list("pk", flat=True)):
        try:
            # A kill leaves a chapter as it was, with its time; the next round comes to it again.
            publish_version(key, now)
            published += 1
        except Exception:
            logger.exception("version %d of the library was not published; the next round tries again", key)
    return published


def republish_with(phrase: str, to: str) -> int:
    """Make anew what is read in a script where a phrase stands in its source; say how many chapters."""
    readings = Reading.objects.filter(language=to, version__chapter__text__language=OTHER[to])
    found = readings.filter(version__body__contains=phrase) | readings.filter(version__title__contains=phrase)
    versions = list({reading.version for reading in found.select_related("version__chapter__text")})
    for version in versions:
        _publish_reading(version, to)
    return len(versions)


def _languages(chapter: Chapter) -> list[str]:
    """Say in which languages a chapter is read: its own, and the other script where nobody wrote it there."""
    text = chapter.text
    other = OTHER.get(text.language)
    written = Reading.objects.filter(
        version__chapter__text__work=text.work, version__chapter__text__language=other, number=chapter.number
    )
    return [text.language, *([other] if other and not written.exists() else [])]


def _publish_reading(version: Version, language: str) -> None:
    text = version.chapter.text
    made = make_reading(
        version.title,
        version.body,
        written=text.language,
        language=language,
        overrides=reviewed_overrides(language),
    )
    place = {"work": text.work, "language": language, "number": version.chapter.number}
    folded = fold_words(f"{made.title}\n{made.plain}")
    Reading.objects.filter(**place).delete()
    reading = Reading.objects.create(
        version=version, **place, title=made.title, plain=made.plain, folded=folded
    )
    Part.objects.bulk_create(
        Part(reading=reading, number=number, html=html) for number, html in enumerate(made.parts, 1)
    )
    Gram.objects.bulk_create(
        (Gram(reading=reading, gram=gram) for gram in sorted(grams_of(folded))), batch_size=_BATCH
    )
