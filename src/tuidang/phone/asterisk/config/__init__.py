"""Asterisk's whole configuration, written from ours: nothing of it is edited by hand."""

from tuidang.phone.asterisk.config.files import render, write_config
from tuidang.phone.asterisk.config.values import (
    APPLICATION,
    HANDED_OVER,
    HOTLINE_APPLICATION,
    MARK,
    MET_PERSON,
    Desk,
    Line,
    Ports,
    Setup,
    desk_name,
    desk_of,
    endpoint_of,
)

__all__ = [
    "APPLICATION",
    "HANDED_OVER",
    "HOTLINE_APPLICATION",
    "MARK",
    "MET_PERSON",
    "Desk",
    "Line",
    "Ports",
    "Setup",
    "desk_name",
    "desk_of",
    "endpoint_of",
    "render",
    "write_config",
]
