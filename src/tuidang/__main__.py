"""Let `python -m tuidang` be the command `tuidang`."""

from tuidang.cli import main

main()
