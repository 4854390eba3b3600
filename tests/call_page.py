"""The page and the drawing of the call machine, made from the table; run it to write them anew.

.venv/bin/python tests/call_page.py
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tuidang.phone.call_sounds import SAYS
from tuidang.phone.call_table import OPEN, ROWS, STATEMENT, TABLE, Row, place
from tuidang.phone.call_values import At

FOLDER = Path(__file__).parents[1] / "docs/reference"
PAGE = FOLDER / "call-machine.md"
DRAWING = FOLDER / "call-machine.svg"

_HEAD = """# The call machine

What happens in a call, from the first word to the end. `tuidang/phone/call.py` follows this table and knows
no clock and no network: an event goes in, commands come out, and what happened can be replayed from a list of
events. This page and its drawing are written by `tests/call_page.py` from the very table that the machine
follows; a test compares them.

![Places of a call and the ways between them](call-machine.svg)

How to read it:

- A key works **at any time**, into what is being said too. A second press of a key within 0.6 seconds of the
  one that led somewhere is the same press: hands tremble, and carriers send a key twice.
- **silence**: the seconds passed in which the place waits. Where it has no row for it, the question is asked
  again (after `again`), as often as the place says; then comes **unanswered**. A key without meaning counts
  as a silence where it is answered (`wrong`), and is passed over elsewhere.
- **played**: all that is said there was heard. If nobody ever says so, the call goes on after 90 seconds (a
  message: 1,830); only the reading back then breaks off (**unplayed**): nobody confirms what he may not have
  heard.
- **failed**: what is to be stored is not stored, as far as we know. That is said, and it is tried again, six
  times at most while somebody waits, and after the call until it holds. The same confirmation told twice is
  one.
- **hung up** ends the call anywhere. What was commanded is carried out; what was not confirmed is forgotten.
- **0** is asked about once, wherever it is pressed: 0 again, silence, or hanging up is the yes; any other key
  the no. Whoever wants peace needs one press, and a slip of the finger costs nobody a call that he wanted.
- **too long**: after 90 minutes, or 3,000 events, a call is closed kindly; twenty people who hear everything
  as often as they may need fewer.
- *back* is where key 8 or 0 was pressed within a statement, else the menu; *ended* hangs up. The first row
  whose condition holds is taken.

