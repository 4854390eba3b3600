"""Static files under names that change with their content; stylesheets without what only authors read."""

from __future__ import annotations

import re

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What is in quotes stays; comments go; white space goes beside a brace, a semicolon or a comma, else it is
# one space.
_LOOSE = re.compile(r'("(?:[^"\\]|\\.)*")|/\*.*?\*/\s*|\s*([{};,])\s*|\s+', re.DOTALL)


def lighten(css: str) -> str:
    """Write a stylesheet shorter, without a change of what it says."""
    return _LOOSE.sub(lambda found: found[1] or found[2] or (" " if found[0].isspace() else ""), css).strip()


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Likewise what one script imports of another: no page runs with half of an older version.

    A stylesheet is kept without comments and loose white space.
    """

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File[bytes]) -> str:
        if name.endswith(".css"):
            content.seek(0)  # it was read already, for the name
            content = ContentFile(lighten(content.read().decode()).encode())
        return str(super()._save(name, content))
