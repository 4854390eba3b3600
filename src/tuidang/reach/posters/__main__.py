"""Make one sheet in a process of its own: an order on standard input, the sheet on standard output."""

from __future__ import annotations

import json
import sys
from typing import Final

from tuidang.reach.posters.layout import lay_out
from tuidang.reach.posters.picture import picture
from tuidang.reach.posters.printfile import print_file
from tuidang.reach.posters.values import NoGlyph, Order, Sheet, TooLong

REFUSED: Final = 3  # the exit code; why stands on standard output


def main() -> int:
    """Make it in the form that the one argument names: check (nothing comes), svg or pdf."""
    given = json.load(sys.stdin)
    order = Order(**{**given, "sheet": Sheet(given["sheet"])})
    try:
        match sys.argv[1]:
            case "svg":
                made = picture(order, order.code).encode()
            case "pdf":
                made = print_file(order)
            case _:
                made = b""
                lay_out(order)
    except TooLong as error:
        print(json.dumps({"long": error.field}))  # noqa: T201 -- read by whoever started us
        return REFUSED
    except NoGlyph as error:
        print(json.dumps({"sign": error.sign}))  # noqa: T201 -- likewise
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