What the names in `code` say, in Mandarin and English, is in `tuidang/phone/prompts.py`.
"""


def render_page() -> str:
    """Write the page."""
    parts = [_HEAD, "## Places\n", _places(), "## In any place where no question is open\n"]
    parts += [_listed(OPEN), _rows(row for row in TABLE if row.at is OPEN[0] and _is_common(row))]
    parts += ["## Within a statement\n", _listed(STATEMENT)]
    parts += [_rows(row for row in TABLE if row.at is STATEMENT[0] and _is_common(row))]
    parts += ["## Each place\n", _rows((row for row in TABLE if not _is_common(row)), with_place=True)]
    return "\n".join(parts)


def _is_common(row: Row) -> bool:
    """Tell whether all places of a group have this row."""
    return any(row.at in group and all(_has(at, row) for at in group) for group in (OPEN, STATEMENT))


def _has(at: At, row: Row) -> bool:
    same = ((other.do, other.when, other.to) for other in ROWS.get((at, row.on), ()))
    return (row.do, row.when, row.to) in same


def _places() -> str:
    lines = [
        "| place | what is said | seconds waited | asked | a key without meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for at in At:
        if at in {At.BACK, At.STAY, At.ENDED}:
            continue
        here = place(at)
        says = _first_line(SAYS[at]).removeprefix("Say ").rstrip(".") if at in SAYS else ""
        wait = f"{here.silence:g}" if here.silence else ""
        times = str(here.times) if here.silence and (at, "unanswered") in ROWS else ""
        wrong = "is answered" if here.strict else "is passed over"
        lines.append(f"| {at} | {says} | {wait} | {times} | {wrong} |")
    return "\n".join(lines) + "\n"


def _listed(places: tuple[At, ...]) -> str:
    return f"{', '.join(places)}.\n".capitalize()


def _rows(rows: Iterable[Row], *, with_place: bool = False) -> str:
    head = ["on", "if", "is done", "goes to"]
    lines = []
    for row in rows:
        cells = [
            f"**{row.on}**" if len(row.on) == 1 else row.on,
            _first_line(row.when).rstrip(".") if row.when else "",
            _first_line(row.do).rstrip(".") if row.do else "",
            f"*{row.to}*" if row.to in {At.BACK, At.STAY, At.ENDED} else row.to,
        ]
        lines.append([row.at, *cells] if with_place else cells)
    head = ["place", *head] if with_place else head
    table = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in table) + "\n"


def _first_line(what: object) -> str:
    return (what.__doc__ or "").splitlines()[0]


# The drawing: where each place stands is ours, every way between two places is the table's.

_WIDE, _HIGH = 196, 92  # of a cell
_BOX_WIDE = 156
_LINE = 13
_SPOTS: dict[At, tuple[float, float]] = {
    At.RINGING: (0, 0),
    At.MESSAGE: (0, 1),
    At.MENU: (0, 2),
    At.NO_MORE: (0, 3),
    At.FULL: (0, 4),
    At.UNFINISHED: (0, 5),
    At.GOODBYE: (0, 6),
    At.CLOSING: (0, 7.3),
    At.ORGS: (1.15, 1),
    At.CHOSEN: (1.15, 2),
    At.ALIAS: (1.15, 3),
    At.MORE: (1.15, 4),
    At.READ_BACK: (1.15, 5),
    At.CONFIRM: (1.15, 6),
    At.STORING: (1.15, 7.3),
    At.STORING_LATE: (2.32, 7.3),
    At.STORING_UNSURE: (2.32, 8.3),
    At.STORED: (2.32, 6),
    At.RECEIPT: (2.32, 5),
    At.RECEIPTS_END: (2.32, 4),
    At.REACHING: (3.4, 0),
    At.WITH_PERSON: (2.32, 0),
    At.PERSON: (3.4, 1),
    At.NOBODY: (4.62, 0),
    At.HOURS: (3.4, 2),
    At.CALL_BACK: (3.4, 3),
    At.CALL_BACK_DONE: (3.4, 4),
    At.CALL_BACK_LATE: (3.4, 5),
    At.CALL_BACK_UNSURE: (3.4, 6),
    At.PIN: (4.62, 1),
    At.PIN_READ: (4.62, 2),
    At.PIN_LATE: (4.62, 3),
    At.PIN_UNSURE: (4.62, 4),
    At.NEVER_SURE: (3.4, 7.3),
    At.NEVER: (4.62, 7.3),
    At.NEVER_DONE: (4.62, 8.3),
    At.NEVER_LATE: (3.4, 8.3),
    At.NEVER_UNSURE: (3.4, 9.3),
}
_STORE = {At.STORING, At.CALL_BACK, At.PIN, At.NEVER}
_STYLE = (
    "text{fill:#222;font-size:12px}.k{font-size:10.5px;fill:#7a3b00;paint-order:stroke;stroke:#fff;stroke-width:4px}"
    ".n{fill:#6a6a6a;font-size:9.5px}path{fill:none;stroke:#888}"
)
_ARROW = (
    '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" style="fill:#888;stroke:none"/></marker></defs>'
)


def render_drawing() -> str:
    """Draw the places with arrows to their neighbours; ways to places further off are written in the box."""
    width, height = round(5.55 * _WIDE), round(10.1 * _HIGH)
    near: dict[tuple[At, At], list[str]] = {}
    far: dict[At, dict[At, list[str]]] = {}
    for row in TABLE:
        if row.to in {At.STAY, row.at} or _is_common(row):
            continue
        ways = near.setdefault((row.at, row.to), []) if _are_neighbours(row) else None
        if ways is None:
            ways = far.setdefault(row.at, {}).setdefault(row.to, [])
        if row.on not in ways:
            ways.append(row.on)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f"<title>Places of a call and the ways between them</title><style>{_STYLE}</style>{_ARROW}",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        _group(OPEN, "1, 8, 9, 0 at any time", "#f1f6ec"),
        _group(STATEMENT, "within a statement 8 and 0 at any time, and back", "#f7f1e6"),
        *(_arrow(one, other, ", ".join(labels)) for (one, other), labels in near.items()),
        *(_box(at, far.get(at, {})) for at in _SPOTS),
    ]
    return "\n".join(parts) + "\n</svg>\n"


def _are_neighbours(row: Row) -> bool:
    if row.to not in _SPOTS:
        return False
    (column, line), (other_column, other_line) = _SPOTS[row.at], _SPOTS[row.to]
    columns, lines = abs(column - other_column), abs(line - other_line)
    return (columns < 0.1 and lines < 1.4) or (columns < 1.3 and lines < 0.1)


def _centre(at: At) -> tuple[float, float]:
    column, line = _SPOTS[at]
    return 20 + column * _WIDE + _BOX_WIDE / 2, 44 + line * _HIGH


def _half(at: At) -> float:
    ways = {row.to for row in TABLE if row.at is at and not _is_common(row) and not _are_neighbours(row)}
    return 15 + _LINE / 2 * len(ways - {At.STAY, at})


def _box(at: At, far: dict[At, list[str]]) -> str:
    (x, y), half = _centre(at), _half(at)
    fill = "#d9ebcf" if at in _STORE else "#fff"
    lines = [f"{', '.join(labels)} → {other}" for other, labels in far.items()]
    texts = [f'<text x="{x:g}" y="{y - half + 19:g}" text-anchor="middle">{at}</text>']
    texts += [
        f'<text class="n" x="{x:g}" y="{y - half + 19 + _LINE * number:g}" text-anchor="middle">{line}</text>'
        for number, line in enumerate(lines, 1)
    ]
    place_ = f'x="{x - _BOX_WIDE / 2:g}" y="{y - half:g}" width="{_BOX_WIDE}" height="{2 * half:g}"'
    return f'<rect {place_} rx="7" fill="{fill}" stroke="#555"/>' + "".join(texts)


def _group(places: tuple[At, ...], label: str, fill: str) -> str:
    centres = [_centre(at) for at in places]
    left, right = min(x for x, _ in centres) - 86, max(x for x, _ in centres) + 86
    top, bottom = min(y for _, y in centres) - 50, max(y for _, y in centres) + 54
    place_ = f'x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}"'
    text = f'<text class="n" x="{left + 8:g}" y="{bottom - 8:g}">{label}</text>'
    return f'<rect {place_} rx="12" fill="{fill}"/>{text}'


def _arrow(one: At, other: At, label: str) -> str:
    (x1, y1), (x2, y2) = _centre(one), _centre(other)
    if abs(x1 - x2) < 1:
        side = 1 if y2 > y1 else -1
        shift = 16 * side if _answered_by(one, other) else 0
        x1, x2, y1, y2 = x1 + shift, x2 + shift, y1 + side * _half(one), y2 - side * _half(other)
        anchor = "middle" if not shift else "start" if side > 0 else "end"
        x, y = x1 + (4 * side if shift else 0), (y1 + y2) / 2 + 4
    else:
        side = 1 if x2 > x1 else -1
        shift = 12 * side if _answered_by(one, other) else 0
        x1, x2 = x1 + side * _BOX_WIDE / 2, x2 - side * _BOX_WIDE / 2
        y1 = y2 = y1 + shift
        anchor, x, y = "middle", (x1 + x2) / 2, y1 + 13 if shift > 0 else y1 - 4
    line = f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" marker-end="url(#a)"/>'
    return f'{line}<text class="k" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{label}</text>'


def _answered_by(one: At, other: At) -> bool:
    return any(row.at is other and row.to is one and not _is_common(row) for row in TABLE)


def write() -> None:
    """Write both files."""
    PAGE.write_text(render_page())
    DRAWING.write_text(render_drawing())


if __name__ == "__main__":
    write()
