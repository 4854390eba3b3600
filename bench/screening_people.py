"""The people of the screening simulation: honest ones and forgers of many kinds, and what they write.

All texts are invented for it. Shares of kinds are assumptions, stated in `ASSUMED`; nobody has measured them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from opencc import OpenCC

from tuidang.privacy.regions import PROVINCES

ASSUMED = {
    "no text": 0.25,  # by telephone, or by choice
    "short template": 0.52,  # a sentence that is passed on
    "long template": 0.06,  # a helper's paragraph
    "own words": 0.13,
    "family": 0.02,  # three to six people, the same words
    "village": 0.02,  # thirty to three hundred of a province on a day, the same sentence
}
NOT_SAID = 0.25  # name no region


def _listed(words: str, between: str = ",") -> list[str]:
    return words.split(between)


_WHAT = (
    "退出党团队,退出共产党和一切组织,退出团和少先队,退出少先队,三退,退党退团退队,脱离共产党,退出党团队组织"
)
_HOW = "自愿,声明,郑重声明,我自愿,本人自愿,本人声明,我声明,从今天起,现在"
_WHY = ",保平安,求平安,做个好人,过平安日子,以前的宣誓作废,不再和它有关系,为了家人平安"
TEMPLATES = [
    f"{how}{what}{'，' if why else ''}{why}。"
    for what in _listed(_WHAT)
    for how in _listed(_HOW)
    for why in _listed(_WHY)
]

# Slots with words that mean the same: what a forger who paraphrases, or a program for it, is given.
_SLOTS = (
    ("我", "本人", "我自己", "鄙人", "我这个人", "我们这样的人"),
    ("小时候", "年轻的时候", "上学的那几年", "很多年以前", "刚懂事的时候", "在学校里"),
    ("糊里糊涂地", "什么都不懂就", "跟着大家", "被老师催着", "没有办法才", "稀里糊涂"),
    ("戴上了红领巾", "举手宣了誓", "入了他们的组织", "填了那张表", "写了申请书", "跟着喊了口号"),
    (
        "后来看见了许多事情",
        "这些年听到了不少真话",
        "慢慢明白了一些道理",
        "经历了家里的变故",
        "看过了历史的真相",
    ),
    ("心里一直不安", "想起来就难过", "越想越觉得不对", "再也不愿意装下去", "觉得对不起自己的良心"),
    (
        "今天要把这件事了结",
        "现在想把它说清楚",
        "从此和它划清界线",
        "所以郑重地说一声再见",
        "因此声明过去的誓言作废",
    ),
    (
        "只想做一个干净的人",
        "愿意清清白白过日子",
        "希望一家人平平安安",
        "要给孩子做个榜样",
        "盼着堂堂正正地活着",
    ),
)
_THINGS = _listed("父亲 母亲 爷爷 奶奶 老师 同学 邻居 村长 工友 姐姐 哥哥 孩子 师傅 医生 大爷 战友", " ")
_PLACES = _listed(
    "村口 工地 河边 学校 医院 车间 菜市场 老屋 火车上 集市 田里 宿舍 庙前 码头 路上 院子里", " "
)
_DID = _listed(
    "跟我说起那年的饥荒,被人拉去游街,丢了饭碗,看着房子被推倒,流着眼泪烧了照片,一辈子没有说过真话,"
    "偷偷听着收音机,临走前嘱咐我别再信,为一句话坐了三年,把徽章扔进了河里,劝我早点离开,再没有回来"
)
_END = _listed(
    "我记了一辈子,我到今天才懂,这件事改变了我,我不能再沉默,这就是我要离开的原因,我为他难过,我心里有了数,"
    "我决定不再骗自己,我要替他说出来,从那天起我就想退了"
)
_SAID = _listed("后来,有一年冬天,去年,我十岁那年,退休以后,疫情的时候,下岗那年,结婚以前,孩子出生后,搬家那天")
_HAN = [chr(code) for code in range(0x4E00, 0x8000)]
_TRADITIONAL = OpenCC("s2t")

_REGIONS = [one.code for one in PROVINCES if one.code.startswith("CN-") and one.population]
_WEIGHTS = list(accumulate(one.population or 0 for one in PROVINCES if one.code in _REGIONS))


@dataclass(frozen=True)
class Sent:
    """A statement of the simulation, and what it is."""

    kind: str
    region: str
    text: str


def region(rng: Random) -> str:
    """Draw a region, by people; or none."""
    return "" if rng.random() < NOT_SAID else rng.choices(_REGIONS, cum_weights=_WEIGHTS)[0]


def own_words(rng: Random) -> str:
    """Write a text as somebody does who tells his own story: seldom the same twice."""
    told = "".join(
        f"{rng.choice(_SAID)}，{rng.choice(_THINGS)}在{rng.choice(_PLACES)}{rng.choice(_DID)}，{rng.choice(_END)}。"
        for _ in range(rng.choice((1, 1, 2, 3)))
    )
    return told + rng.choice(("", rng.choice(TEMPLATES)))


def paraphrase(rng: Random) -> str:
    """Fill the slots of one long text: 270,000 texts that say the same."""
    return "，".join(rng.choice(slot) for slot in _SLOTS) + "。"


def honest_day(rng: Random, count: int) -> Iterator[Sent]:
    """Give a day of honest statements."""
    popular = list(accumulate(1 / (n + 2) for n in range(len(TEMPLATES))))  # few are copied by most
    order = Random(7).sample(TEMPLATES, len(TEMPLATES))
    long = [paraphrase(Random(n)) for n in range(40)]
    kinds, shares = list(ASSUMED), list(accumulate(ASSUMED.values()))
    made = 0
    while made < count:
        kind = rng.choices(kinds, cum_weights=shares)[0]
        where, people, text = region(rng), 1, ""
        match kind:
            case "short template":
                text = rng.choices(order, cum_weights=popular)[0]
            case "long template":
                text = rng.choice(long)
            case "own words":
                text = own_words(rng)
            case "family":
                # Drawn by people, not by families, so that the shares are those of statements.
                text, people = rng.choice((own_words(rng), rng.choice(order))), rng.randint(3, 6)
                if rng.random() > 1 / people:
                    continue
            case "village":
                text, people = rng.choice((own_words(rng), *rng.sample(order, 2))), rng.randint(30, 300)
                if rng.random() > 1 / people:
                    continue
        made += people
        yield from (Sent(kind, where, text) for _ in range(people))


Forger = Callable[[Random, int, int], Iterator[Sent]]  # of a day: its number, and how many he sends


def _forger(kind: str, write: Callable[[Random], str], *, one_region: bool = False) -> Forger:
    def day(rng: Random, _day: int, count: int) -> Iterator[Sent]:
        return (Sent(kind, "CN-HA" if one_region else region(rng), write(rng)) for _ in range(count))

    return day


_COPIED = paraphrase(Random(99))


def _with_noise(rng: Random) -> str:
    return "".join(c + rng.choice(("", "", "\u200b", " ", "·", str(rng.randint(0, 9)))) for c in _COPIED)


def _other_script(rng: Random) -> str:
    return "".join(_TRADITIONAL.convert(c) if rng.random() < 0.5 else c for c in _COPIED)


def _with_filler(rng: Random) -> str:
    """Put two letters of no sense somewhere: no two texts are the same, and all nearly are."""
    text = _COPIED
    for _ in range(2):
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(_HAN) + text[at:]
    return text


def _shuffled(rng: Random) -> str:
    parts = _COPIED.rstrip("。").split("，")
    return "，".join(rng.sample(parts, len(parts))) + "。"


def _insult(rng: Random) -> str:
    return rng.choice(
        ("退党的都是汉奸", "你们这些走狗不得好死", "退-党-狗 去死", "死全家的东西", "轮子狗滚")
    ) + rng.choice("啊呀！")


def _reader_templates(rng: Random, _day: int, count: int) -> Iterator[Sent]:
    """Send what honest people send, of each template at most a third of the bound a region."""
    used: dict[tuple[str, str], int] = {}
    for _ in range(count):
        where, text = region(rng), rng.choice(TEMPLATES)
        if used.get((where, text), 0) < 333:
            used[where, text] = used.get((where, text), 0) + 1
            yield Sent("knows the rules: templates", where, text)


FORGERS: dict[str, Forger] = {
    "one text, one region": _forger("one text, one region", lambda _: _COPIED, one_region=True),
    "one text, all regions": _forger("one text, all regions", lambda _: _COPIED),
    "the same with signs between the letters": _forger(
        "the same with signs between the letters", _with_noise
    ),
    "the same in mixed scripts": _forger("the same in mixed scripts", _other_script),
    "the same with two letters put in": _forger("the same with two letters put in", _with_filler),
    "the same in another order": _forger("the same in another order", _shuffled),
    "paraphrase, eight slots": _forger("paraphrase, eight slots", paraphrase),
    "insults": _forger("insults", _insult),
    "a template, one region": _forger("a template, one region", lambda _: TEMPLATES[0], one_region=True),
    "nothing written": _forger("nothing written", lambda _: ""),
    "slowly, 90 a day of one text": lambda rng, day, _: _forger(
        "slowly, 90 a day of one text", lambda _: _COPIED, one_region=True
    )(rng, day, 90),
    "knows the rules: templates": _reader_templates,
    "knows the rules: stories by a program": _forger("knows the rules: stories by a program", own_words),
}
