"""The description of the interface agrees with the code where it repeats it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
from django.urls import resolve

from tuidang.privacy.regions import LANGS, REGIONS
from tuidang.register.actions.owner import OwnState
from tuidang.register.api.endpoint import BODY_BYTES
from tuidang.register.api.values import LISTED, MOST_LISTED
from tuidang.register.api.views import anything_else
from tuidang.register.folder.search import State
from tuidang.register.rules.form import MAX_NAME, MAX_PLACE, MAX_TEXT, ORGS

DOCUMENT: dict[str, Any] = json.loads(files("tuidang.register.api").joinpath("openapi.json").read_bytes())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def test_codes_are_those_of_the_register() -> None:
    assert SCHEMAS["Region"]["enum"] == list(REGIONS)
    assert SCHEMAS["Organisation"]["enum"] == list(ORGS)
    assert SCHEMAS["Lang"]["enum"] == list(LANGS)
    assert SCHEMAS["OwnStatement"]["properties"]["state"]["enum"] == [state.value for state in OwnState]
    for listed in ("Statement", "ListedStatement"):
        assert SCHEMAS[listed]["properties"]["state"]["enum"] == [state.value for state in State]


def test_bounds_are_those_of_the_form() -> None:
    fields = SCHEMAS["NewStatement"]["properties"]
    assert (fields["name"]["maxLength"], fields["place"]["maxLength"]) == (MAX_NAME, MAX_PLACE)
    assert fields["text"]["maxLength"] == MAX_TEXT
    limit = next(
        p for p in DOCUMENT["paths"]["/api/v1/statements"]["get"]["parameters"] if p["name"] == "limit"
    )
    pattern = re.compile(limit["schema"]["pattern"])
    assert [n for n in range(-1, 1002) if pattern.fullmatch(str(n))] == list(range(1, MOST_LISTED + 1))
    assert limit["schema"]["default"] == str(LISTED)
    assert f"{BODY_BYTES // 1024} KiB" in DOCUMENT["components"]["responses"]["TooLarge"]["description"]


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_every_described_address_is_served(path: str) -> None:
    assert resolve(path.replace("{index}", "7")).func is not anything_else


def test_every_reference_leads_somewhere() -> None:
    for pointer in re.findall(r'"#(/[^"]+)"', json.dumps(DOCUMENT)):
        place: Any = DOCUMENT
        for step in pointer[1:].split("/"):
            place = place[step]
