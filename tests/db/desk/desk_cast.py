"""The cast of the desk's tests."""

from __future__ import annotations

from collections.abc import Callable

ADVERTISING = "代开发票，量大从优。"  # a text that screening holds

Hold = Callable[..., int]  # (name, text, region) -> the key of the row that waits
