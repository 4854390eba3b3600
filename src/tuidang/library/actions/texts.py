"""Works, their headings, and the versions of their chapters. Nothing of it is read before it is published."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction

from tuidang.library.models import Chapter, Text, Version, Work
from tuidang.library.rules import (
    CODE_LENGTH,
    CODE_LETTERS,
    LANGUAGES,
    MOST_CHAPTERS,
    Fault,
    Heading,
    Mistake,
    check_body,
    check_heading,
    check_name,
    check_title,
)


@transaction.atomic
def create_work(
    name: str, language: str, heading: Heading, *, day: date | None = None, is_sample: bool = False
) -> Text:
    """Begin a work: a book, or an item of news of `day`. Raises Mistake."""
    checked = check_name(name)
    if Work.objects.filter(name=checked).exists():
        raise Mistake("name", "another work has this name", Fault.NAME_TAKEN)
    work = Work.objects.create(name=checked, day=day, is_sample=is_sample)
    return save_heading(work, language, heading)


@transaction.atomic
def save_heading(work: Work, language: str, heading: Heading) -> Text:
    """Set title, author and the words about a work in a language; a language it had not begins.

    It is read at once where chapters of it are published. Raises Mistake.
    """
    if language not in LANGUAGES:
        raise Mistake("language", "one of " + ", ".join(LANGUAGES), Fault.LANGUAGE)
    said = check_heading(heading)
    text, _is_new = Text.objects.update_or_create(
        work=work,
        language=language,
        defaults={"title": said.title, "author": said.author, "about": said.about},
    )
    return text


@transaction.atomic
def save_chapter(
    text: Text, number: int, title: str, body: str, today: date, *, seen: int | None = None
) -> Version:
    """Save a new version of a chapter; where nothing differs from the newest, give that one.

    The chapter after the last one begins. `seen`: the version that the editor began with; where another has
    been saved since, or what was typed cannot be taken, Mistake is raised.
    """
    title, body = check_title(title), check_body(body)
    chapter = _chapter(text, number)
    newest = chapter.versions.order_by("-number").first()
    if newest is not None and (newest.title, newest.body) == (title, body):
        return newest
    last = newest.number if newest else 0
    if seen is not None and seen != last:
        raise Mistake("body", f"somebody saved version {last} since you opened this page", Fault.SAVED_SINCE)
    return Version.objects.create(chapter=chapter, number=last + 1, title=title, body=body, saved=today)


def _chapter(text: Text, number: int) -> Chapter:
    Work.objects.select_for_update().get(pk=text.work_id)  # one saves after the other
    found = text.chapters.filter(number=number).first()
    if found is not None:
        return found
    if number != text.chapters.count() + 1 or number > MOST_CHAPTERS:
        raise Mistake("number", f"the next chapter is number {text.chapters.count() + 1}", Fault.NOT_NEXT)
    if text.work.is_news and number > 1:
        raise Mistake("number", "an item of news is one chapter", Fault.NEWS)
    return Chapter.objects.create(text=text, number=number, code=_new_code())


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        if not Chapter.objects.filter(code=code).exists():
            return code
