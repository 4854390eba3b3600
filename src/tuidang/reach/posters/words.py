"""The words of posters and cards, in each language by itself."""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """What stands on a sheet if nothing else is asked for."""

    title: str
    with_number: str
    without_number: str
    words: str
    caution: str


WORDS: Final = {
    "zh-hans": Words(
        "退出党、团、队",
        "打这个电话，或者扫这个码。",
        "扫这个码，或者输入下面的网址。",
        "可以用化名，没有人问您是谁。\n写一句话，或者说一句话，就算数。",
        "电话可能有人听，网页可能有人看，请用化名。这张纸不必留着。",
    ),
    "zh-hant": Words(
        "退出黨、團、隊",
        "撥這個電話，或掃描這個碼。",
        "掃描這個碼，或輸入下方的網址。",
        "可以用化名，不會有人問您是誰。\n寫一句話，或說一句話，就算數。",
        "電話可能有人聽，網頁可能有人看，請用化名。這張紙不必留著。",
    ),
    "en": Words(
        "Leave the\xa0Party, the\xa0League, the\xa0Pioneers",
        "Call this number, or scan the code.",
        "Scan the code or type the address.",
        "You can use another name.\nNobody asks who you are.\nOne sentence is enough.",
        "Calls and pages can be watched. You need not keep this paper.",
    ),
}
