"""Every prompt of the hotline, in Mandarin, Cantonese and English, as a voice says it.

All are for who calls but one: `accept` is heard by whoever answers a volunteer's own telephone, and says
nothing of us.

Each language says the same, written by itself. An operator replaces the sample voice by recordings.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from tuidang.phone.duty_rules import LANGUAGES

POSITIONS: Final = 10  # places in the queue that have a sentence of their own
MINUTES: Final = (1, 2, 3, 5, 10, 15)  # waits that have one

_ZH = {
    "greeting": "您好，这里是退党服务中心，谢谢您打来。有六位数字的，请直接按。",
    "choose": "说普通话，请按一，或者等一等。",
    "connect": "好，我这就给您找人，请不要挂。",
    "listened": "跟您说明白：电话可能有人在听。"
    "要紧的名字和地方，您可以先不说。我们这边不录音，也看不到您的号码。",
    "library": "您等的时候，听一段我们准备的话。",
    "wait": "还在给您找人，谢谢您等着。想让我们打给您，随时可以按一。",
    "minutes-unknown": "要等多久，现在还说不准。",
    "offer": "让您久等了。想让我们打给您，按一；愿意接着等，什么都不用按。",
    "nobody": "跟您说实话，现在没有人能接电话。真对不起。",
    "waited": "真对不起，等了这么久，还是没有人能接。不让您再等下去了。",
    "busy": "现在打来的电话太多，没法马上接。真对不起。",
    "choice": "要我们打给您，按一；不用了，按二，或者挂断就好。",
    "number-known": "打到您现在用的这个号码，按一；换一个号码，按二。",
    "number-type": "请按您的号码，按完了按井号键。手机直接按十一位；别的号码，前面请加区号。",
    "number-read": "您按的是：",
    "number-sure": "对，按一；不对，按二，重新按。",
    "number-wrong": "这个号码好像不对。",
    "hours": "您的号码会锁起来，只为给您打这一次，义工看不见，打过就销毁，最多留十四天。"
    "选一个方便、安全的时候：上午，按一；下午，按二；晚上，按三；什么时候都行，按四；不要打了，按五。",
    "stored": "记下了。同一个号码，一天只记一次，先说的时间算数。我们尽量在那个时候打给您，哪一天还说不准。",
    "number-not-now": "实在对不起，这会儿按进来的号码太多，我们只能打回来电显示的号码。"
    "请您用要接电话的那部电话打来，或者过一个小时再试。",
    "unsure": "实在对不起，到现在还不知道记下了没有，我们会接着试。十四天里没有人打给您，就是没有办成。",
    "goodbye": "谢谢您打来。祝您和家人平安。再见。",
    "held": "请您等一等，马上回来。",
    "transfer": "我给您转给另一位义工，请不要挂。",
    "lost": "那一头断了，请您别挂，正在给您重新接。",
    "wrong": "这个键现在用不上。",
    "pin-wrong": "这六个数字不对，或者过了两个星期。",
    "pin-right": "好，对上了。",
    "challenge": "您好，这里是退党服务中心。这会儿打来的电话特别多，有些是机器打的。"
    "请您帮个忙，按两个键，就能排队等义工了。不着急，慢慢按。",
    "challenge-press": "请按：",
    "challenge-again": "没关系，不着急，我再说一遍。",
    "challenge-silent": "我们没有听到按键。也许是电话的缘故，不怪您。"
    "请您先挂断，过一两分钟再打一次，到时候不按键也能排队。",
    "challenge-withheld": "我们没有听到按键。也许是电话的缘故，不怪您。"
    "请您再打一次；方便的话，换一个电话打。",
    "flooding": "谢谢您打来。刚才很多电话显示的都是这个号码，所以暂时接不进来。"
    "要是那些电话不是您打的，真对不起。有六位数字的，现在按，就能接。",
    "frequent": "谢谢您又打给我们。刚才已经说了几次话，还有别人也在等。"
    "请您先歇一歇，过一个小时再打，我们还在。",
    "accept": "有电话等您接。要接，请按一。",
}
_YUE = {
    "greeting": "你好，呢度係退黨服務中心，多謝你打嚟。有六個數字嘅，請直接撳。",
    "choose": "講廣東話，請撳二。",
    "connect": "好，我即刻幫你搵人，請唔好收線。",
    "listened": "同你講清楚：電話可能有人喺度聽。"
    "要緊嘅名同地方，你可以暫時唔講。我哋呢邊唔錄音，亦都睇唔到你嘅號碼。",
    "library": "你等嘅時候，聽一段我哋準備嘅說話。",
    "wait": "仲喺度幫你搵人，多謝你等。想我哋打畀你，隨時可以撳一。",
    "minutes-unknown": "要等幾耐，而家仲講唔準。",
    "offer": "要你等咁耐，唔好意思。想我哋打畀你，撳一；願意等落去，乜都唔使撳。",
    "nobody": "同你講老實話，而家冇人可以聽電話。真係對唔住。",
    "waited": "真係對唔住，等咗咁耐，都仲冇人可以聽。唔再要你等落去。",
    "busy": "而家打嚟嘅電話太多，冇辦法即刻聽。真係對唔住。",
    "choice": "要我哋打畀你，撳一；唔使喇，撳二，或者收線就得。",
    "number-known": "打去你而家用緊嘅呢個號碼，撳一；換個號碼，撳二。",
    "number-type": "請撳你嘅號碼，撳完撳井號鍵。內地手機直接撳十一個字；其他號碼，前面請加區號。",
    "number-read": "你撳嘅係：",
    "number-sure": "啱，撳一；唔啱，撳二，再撳過。",
    "number-wrong": "呢個號碼好似唔啱。",
    "hours": "你嘅號碼會鎖起，只係為咗打呢一次畀你，義工睇唔到，打完就銷毀，最多留十四日。"
    "揀個方便、安全嘅時候：上晝，撳一；下晝，撳二；夜晚，撳三；幾時都得，撳四；唔使打喇，撳五。",
    "stored": "記低咗。同一個號碼一日淨係記一次，以先講嘅時間為準。"
    "我哋盡量喺嗰個時候打畀你，邊一日仲講唔準。",
    "number-not-now": "真係對唔住，而家撳入嚟嘅號碼太多，我哋淨係可以打返來電顯示嘅號碼。"
    "請你用想接電話嗰部電話打嚟，或者過一個鐘頭再試。",
    "unsure": "真係對唔住，到而家都唔知記低咗未，我哋會繼續試。十四日內冇人打畀你，就係辦唔成。",
    "goodbye": "多謝你打嚟。祝你同屋企人平安。再見。",
    "held": "請你等一等，即刻返嚟。",
    "transfer": "我幫你轉去另一位義工，請唔好收線。",
    "lost": "嗰邊斷咗線，請你唔好收線，而家幫你再駁過。",
    "wrong": "呢個掣而家用唔到。",
    "pin-wrong": "呢六個數字唔啱，或者過咗兩個星期。",
    "pin-right": "好，啱喇。",
    "challenge": "你好，呢度係退黨服務中心。而家打嚟嘅電話好多，有啲係機器打嘅。"
    "請你幫個忙，撳兩個掣，就可以排隊等義工。唔使急，慢慢撳。",
    "challenge-press": "請撳：",
    "challenge-again": "唔緊要，唔使急，我再講一次。",
    "challenge-silent": "我哋聽唔到你撳掣。可能係電話嘅問題，唔關你事。"
    "請你先收線，過一兩分鐘再打，到時唔撳掣都可以排隊。",
    "challenge-withheld": "我哋聽唔到你撳掣。可能係電話嘅問題，唔關你事。"
    "請你再打一次；方便嘅話，用第二部電話打。",
    "flooding": "多謝你打嚟。啱啱好多電話顯示嘅都係呢個號碼，所以暫時駁唔到入嚟。"
    "如果嗰啲電話唔係你打嘅，真係對唔住。有六個數字嘅，而家撳，就可以駁入嚟。",
    "frequent": "多謝你又打畀我哋。啱啱已經傾咗幾次，仲有其他人等緊。"
    "請你抖一抖，過一個鐘頭再打，我哋仲喺度。",
    "accept": "有電話等你聽。要聽，請撳一。",
}
_EN = {
    "greeting": "Hello, this is the Tuidang Center. Thank you for calling.",
    "choose": "For English, press 3.",
    "connect": "Thank you. I am finding somebody for you now; please stay on the line.",
    "listened": "To be plain: this call may be overheard. You need not say names or places that matter. "
    "We record nothing, and nobody here sees your number.",
    "library": "While you wait, here is something we have prepared.",
    "wait": "We are still finding somebody for you; thank you for waiting. "
    "If you would rather be called back, press 1 at any time.",
    "minutes-unknown": "How long it takes we cannot say now.",
    "offer": "We have kept you waiting. To be called back, press 1. To go on waiting, press nothing.",
    "nobody": "To be honest, nobody can take your call now. We are truly sorry.",
    "waited": "We are truly sorry. You have waited so long, and still nobody is free. "
    "We do not want to keep you any longer.",
    "busy": "So many are calling that nobody can take your call now. We are truly sorry.",
    "choice": "If we may call you back, press 1. If not, press 2, or just hang up.",
    "number-known": "To be called at the number you are using now, press 1. For another number, press 2.",
    "number-type": "Please enter your number, with the area code or country code, then press the hash key.",
    "number-read": "You entered:",
    "number-sure": "If that is right, press 1. To enter it again, press 2.",
    "number-wrong": "That does not seem to be a telephone number.",
    "hours": "Your number is locked away for this one call. No volunteer sees it; it is destroyed "
    "afterwards, after fourteen days at the latest. Choose a time that is safe for you: morning, 1; "
    "afternoon, 2; evening, 3; any time, 4. If you would rather not be called, press 5.",
    "stored": "It is noted. A number is noted once a day, and the hours named first hold. "
    "We will do our best to call you at that time; we cannot say on which day.",
    "number-not-now": "We are truly sorry: so many numbers are being keyed in that we can call back only "
    "the telephone that a call comes from. Please call us from that one, or try again in an hour.",
    "unsure": "We are truly sorry: we still do not know whether it is noted, and go on trying. "
    "If nobody calls within fourteen days, it did not work.",
    "goodbye": "Thank you for calling. Peace to you and your family. Goodbye.",
    "held": "One moment please; we will be right back.",
    "transfer": "I am putting you through to another volunteer; please stay on the line.",
    "lost": "The other side was cut off. Please stay, we are connecting you again.",
    "wrong": "This key does nothing here.",
    "pin-wrong": "These six digits are not right, or older than two weeks.",
    "pin-right": "Thank you, that is right.",
    "challenge": "Hello, this is the Tuidang Center. Very many calls come in just now, some from "
    "machines. Please help us and press two keys, and you are in the queue. There is no hurry.",
    "challenge-press": "Please press:",
    "challenge-again": "Never mind, there is no hurry. I say it again.",
    "challenge-silent": "We heard no key. It may be the telephone; it is not your fault. Please hang up "
    "and call again in a minute or two: then you can wait without keys.",
    "challenge-withheld": "We heard no key. It may be the telephone; it is not your fault. Please call "
    "again, from another telephone if you can.",
    "flooding": "Thank you for calling. Many calls that came just now showed this number, so for the "
    "moment it is not put through. If that was not you, we are sorry. If you have six digits, press them.",
    "frequent": "Thank you for calling us again. We have talked several times just now, and others are "
    "waiting. Please rest a while and call again in an hour. We are still here.",
    "accept": "A call is waiting for you. To take it, press 1.",
}

_DIGITS = {
    "zh": "零幺二三四五六七八九",
    "yue": "零一二三四五六七八九",
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
_NUMBERS_ZH = ("一", "两", "三", "四", "五", "六", "七", "八", "九", "十")
_NUMBERS_YUE = ("一", "兩", "三", "四", "五", "六", "七", "八", "九", "十")
_ORDINALS = (
    *("next", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    "tenth",
)
_MINUTES_ZH = {1: "一分钟", 2: "两分钟", 3: "三分钟", 5: "五分钟", 10: "十分钟", 15: "一刻钟"}
_MINUTES_YUE = {1: "一分鐘", 2: "兩分鐘", 3: "三分鐘", 5: "五分鐘", 10: "十分鐘", 15: "一個骨"}


def _zh(place: int) -> str:
    return "下一个就是您。" if place == 1 else f"您前面还有{_NUMBERS_ZH[place - 2]}位。"


def _yue(place: int) -> str:
    return "下一個就係你。" if place == 1 else f"你前面仲有{_NUMBERS_YUE[place - 2]}位。"


def _en(place: int) -> str:
    return "You are next." if place == 1 else f"You are {_ORDINALS[place - 1]} in line."


_MANY = {
    "zh": "您前面还有十位以上。",
    "yue": "你前面仲有十位以上。",
    "en": "There are ten or more people before you.",
}
_ABOUT = {
    "zh": {minutes: f"大约要等{words}。" for minutes, words in _MINUTES_ZH.items()},
    "yue": {minutes: f"大概要等{words}。" for minutes, words in _MINUTES_YUE.items()},
    "en": {minutes: f"It may take about {minutes} minute{'s'[: minutes > 1]}." for minutes in MINUTES},
}
_PLACES = {"zh": _zh, "yue": _yue, "en": _en}


def _all() -> dict[str, str]:
    words: dict[str, str] = {}
    for language, prompts in zip(LANGUAGES, (_ZH, _YUE, _EN), strict=True):
        begin = f"hotline/{language}"
        words |= {f"{begin}/{name}": text for name, text in prompts.items()}
        words |= {f"{begin}/digit-{digit}": word for digit, word in enumerate(_DIGITS[language])}
        words |= {f"{begin}/place-{place}": _PLACES[language](place) for place in range(1, POSITIONS + 1)}
        words[f"{begin}/place-many"] = _MANY[language]
        words |= {f"{begin}/minutes-{minutes}": text for minutes, text in _ABOUT[language].items()}
    return words


HOTLINE_PROMPTS = MappingProxyType(_all())


def place_sound(place: int) -> str:
    """Name the sentence for a place in the queue, from 1."""
    return f"place-{place}" if place <= POSITIONS else "place-many"


def minutes_sound(minutes: int | None) -> str:
    """Name the sentence for a wait: the next longer one, so that nobody is promised too much."""
    longer = [known for known in MINUTES if minutes is not None and known >= minutes]
    return f"minutes-{longer[0]}" if longer else "minutes-unknown"
