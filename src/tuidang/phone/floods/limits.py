"""The figures of the rules against floods; why these is in docs/explanation/floods.md."""

from __future__ import annotations

from typing import Final

DAY_BEGINS: Final = 20 * 3600  # UTC, seconds: four in the morning in China, when the fewest call

# Of one source: each counts one, and an hour later an e-th.
CHALLENGED: Final = 6.0  # calls from which on it is challenged at any level
FLOODING: Final = 30.0  # calls from which on a message is all there is
REFUSED: Final = 60.0  # calls from which on it hears busy in a storm
ENTERED: Final = 8.0  # calls that came to the queue; then a message is all there is
FREQUENT: Final = 5.0  # the same for a caller marked frequent, who is told so kindly
FADES: Final = 3600.0

KNOWN: Final = 2.0  # the same, up to which one who is known goes first
HEARD: Final = 150.0  # seconds of talk without a mark that make a source known
SILENT_CALLS: Final = (
    4.0  # without a sound, or ended as a volunteer answered, until a message is all there is
)
RETURNS: Final = (
    4.0  # calls up to which who calls again is taken for somebody who failed the challenge by mishap
)
RETURNS_AFTER: Final = 60.0  # seconds

# Marks.
MARKS_AT_ONCE: Final = 10.0  # of one volunteer
MARKS_AN_HOUR: Final = 30.0
VOLUNTEERS_BLOCKING: Final = 2  # whose hostile marks together leave a source messages only
MARKS_COUNTING: Final = 3  # of one volunteer against one pattern

# Numbers that are typed to be called back, an hour.
TYPED: Final = 3.0  # by one source
TYPED_BY_WITHHELD: Final = 12.0  # by all who show no number
TYPED_BY_ALL: Final = 30.0

# The level, in calls beyond what can be taken: for each volunteer on duty, and at least.
CALLS_A_DESK: Final = 10.0  # an hour
BEYOND_FADES: Final = 600.0
WATCHFUL: Final = (1.0, 6.0)
FLOODED: Final = (2.0, 12.0)
STORM: Final = (6.0, 30.0)
FALLS_AT: Final = 0.5  # of what made it rise
USUAL_COUNTS: Final = 2.0  # times the volunteers' capacity that a usual rush may raise it

# Patterns.
PATTERN_FADES: Final = 3600.0
ENOUGH: Final = 8.0  # hostile calls before any pattern counts
EVENLY: Final = 0.02  # share of calls below which a pattern says little
DOUBT: Final = 10.0  # heard calls that what is not known of a common pattern weighs
SUSPECT: Final = 3.0  # times as common among hostile calls as among heard ones
LAST: Final = 20.0  # likewise, by far

# Volunteers who stay free for others when a call of that rank is answered; of all on duty.
FREE_FOR_OTHERS: Final = 0.2

# What is remembered at most.
SOURCES: Final = 50_000
KEPT_SOURCES: Final = 20_000  # who talked
PATTERNS: Final = 20_000
MARKS: Final = 2_000
WISHES: Final = 20_000  # numbers to be called back, or rung
