"""The interface keeps what its description says, for requests that fit it and for requests that do not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from reading_cast import Register, Statement
from tuidang.privacy.fold import fold
from tuidang.register.folder.records import Erased, Uncounted, UncountedReason
from tuidang.register.rules.characters import has_forbidden, seen_length, tidy_line, tidy_text

_anything = st.characters(exclude_categories=["C", "M"])
_LINES = st.text(_anything, max_size=60).filter(lambda line: not has_forbidden(tidy_line(line)))

# What the description says in words, and a schema cannot: which characters a public line or text may hold.
schemathesis.openapi.format(
    "public-name",
    _LINES.filter(lambda name: len(name) <= 40 and fold(tidy_line(name)) and seen_length(name) <= 40),
)
schemathesis.openapi.format("public-line", _LINES)
schemathesis.openapi.format(
    "public-text",
    st.text(_anything, max_size=200).filter(lambda text: not has_forbidden(tidy_text(text), newlines=True)),
)

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture
def published(register: Path) -> Iterator[None]:
    """Publish something of each kind; keep the test’s own connection open, as Django’s test client does."""
    shutil.rmtree(register)
    cast = Register(register)
    cast.publish(Statement("金福", "我退出。", region="CN-SC"), Statement("老孙"), Statement("万顺"))
    cast.publish(Erased(0), Uncounted(1, UncountedReason.FORGED))
    cast.erase(0)
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)
@pytest.mark.usefixtures("published")
def test_the_interface_is_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Accept-Encoding": "identity"})
