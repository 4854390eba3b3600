"""Sample tools for a sample register: invented, and each says so."""

from __future__ import annotations

from typing import Final

from tuidang.reach.tools.actions import save_tool
from tuidang.reach.tools.queries import all_tools
from tuidang.reach.tools.rules import Tool

_TOOLS: Final = (
    Tool(
        "sample-a",
        "Sample tool A",
        {
            "zh-hans": "一个小程序，打开以后，浏览器就走它的路，不经过防火墙。",
            "zh-hant": "一個小程式，打開以後，瀏覽器就走它的路，不經過防火牆。",
            "en": "A small program: while it is open, your browser goes its way, not through the firewall.",
        },
        {
            "zh-hans": "做它的人看得到您打开了哪些网站。手机上装着它，被人翻到就会问。",
            "zh-hant": "做它的人看得到您打開了哪些網站。手機上裝著它，被人翻到就會問。",
            "en": "Its makers can see which sites you open. Whoever searches your phone finds it.",
        },
        place="https://tool-a.example/",
        size=7_800_000,
        sha256="5a" * 32,
        signed_by="Sample signer",
        sample=True,
    ),
    Tool(
        "sample-b",
        "Sample tool B",
        {
            "zh-hans": "一个浏览器，一层一层地转三站，网站不知道您是谁，每一站也只知道前后两站。",
            "zh-hant": "一個瀏覽器，一層一層地轉三站，網站不知道您是誰，每一站也只知道前後兩站。",
            "en": "A browser that goes three stations: no site learns who you are, no station the whole way.",
        },
        {
            "zh-hans": "比较慢。运营商看得出您在用它，除非另外加一座“桥”。",
            "zh-hant": "比較慢。電信業者看得出您在用它，除非另外加一座「橋」。",
            "en": "It is slow. Your carrier sees that you use it, unless you add a “bridge”.",
        },
        open_source=True,
        anonymity=True,
        place="https://tool-b.example/",
        size=96_000_000,
        sha256="c3" * 32,
        signed_by="Sample signer",
        sample=True,
    ),
)


def stock_tools() -> None:
    """Put the samples on the page where it has no tool."""
    if not all_tools():
        for tool in _TOOLS:
            save_tool(tool, is_new=True)
