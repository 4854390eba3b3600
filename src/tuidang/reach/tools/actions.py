"""What changes the list of circumvention tools."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tuidang.reach.models import ToolEntry
from tuidang.reach.rules import Mistake, is_code
from tuidang.reach.tools.rules import MOST_TOOLS, Tool, faults_of


def mistakes_of(tool: Tool) -> list[Mistake]:
    """List what cannot be of a tool, in the order of its fields."""
    sentences = {
        "name": _("Its name in one line, in 60 signs at most."),
        "words": _("One or two sentences without a line break, in 160 signs at most."),
        "place": _("An address begins with https:// or http:// and has 120 signs at most."),
        "size": _("A size is a number with KB, MB or GB, or nothing."),
        "sha256": _("SHA-256 is 64 digits and letters from a to f, or nothing."),
        "signed_by": _("A checksum and who signed it belong together: give both, or neither."),
    }
    return [Mistake(field, sentences[fault]) for field, fault in faults_of(tool)]


def save_tool(tool: Tool, *, is_new: bool) -> None:
    """Keep a tool under its code, or change it; of a sample it stays said that it is one. Raises Mistake."""
    if not is_code(tool.code):
        raise Mistake("code", _("A code has small letters, digits and single hyphens, 40 signs at most."))
    for mistake in mistakes_of(tool):
        raise mistake
    with transaction.atomic():
        found = ToolEntry.objects.select_for_update().filter(code=tool.code).first()
        if is_new and found is not None:
            raise Mistake("code", _("This code stands for something else already. A code is used only once."))
        if not is_new and found is None:
            raise Mistake("code", _("There is no such code."))
        others = ToolEntry.objects.filter(shown=True).exclude(code=tool.code)
        if tool.shown and others.count() >= MOST_TOOLS:
            raise Mistake(
                "shown",
                _("The page has %(most)s tools already: it must stay light. Take one down first.")
                % {"most": MOST_TOOLS},
            )
        ToolEntry.objects.update_or_create(
            code=tool.code,
            defaults={
                "name": tool.name,
                "words": {"does": tool.does, "risk": tool.risk},
                "open_source": tool.open_source,
                "anonymity": tool.anonymity,
                "place": tool.place,
                "size": tool.size,
                "sha256": tool.sha256,
                "signed_by": tool.signed_by,
                "shown": tool.shown,
                "sample": found.sample if found else tool.sample,
            },
        )
