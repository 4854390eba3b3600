"""Measure the editions of a library: the sample, and a book of nine chapters of 12,000 characters each.

How much of a core all takes, then what one changed chapter costs, then nothing changed; and of the long
book by format, how long each takes by itself and how large it is. The process ends with its highest memory,
which a typeface decides.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from bench.platform_in import set_up_platform

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
TODAY = date(2026, 11, 28)
CHAPTERS = 9
NAME = "a-long-book"


def body(seed: int, characters: int) -> str:
    """Write a chapter of paragraphs of the sample, in an order of its own, until it is as long."""
    from tuidang.library.sample import SAMPLE

    files = sorted((SAMPLE / "taking-back-an-oath/zh-hans").glob("[0-9].md"))
    paragraphs = [
        one for file in files for one in file.read_text().split("---\n")[2].split("\n\n") if one.strip()
    ]
    dice, chosen = Random(seed), list[str]()
    while sum(map(len, chosen)) < characters:
        chosen.append(dice.choice(paragraphs).strip())
    return "\n\n".join(chosen)


def main() -> None:
    """Build, change a chapter, build, build again; print what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.editions", description=__doc__)
    parser.add_argument("--characters", type=int, default=12_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        set_up_platform(data)
        figures = measure(data, arguments.characters)
    print(json.dumps(figures) if arguments.json else json.dumps(figures, indent=2))


def measure(data: Path, characters: int) -> dict[str, object]:
    """Fill a library, and build its editions three times."""
    from django.core.management import call_command

    from tuidang.base.manifest import files_signer
    from tuidang.library.actions.editions import Built, build_editions
    from tuidang.library.actions.publication import publish_version
    from tuidang.library.actions.texts import create_work, save_chapter
    from tuidang.library.rules import Heading
    from tuidang.library.sample import stock_sample

    call_command("migrate", verbosity=0)
    stock_sample(NOW)
    text = create_work(NAME, "zh-hans", Heading("一本长书"))
    for number in range(1, CHAPTERS + 1):
        publish_version(save_chapter(text, number, f"第{number}章", body(number, characters), TODAY).pk, NOW)
    signer = files_signer("bench.example/register", bytes(32))

    def build() -> tuple[float, Built]:
        began = time.process_time()
        built = build_editions(data, signer)
        return time.process_time() - began, built

    first, made = build()
    publish_version(save_chapter(text, 5, "第5章", body(99, characters), TODAY).pk, NOW)
    changed, remade = build()
    nothing, _none = build()
    sizes = [file.stat().st_size for file in (data / "editions").rglob("*") if file.is_file()]
    return {
        "all": {"files": made.made, "bytes": sum(sizes), "CPU seconds": round(first, 1)},
        "one chapter changed": {"files": remade.made, "CPU seconds": round(changed, 1)},
        "nothing changed": {"CPU seconds": round(nothing, 2)},
        **by_format(data),
        "peak memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def by_format(data: Path) -> dict[str, object]:
    """Make each edition of the long book once more, by itself."""
    from tuidang.library.edition_sources import load_book
    from tuidang.library.editions.makers import MAKERS, SHELF_MAKER
    from tuidang.library.editions.typeface import face_of
    from tuidang.library.editions.values import Shelf

    book = load_book(NAME, "zh-hans")
    assert book is not None
    found: dict[str, object] = {}
    face_of.cache_clear()  # whoever comes first to paper cuts the typeface down
    for maker in MAKERS:
        path = data / f"alone-{maker.form}"
        began = time.process_time()
        maker.make(book, path)
        seconds = round(time.process_time() - began, 2)
        found[f"the long book as {maker.form}"] = {"bytes": path.stat().st_size, "CPU seconds": seconds}
    path = data / "alone.zim"
    began = time.process_time()
    SHELF_MAKER.make(Shelf("zh-hans", (book,)), path)
    seconds = round(time.process_time() - began, 2)
    found["the long book as zim"] = {"bytes": path.stat().st_size, "CPU seconds": seconds}
    return found


if __name__ == "__main__":
    main()
