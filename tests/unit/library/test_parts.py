"""A chapter is cut into parts that are light enough, and nothing is lost or doubled."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from markup import Markup
from tuidang.library.flow import Close, Flow, Open, as_html, as_plain, read_markdown
from tuidang.library.parts import split_flow, weigh

LIMIT = 2_000
HAN = [chr(code) for code in range(0x4E00, 0x9FA5)]


def noise(seed: int, length: int) -> str:
    """Return a text that cannot be compressed much."""
    return "".join(random.Random(seed).choices(HAN, k=length))


sentences = st.builds(
    lambda seed, n, end: noise(seed, n) + end, st.integers(), st.integers(1, 400), st.sampled_from("。！，")
)
words = st.one_of(
    sentences,
    st.text(max_size=30),
    sentences.map(lambda s: f"**{s}**"),
    sentences.map(lambda s: f"[{s}](https://a.example/{'x' * 60})"),
    sentences.map(lambda s: f"*一**{s}**二*"),
)
lines = st.lists(words, min_size=1, max_size=4).map("".join)
blocks = st.one_of(
    lines,
    lines.map(lambda line: f"# {line}"),
    st.lists(lines, min_size=1, max_size=5).map(lambda items: "\n".join(f"- {one}" for one in items)),
    st.lists(lines, min_size=1, max_size=5).map(
        lambda items: "\n".join(f"{n}. {one}" for n, one in enumerate(items, 4))
    ),
    lines.map(lambda line: f"> > {line}"),
    lines.map(lambda line: f"- a\n\n  > {line}\n\n  - b\n    1. {line}"),
    lines.map(lambda line: f"```\n{line}\n```"),
)
chapters = st.lists(blocks, max_size=12).map("\n\n".join).map(read_markdown)


def shown(flow: Flow) -> str:
    return "".join(as_plain(flow).split())


@settings(max_examples=60)
@given(chapters)
def test_no_words_are_lost_or_doubled_and_every_part_is_light_enough(flow: Flow) -> None:
    parts = split_flow(flow, LIMIT)
    assert "".join(map(shown, parts)) == shown(flow)
    assert all(weigh(part) <= LIMIT for part in parts)


@settings(max_examples=60)
@given(chapters)
def test_what_a_cut_goes_through_is_closed_and_opened_again(flow: Flow) -> None:
    for part in split_flow(flow, LIMIT):
        Markup(f"<div>{as_html(part)}</div>")  # raises where an element is not closed


def test_a_usual_chapter_is_one_part() -> None:
    flow = read_markdown("我今天自己决定退出。\n\n" * 40)
    assert split_flow(flow) == [flow]


def test_a_cut_falls_between_paragraphs() -> None:
    flow = read_markdown("\n\n".join(noise(n, 150) + "。" for n in range(20)))
    parts = split_flow(flow, LIMIT)
    assert len(parts) > 3
    assert all(part[0] == Open("p") and part[-1] == Close("p") for part in parts)


def test_a_paragraph_that_is_too_long_is_cut_at_a_sentence_and_marked_as_going_on() -> None:
    flow = read_markdown("".join(noise(n, 50) + "。" for n in range(60)))
    first, second, *_rest = split_flow(flow, LIMIT)
    assert as_html(first).endswith("。</p>")
    assert as_html(second).startswith('<p class="goes-on">')


def test_a_numbered_list_goes_on_with_its_number() -> None:
    flow = read_markdown("\n".join(f"{n}. {noise(n, 100)}。" for n in range(1, 31)))
    parts = split_flow(flow, LIMIT)
    assert as_html(parts[0]).startswith("<ol><li>")
    items = as_html(parts[0]).count("<li>")
    assert as_html(parts[1]).startswith(f'<ol start="{items + 1}"><li>')


def test_a_heading_goes_with_what_it_heads() -> None:
    flow = read_markdown("\n\n".join(f"# {n}\n\n{noise(n, 140)}。" for n in range(20)))
    for part in split_flow(flow, LIMIT):
        assert part[-1] == Close("p")


def test_nothing_is_one_empty_part() -> None:
    assert split_flow(()) == [()]
