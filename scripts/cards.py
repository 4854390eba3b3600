"""Draw one card for each language, 1200 × 630, and write it with few colours, so that it is small."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

WEB = Path(__file__).parents[1] / "src/tuidang/web"
WORDS = {
    "zh-hans": ("三退声明名册", "用自己的话，收回当年的誓言。"),
    "zh-hant": ("三退聲明名冊", "用自己的話，收回當年的誓言。"),
    "en": ("The register of withdrawals", "In your own words, an oath taken back."),
}
COLOURS = 32
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><style>{sheet}
html, body {{ height: 100%; }}
body {{ display: grid; grid-template-columns: 25rem 1fr; align-items: center; padding: 0 5rem; }}
body {{ border-bottom: 1.2rem solid var(--go); }}
svg {{ width: 21rem; height: 21rem; color: var(--go); }}
.line {{ stroke-width: 1.2; }}
h1 {{ font: 600 {size}rem/1.25 var(--serif); margin: 0 0 1.6rem; letter-spacing: {space}; }}
p {{ font: 2.2rem/1.5 var(--sans); color: var(--quiet); margin: 0; }}
</style><body>{boat}<div><h1>{title}</h1><p>{said}</p></div></body></html>"""


def main() -> None:
    """Draw them all."""
    sheet = (WEB / "static/web/tuidang.css").read_text()
    boat = (WEB / "templates/web/drawings/boat.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 630}, color_scheme="light")
        for lang, (title, said) in WORDS.items():
            size, space = ("4.2", "0") if lang == "en" else ("4.7", ".05em")
            page.set_content(
                PAGE.format(lang=lang, sheet=sheet, boat=boat, title=title, said=said, size=size, space=space)
            )
            drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            few = drawn.quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(WEB / f"static/web/cards/{lang}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
