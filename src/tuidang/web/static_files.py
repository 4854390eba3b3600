"""Static files under names that change with their content."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Likewise what one script imports of another: no page runs with half of an older version."""

    support_js_module_import_aggregation = True
