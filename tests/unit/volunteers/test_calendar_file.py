"""The calendar file is read by a foreign program as it was meant, and says nothing about what it holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tuidang.volunteers.shifts.calendar_file import calendar_file
from tuidang.volunteers.shifts.rules import QUARTER, Span

DAY = date(2027, 5, 3)
MOMENTS = st.integers(0, 10_000).map(lambda n: datetime(2027, 1, 1, tzinfo=UTC) + n * QUARTER)
SPANS = st.builds(lambda start, n: Span(start, start + n * QUARTER), MOMENTS, st.integers(1, 48))
TITLES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120)


@given(st.lists(SPANS, max_size=20), TITLES)
def test_a_foreign_reader_finds_every_shift_at_its_moment(spans: list[Span], title: str) -> None:
    written = calendar_file([(f"key-{n}", span) for n, span in enumerate(spans)], title, DAY)
    events = Calendar.from_ical(written).walk("VEVENT")
    assert [(event.decoded("DTSTART"), event.decoded("DTEND")) for event in events] == [
        (span.start, span.end) for span in spans
    ]
    assert [str(event["UID"]) for event in events] == [f"key-{n}" for n in range(len(spans))]
    assert {str(event["SUMMARY"]) for event in events} <= {title}


@given(st.lists(SPANS, max_size=3), TITLES)
def test_lines_end_and_break_as_the_standard_asks(spans: list[Span], title: str) -> None:
    written = calendar_file([(f"key-{n}", span) for n, span in enumerate(spans)], title, DAY)
    lines = written.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    assert all(line.decode() for line in lines)


def test_it_names_nobody_links_nowhere_and_is_stamped_with_a_day() -> None:
    span = Span(datetime(2027, 5, 4, 19, tzinfo=UTC), datetime(2027, 5, 4, 20, tzinfo=UTC))
    written = calendar_file([("5f0c", span)], "Appointment", DAY)
    event = Calendar.from_ical(written).walk("VEVENT")[0]
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}
    assert event.decoded("DTSTAMP") == datetime(2027, 5, 3, tzinfo=UTC)
    assert event["CLASS"] == "PRIVATE"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
    assert b"tuidang" not in written.lower()
    assert b"http" not in written
