"""The page with the receipt asks how somebody found us; what he presses carries nothing of his statement."""

from __future__ import annotations

from tuidang.register.models import Waiting
from visitor_cast import Visitor


def test_the_press_is_a_form_of_its_own_and_the_receipt_can_be_shown_again(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    visitor.press("step", "preview", name="金福", orgs=["league"], consent="own")
    posted = [*visitor.kept("step", "post"), ("step", "post")]
    visitor.press("step", "post")
    receipt = visitor.page.find("p", **{"class": "receipt"})[0].words
    assert visitor.kept("way", "banknote") == [], "nothing but the button goes along"
    visitor.press("way", "banknote")
    assert visitor.address == "/en/how/"
    assert "Thank you" in visitor.words()
    visitor.address = "/en/write/"  # back, and loaded again
    visitor.send(posted)
    assert visitor.page.find("p", **{"class": "receipt"})[0].words == receipt
    assert Waiting.objects.count() == 1
