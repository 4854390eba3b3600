"""Works that come from files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tuidang.base.audit import Act, write_audits
from tuidang.base.clock import CHINA
from tuidang.library.actions.publication import publish_version
from tuidang.library.actions.texts import save_chapter, save_heading
from tuidang.library.folder import FoundWork
from tuidang.library.models import Text, Version, Work
from tuidang.library.rules import Fault, Mistake


@dataclass(frozen=True)
class Imported:
    """What became of one text: its chapters, and how many of them were new or other than before."""

    name: str
    language: str
    chapters: int
    changed: int


@transaction.atomic
def import_works(works: Iterable[FoundWork], now: datetime, *, publish: bool, by: str) -> list[Imported]:
    """Take works in, all or none: a new version where a chapter differs from its newest. Raises Mistake.

    `publish` publishes each chapter as it came at once; else they wait for an editor. It stands in the audit
    chain under `by`.
    """
    done = []
    for found in works:
        work, is_new = Work.objects.get_or_create(
            name=found.name, defaults={"day": found.day, "is_sample": found.is_sample}
        )
        if not is_new and (work.is_news != (found.day is not None) or work.is_sample != found.is_sample):
            raise Mistake("name", f"{found.name}: a work of another kind has this name", Fault.NAME_TAKEN)
        Work.objects.filter(pk=work.pk).update(day=found.day)
        for text in found.texts:
            kept = save_heading(work, text.language, text.heading)
            changed = 0
            for number, chapter in enumerate(text.chapters, 1):
                newest = _newest(kept, number)
                version = save_chapter(
                    kept, number, chapter.title, chapter.body, now.astimezone(CHINA).date()
                )
                changed += version.number != newest
                if publish and not version.readings.exists():
                    publish_version(version.pk, now)
            done.append(Imported(found.name, text.language, len(text.chapters), changed))
    act = Act.PUBLISH_TEXT if publish else Act.EDIT_TEXT
    write_audits(by, act, dict.fromkeys(f"work {one.name}" for one in done), now)
    return done


def _newest(text: Text, number: int) -> int:
    """Give the number of a chapter's newest version; 0 before it has one."""
    versions = Version.objects.filter(chapter__text=text, chapter__number=number)
    return versions.aggregate(newest=Max("number"))["newest"] or 0
