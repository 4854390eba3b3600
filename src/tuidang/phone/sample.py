"""A sample campaign on the simulated carrier, and chapters read aloud, so that there is something at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from django.db import transaction

from tuidang.base.options import Options
from tuidang.library.audio.actions import bring_recording, place_to_bring
from tuidang.library.audio.convert import find_ffmpeg
from tuidang.library.audio.queries import has_any
from tuidang.library.models import Reading
from tuidang.phone.actions.blocks import load_blocks
from tuidang.phone.actions.campaigns import (
    Limits,
    create_campaign,
    save_trunk,
    set_messages,
    set_trunks,
    start_campaign,
)
from tuidang.phone.asterisk.sounds import speak
from tuidang.phone.lab.ringing import callers_port
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.models import Block, Campaign
from tuidang.phone.numbers.blocks import china_blocks

NAME = TRUNK = "sample"
CALLERS = "callers"
DESKS = 10  # telephones for browsers, where TUIDANG_PHONE_DESKS says nothing
HOTLINE = "0012025550100"  # one of those that are kept for films and examples: it belongs to nobody
BLOCKS = 120  # a million numbers, which the sample's pace needs a week for
CALLS_PER_SECOND = 2
READ_ALOUD = 3  # chapters of the library's sample
SAID_FIRST = "这是一段示例，由电脑念出。"  # This is a sample, read by a computer.
CHANNELS = 120


def as_sample(options: Options) -> Options:
    """Give the settings with which a sample's telephone runs, where they say nothing themselves."""
    return replace(
        options,
        phone_desks=options.phone_desks or DESKS,
        phone_hotline=options.phone_hotline or HOTLINE,
    )


def make_sample_campaign(lab: int) -> None:
    """Make the campaign, its trunk to the simulated carrier at port `lab`, and some blocks; repeatable.

    Nobody is called: the trunk ends on this machine, and is not live.
    """
    save_trunk(TRUNK, f"127.0.0.1:{lab}", calls_per_second=CALLS_PER_SECOND, channels=CHANNELS)
    # By this one simulated people ring the hotline.
    save_trunk(CALLERS, f"127.0.0.1:{callers_port(lab)}", calls_per_second=1, channels=2)
    if not Block.objects.exists():
        load_blocks(Random(7).sample(china_blocks(), BLOCKS))  # noqa: S311 -- a sample
    if Campaign.objects.filter(name=NAME).exists():
        return
    with transaction.atomic():
        _create()


def speak_sample_audio(data: Path) -> int:
    """Have the first chapters of the sample, and its news, heard in the synthetic voice; say how many.

    Only where nothing was ever brought to be heard. The worker makes them small, where there is ffmpeg.
    """
    if has_any() or find_ffmpeg() is None:
        return 0
    readings = Reading.objects.filter(work__is_sample=True, language="zh-hans", number__lte=READ_ALOUD)
    chapters = {one.version.chapter: one for one in readings.select_related("version__chapter__text__work")}
    for chapter, reading in chapters.items():
        place = place_to_bring()
        speak(data, f"{SAID_FIRST}{reading.title}。\n{reading.plain}", place)
        # A crash after the first leaves the others out: a sample, not a library.
        bring_recording(chapter, place)
    return len(chapters)


def _create() -> None:
    create_campaign(NAME, "示例 · Sample", Limits(days_between=30, daily_limit=200_000))
    messages = [(sound.rpartition("/")[2], sound, 1, True) for sound in SAMPLE_MESSAGES]
    set_messages(NAME, messages)
    set_trunks(NAME, [TRUNK])
    start_campaign(NAME, phone_live=False, warnings=0)
