"""The tables of the library: works, chapters in their versions, and what of them is published.

Who wrote a version stands nowhere here, and no reader does: nothing is noted when a page is read.
"""

from __future__ import annotations

from django.db import models


class Language(models.TextChoices):
    """What a text is written in, and read in."""

    HANS = "zh-hans"
    HANT = "zh-hant"
    EN = "en"


class Work(models.Model):
    """A book in chapters, or one item of news."""

    name = models.SlugField(max_length=60, unique=True)  # in its address
    day = models.DateField(null=True, blank=True)  # of an item of news; a book has none
    is_sample = models.BooleanField(default=False)  # invented, and said so on each of its pages

    @property
    def is_news(self) -> bool:
        """Tell whether it is an item of news."""
        return self.day is not None


class Text(models.Model):
    """A work in one language in which somebody wrote it; the other Chinese script is made of it."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=7, choices=Language.choices)
    title = models.CharField(max_length=120)
    author = models.CharField(max_length=120, blank=True)  # as readers see the name, or the names
    about = models.CharField(max_length=400, blank=True)  # a sentence or two

    class Meta:
        constraints = (
            models.UniqueConstraint(name="library_text_once", fields=["work", "language"]),
            models.CheckConstraint(
                name="library_text_language", condition=models.Q(language__in=Language.values)
            ),
        )


class Chapter(models.Model):
    """One chapter of a text. An item of news has one."""

    text = models.ForeignKey(Text, models.CASCADE, related_name="chapters")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8, unique=True)  # of its short link; says nothing of what it leads to

    class Meta:
        constraints = (models.UniqueConstraint(name="library_chapter_once", fields=["text", "number"]),)


class Version(models.Model):
    """What a chapter said when somebody saved it. Versions stay."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()  # Markdown
    saved = models.DateField()
    publish_at = models.DateTimeField(null=True, blank=True, db_index=True)  # the worker does it then
    published = models.DateField(null=True, blank=True)  # the last day on which it was

    class Meta:
        constraints = (models.UniqueConstraint(name="library_version_once", fields=["chapter", "number"]),)


class Reading(models.Model):
    """A chapter as it is read in one language: made when a version is published, of nothing else."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="readings")
    work = models.ForeignKey(Work, models.CASCADE, related_name="readings")
    language = models.CharField(max_length=7, choices=Language.choices)
    number = models.PositiveSmallIntegerField()  # of the chapter
    title = models.CharField(max_length=120)
    plain = models.TextField()  # its words, a line to a paragraph
    folded = models.TextField()  # title and words as the search compares them

    class Meta:
        constraints = (
            models.UniqueConstraint(name="library_reading_once", fields=["work", "language", "number"]),
            models.CheckConstraint(
                name="library_reading_language", condition=models.Q(language__in=Language.values)
            ),
        )


class Part(models.Model):
    """What of a reading one page carries."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    html = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(name="library_part_once", fields=["reading", "number"]),)


class Gram(models.Model):
    """Two neighbouring characters of a reading: the index of the search."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=2)

    class Meta:
        constraints = (models.UniqueConstraint(name="library_gram_once", fields=["gram", "reading"]),)


class Override(models.Model):
    """A phrase that OpenCC gets wrong in a script: written down by one, reviewed by another."""

    to = models.CharField(max_length=7, choices=Language.choices)
    phrase = models.CharField(max_length=40)
    becomes = models.CharField(max_length=40)
    asked_by = models.CharField(max_length=40)  # pseudonyms
    reviewed_by = models.CharField(max_length=40, blank=True)  # nobody yet: it does nothing yet

    class Meta:
        constraints = (
            models.UniqueConstraint(name="library_override_once", fields=["to", "phrase"]),
            models.CheckConstraint(
                name="library_override_reviewed", condition=~models.Q(asked_by=models.F("reviewed_by"))
            ),
        )


class Recording(models.Model):
    """A chapter read aloud: what an editor brought, and what became of it. Who brought it stands nowhere.

    Whoever hears it in the other script of Chinese hears the same. Of each state a chapter has one at most.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        REFUSED = "refused"

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="recordings")
    code = models.CharField(max_length=8, unique=True)  # of its files; says nothing of what is heard
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    why = models.CharField(max_length=12, blank=True)  # it was refused: `audio.rules.Refused`
    claim = models.CharField(max_length=32, blank=True)  # of whoever makes it now
    claimed_until = models.DateTimeField(null=True, blank=True)
    size = models.PositiveIntegerField(default=0)  # bytes; its length follows: `audio.rules.milliseconds_of`
    is_public = models.BooleanField(default=False)  # its file lies where readers get it

    class Meta:
        constraints = (
            models.UniqueConstraint(name="library_recording_once", fields=["chapter", "state"]),
            models.CheckConstraint(
                name="library_recording_sounds",
                condition=models.Q(state="ready", size__gt=0) | (~models.Q(state="ready") & models.Q(size=0)),
            ),
            models.CheckConstraint(
                name="library_recording_public", condition=models.Q(is_public=False) | models.Q(state="ready")
            ),
        )
