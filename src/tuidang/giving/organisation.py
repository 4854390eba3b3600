"""Who receives gifts, as the settings say."""

from __future__ import annotations

from django.conf import settings

from tuidang.giving.rules.letter import Organisation


def organisation() -> Organisation | None:
    """Give who writes receipts; None until name, address and EIN are set."""
    options = settings.TUIDANG
    if not (options.giving_name and options.giving_address and options.giving_ein):
        return None
    return Organisation(options.giving_name, options.giving_address, options.giving_ein)


def asks_for_gifts() -> bool:
    """Tell whether the public page is open: who receives, and by what account, is set."""
    return organisation() is not None and bool(settings.TUIDANG.giving_bank)
