"""What is read of circumvention tools."""

from __future__ import annotations

from tuidang.reach.models import ToolEntry
from tuidang.reach.tools.rules import Tool


def all_tools() -> list[Tool]:
    """List the tools: those that are shown first, then by name."""
    return [_tool(row) for row in ToolEntry.objects.order_by("-shown", "name", "code")]


def shown_tools() -> list[Tool]:
    """List the tools that the page shows."""
    return [one for one in all_tools() if one.shown]


def find_tool(code: str) -> Tool | None:
    """Find a tool by its code."""
    row = ToolEntry.objects.filter(code=code).first()
    return _tool(row) if row else None


def _tool(row: ToolEntry) -> Tool:
    return Tool(
        row.code,
        row.name,
        row.words["does"],
        row.words["risk"],
        row.open_source,
        row.anonymity,
        row.place,
        row.size,
        row.sha256,
        row.signed_by,
        row.shown,
        row.sample,
    )
