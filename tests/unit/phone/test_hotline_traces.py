"""What the hotline writes into the machine's journal of those who call: nothing that dates a call."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from tuidang.phone.hotline.service import Hotline


def test_who_called_in_vain_is_told_of_once_an_hour_and_not_in_which_language(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hotline = Hotline(tmp_path, bytes(32), desks=1)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            hotline._alert("yue")
        assert caplog.messages == []
        asyncio.run(hotline._tell_in_vain())
        asyncio.run(hotline._tell_in_vain())
    (told,) = caplog.messages
    assert "yue" not in told
    assert "Cantonese" not in told
