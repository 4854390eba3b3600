"""Regions a statement can name: ISO 3166 codes, names, people, and where a province stands on a chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from babel import Locale

Lang = Literal["zh-hans", "zh-hant", "en"]
LANGS: tuple[Lang, ...] = ("zh-hans", "zh-hant", "en")

NOT_SAID = ""
CHINA = "CN"


@dataclass(frozen=True)
class Region:
    """One region; `population` is None if unknown to us, `tile` is (column, row) on a grid, north up."""

    code: str
    names: Mapping[Lang, str]
    population: int | None = None
    tile: tuple[int, int] | None = None

    def name(self, lang: Lang) -> str:
        """Return the region's name in a language of the pages."""
        return self.names[lang]


# ISO 3166-2:CN, in the order of GB/T 2260, which every Chinese form has. People: seventh census of 1
# November 2020 (National Bureau of Statistics, communiqué no. 3); Taiwan, Hong Kong and Macao as the same
# communiqué gives them.
_PROVINCES = """
CN-BJ 北京   北京   Beijing         21893095 4,2
CN-TJ 天津   天津   Tianjin         13866009 5,2
CN-HE 河北   河北   Hebei           74610235 4,3
CN-SX 山西   山西   Shanxi          34915616 3,2
CN-NM 内蒙古 內蒙古 Inner_Mongolia  24049155 4,1
CN-LN 辽宁   遼寧   Liaoning        42591407 6,2
CN-JL 吉林   吉林   Jilin           24073453 6,1
CN-HL 黑龙江 黑龍江 Heilongjiang    31850088 6,0
CN-SH 上海   上海   Shanghai        24870895 6,4
CN-JS 江苏   江蘇   Jiangsu         84748016 5,4
CN-ZJ 浙江   浙江   Zhejiang        64567588 5,5
CN-AH 安徽   安徽   Anhui           61027171 4,4
CN-FJ 福建   福建   Fujian          41540086 4,6
CN-JX 江西   江西   Jiangxi         45188635 4,5
CN-SD 山东   山東   Shandong       101527453 5,3
CN-HA 河南   河南   Henan           99365519 3,3
CN-HB 湖北   湖北   Hubei           57752557 3,4
CN-HN 湖南   湖南   Hunan           66444864 3,5
CN-GD 广东   廣東   Guangdong      126012510 3,6
CN-GX 广西   廣西   Guangxi         50126804 2,6
CN-HI 海南   海南   Hainan          10081232 2,7
CN-CQ 重庆   重慶   Chongqing       32054159 2,4
CN-SC 四川   四川   Sichuan         83674866 1,4
CN-GZ 贵州   貴州   Guizhou         38562148 2,5
CN-YN 云南   雲南   Yunnan          47209277 1,5
CN-XZ 西藏   西藏   Tibet            3648100 0,4
CN-SN 陕西   陝西   Shaanxi         39528999 2,3
CN-GS 甘肃   甘肅   Gansu           25019831 1,2
CN-QH 青海   青海   Qinghai          5923957 1,3
CN-NX 宁夏   寧夏   Ningxia          7202654 2,2
CN-XJ 新疆   新疆   Xinjiang        25852345 0,2
TW    台湾   臺灣   Taiwan          23561236 5,6
HK    香港   香港   Hong_Kong        7474200 4,7
MO    澳门   澳門   Macao             683218 3,7
"""
CHINA_POPULATION = 1_411_778_724  # the census's total for the thirty-one provinces and the soldiers

# The standard names these three twice: as countries or areas of 3166-1, and for completeness in
# 3166-2:CN. One place must have one code, or it is counted in two rows; ours is that of 3166-1.
_LISTED_TWICE = {"CN-TW": "TW", "CN-HK": "HK", "CN-MO": "MO"}

# CLDR's two-letter codes that are not in ISO 3166-1: reserved ones, unions, tests.
_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}


def _provinces() -> tuple[Region, ...]:
    rows = (line.split() for line in _PROVINCES.strip().splitlines())
    return tuple(
        Region(
            code,
            {"zh-hans": hans, "zh-hant": hant, "en": english.replace("_", " ")},
            int(people),
            (int(tile.split(",")[0]), int(tile.split(",")[1])),
        )
        for code, hans, hant, english, people, tile in rows
    )


def _countries() -> tuple[Region, ...]:
    hans, hant, english = (
        {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}
        for locale in ("zh_Hans", "zh_Hant", "en")
    )
    codes = {code for code in english if len(code) == 2 and code.isalpha()} - _NOT_COUNTRIES - {CHINA}
    return tuple(
        Region(code, {"zh-hans": hans[code], "zh-hant": hant[code], "en": english[code]})
        for code in sorted(codes)
    )


PROVINCES = _provinces()
NOT_SAID_REGION = Region(
    NOT_SAID, {"zh-hans": "未写地区", "zh-hant": "未寫地區", "en": "Region not said"}, CHINA_POPULATION
)
CHINA_REGION = Region(CHINA, {"zh-hans": "中国", "zh-hant": "中國", "en": "China"}, CHINA_POPULATION)

# Every region by its code: not said, China, the countries by code, the provinces.
REGIONS: Mapping[str, Region] = MappingProxyType(
    {
        region.code: region
        for region in (
            NOT_SAID_REGION,
            CHINA_REGION,
            *_countries(),
            *PROVINCES,
        )  # the later wins: our short names
    }
)


def parse_region(typed: str) -> str | None:
    """Return the code we keep for what was sent ("CN-TW" is "TW", "" is not said); None if unknown."""
    code = typed.strip().upper()
    code = _LISTED_TWICE.get(code, code)
    return code if code in REGIONS else None
