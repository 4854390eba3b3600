"""How a name sounds: toneless pinyin, for who heard an alias on the phone and never saw it written."""

from functools import cache

from tuidang.privacy.fold import fold
from tuidang.privacy.frozen import read_rows

SPOKEN_VERSION = 1


def spoken(name: str) -> str:
    """Return the toneless pinyin of `name`, small letters, no spaces: 金福, 今富, Jīn Fú give "jinfu".

    Every character has one reading, its commonest, whatever stands beside it (重庆 gives "zhongqing"): a
    context would make the hash depend on a dictionary. So aliases that are read aloud must avoid
    characters with several readings, as the proposed ones do. Frozen like the folding, because hashes are
    stored over it.
    """
    return "".join(_readings().get(character, character) for character in fold(name))


@cache
def _readings() -> dict[str, str]:
    readings = {character: syllable for syllable, all_ in read_rows("pinyin_v1.txt") for character in all_}
    # Who types pinyin with its tones is understood too.
    for plain, marked in {
        "a": "āáǎà",
        "e": "ēéěè",
        "i": "īíǐì",
        "o": "ōóǒò",
        "u": "ūúǔù",
        "v": "ǖǘǚǜü",
    }.items():
        readings.update(dict.fromkeys(marked, plain))
    return readings
