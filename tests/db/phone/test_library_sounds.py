"""What of the library is heard lies beside the telephone's sounds, and key 1 goes on with it in its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from library_cast import NOW, TODAY, publish_all, write_work
from sound_cast import speech
from tuidang.library.audio.actions import (
    bring_recording,
    lay_out_audio,
    make_next,
    place_to_bring,
    take_recording_away,
)
from tuidang.library.models import Recording, Text
from tuidang.phone.actions.campaigns import (
    Limits,
    Mistake,
    change_campaign,
    clone_campaign,
    create_campaign,
    save_trunk,
    set_messages,
    set_trunks,
    start_campaign,
)
from tuidang.phone.actions.library_sounds import place_library_sounds
from tuidang.phone.dialler.plan import MOST_MORE, CampaignPlan, load_plan, trunk_refusal
from tuidang.phone.models import Campaign
from tuidang.phone.rules import Refusal

pytestmark = pytest.mark.django_db


def bring(text: Text, *numbers: int) -> list[str]:
    """Have chapters heard; give their sounds."""
    codes = [
        bring_recording(text.chapters.get(number=number), speech(place_to_bring(), 0.7)).code
        for number in numbers
    ]
    tend()
    return [f"library/{code}" for code in codes]


def tend() -> None:
    while make_next(lambda: NOW):
        pass
    lay_out_audio(NOW)
    place_library_sounds()


def campaign(house: Path, *messages: tuple[str, str], language: str = "zh-hans") -> None:
    """Start a campaign with these messages on a simulated trunk."""
    save_trunk("lab", "127.0.0.1:5070")
    create_campaign("autumn", "Autumn", Limits(language=language))
    for _name, sound in messages:
        path = house / "phone/sounds" / f"{sound}.alaw"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(b"\xd5")
    set_messages("autumn", [(name, sound, 1, True) for name, sound in messages])
    set_trunks("autumn", ["lab"])
    start_campaign("autumn", phone_live=False, warnings=0)


def plan() -> CampaignPlan:
    (one,) = load_plan().campaigns
    return one


def test_key_1_plays_news_then_books_and_the_other_messages_where_nothing_is_read_aloud(house: Path) -> None:
    campaign(house, ("first", "message/first"), ("second", "message/second"))
    assert plan().to_play("first") == ("message/first", "message/second")
    book = publish_all(write_work("a-book", "zh-hans", "一。", "二。"))
    news = publish_all(write_work("news-1", day=TODAY, title="新"))
    chapters, item = bring(book, 1, 2), bring(news, 1)
    assert plan().to_play("first") == ("message/first", *item, *chapters)
    for sound in (*item, *chapters):
        assert (house / "phone/sounds" / f"{sound}.alaw").stat().st_size > 4000


def test_after_a_chapter_as_the_message_come_the_chapters_that_follow_it(house: Path) -> None:
    book = publish_all(write_work("a-book", "zh-hans", "一。", "二。", "三。"))
    one, two, three = bring(book, 1, 2, 3)
    campaign(house, ("two", two))
    assert plan().to_play("two") == (two, three, one)


def test_the_campaigns_language_chooses_what_is_heard(house: Path) -> None:
    english = bring(publish_all(write_work("a-book", "en", "One.")), 1)
    chinese = bring(publish_all(write_work("other", "zh-hans", "一。")), 1)
    campaign(house, ("first", "message/first"), language="en")
    assert plan().more == tuple(english)
    change_campaign("autumn", "Autumn", Limits(language="zh-hant"))
    assert plan().more == tuple(chinese)
    clone_campaign("autumn", "winter")
    assert Campaign.objects.get(name="winter").language == "zh-hant"
    with pytest.raises(Mistake, match="zh-hans"):
        change_campaign("autumn", "Autumn", Limits(language="fr"))


def test_what_is_taken_away_or_taken_down_is_not_played_and_a_campaign_with_it_halts(house: Path) -> None:
    book = publish_all(write_work("a-book", "zh-hans", "一。", "二。"))
    one, two = bring(book, 1, 2)
    campaign(house, ("one", one))
    assert plan().has_sounds
    take_recording_away(book.chapters.get(number=1), one.removeprefix("library/"))
    tend()
    found = load_plan()
    (halted,) = found.campaigns
    assert halted.more == (two,)
    refusal = trunk_refusal(halted, found.trunks["lab"], phone_live=False, warnings=0, is_sample=None)
    assert refusal is Refusal.NO_SOUND
    assert not (house / "phone/sounds" / f"{one}.alaw").exists()


def test_a_call_has_a_bound_of_what_it_can_play() -> None:
    more = tuple(f"library/{number:07}" for number in range(200))
    one = CampaignPlan(
        "a", 9, 21, 1, 30, (), {"m": "message/m"}, {"m": 1}, True, (), more=more, has_sounds=True
    )
    assert one.to_play("m") == ("message/m", *more[:MOST_MORE])


def test_where_nothing_is_read_aloud_no_folder_of_the_telephone_is_made(house: Path) -> None:
    place_library_sounds()
    assert not (house / "phone").exists()
    assert not Recording.objects.exists()
