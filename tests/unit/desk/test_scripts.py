"""What a volunteer may say: every situation in every language, and files that an editor can replace."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from tuidang.desk import scripts
from tuidang.desk.scripts import SITUATIONS, ScriptError, read_script, read_scripts
from tuidang.privacy.regions import LANGS, Lang


@pytest.mark.parametrize("language", LANGS)
def test_every_situation_has_a_text_and_a_key_of_its_own(language: Lang) -> None:
    read = read_scripts(language)
    assert [script.name for script in read] == [*SITUATIONS]
    assert len({script.key for script in read}) == len(read)
    assert [script.key for script in read] == [script.key for script in read_scripts("en")]
    assert all("<blockquote>" in script.body for script in read)
    assert all(len(script.body) < 2000 for script in read)


def test_marks_become_what_they_stand_for_and_nothing_else_does() -> None:
    with override("en"):
        script = read_script(
            "---\ntitle: Peace\nkey: a\n---\n> Say <b>this</b>.\n> And this.\n"
            "- one\n- two [safe](safe)\n## More\nwords\n",
            "peace",
        )
    assert script.body == (
        "<blockquote><p>Say &lt;b&gt;this&lt;/b&gt;.</p><p>And this.</p></blockquote>"
        '<ul><li>one</li><li>two <a href="/en/safe/" target="_blank" rel="noopener">safe</a></li></ul>'
        "<h3>More</h3><p>words</p>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "no head",
        "---\ntitle: x\n---\nwords",
        "---\ntitle: x\nkey: 1\n---\n",
        "---\ntitle: x\nkey: a\n---\n[a](desk)",
    ],
)
def test_an_editor_is_told_what_is_wrong(text: str) -> None:
    with pytest.raises(ScriptError, match=r"peace|link"):
        read_script(text, "peace")


def test_an_operator_s_own_text_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = tmp_path / "scripts" / "en"
    own.mkdir(parents=True)
    (own / "first.md").write_text("---\ntitle: Hello\nkey: f\n---\n> Our own words.\n", encoding="utf-8")
    (own / "hostile.md").write_text("without a head", encoding="utf-8")  # and a wrong one does not
    first, second, third, *_ = scripts._read_all(tmp_path / "scripts", "en")
    assert (first.title, second.title, third.title) == ("Hello", "Afraid", "Hostile")
