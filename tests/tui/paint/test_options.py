"""Settings as lines: exact at every width, in both languages; sources and what they mean; environment lines."""

import shlex

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tui.conftest import setting_rows

from gcli2api_tui.config.settings import FIELDS, GROUPS
from gcli2api_tui.ledger.admin_rows import SettingRow
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.options import Heading, about, as_variables, entries, found, one_line, wrong
from gcli2api_tui.tui.words import Words
from gcli2api_tui.tui.words.chinese import CHINESE
from gcli2api_tui.tui.words.english import ENGLISH


def look(language: str = "en") -> Look:
    return Look(Words(language))


def text(*lines: Line) -> str:
    return "\n".join("".join(run for run, _ in line).rstrip() for line in lines)


def row(name: str = "hold_s", **values: str) -> SettingRow:
    (found_row,) = [one for one in setting_rows(**values) if one.name == name]
    return found_row


@settings(deadline=None, max_examples=examples(40))
@given(width=st.integers(20, 200), language=st.sampled_from(["en", "zh"]))
def test_every_line_is_exactly_as_wide(width: int, language: str) -> None:
    for entry in entries(setting_rows()):
        lines = [one_line(entry, width, look(language)), *about(entry, width, look(language))]
        assert {width_of(line) for line in lines} == {width}
    assert {width_of(line) for line in wrong("no such thing " * 9, width)} == {width}


def test_each_group_has_its_heading_and_its_settings_below() -> None:
    shown = entries(setting_rows())
    groups = [entry.group for entry in shown if isinstance(entry, Heading)]
    assert len(groups) == len(set(groups)) and set(groups) == {one.group for one in setting_rows()}
    assert {entry.name for entry in shown if isinstance(entry, SettingRow)} == FIELDS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_is_explained_in_chinese_and_every_group_has_a_name(name: str) -> None:
    assert CHINESE[f"help.{name}"] and ENGLISH[f"help.{name}"] == FIELDS[name].metadata["help"]
    assert CHINESE[f"help.{name}"] != FIELDS[name].metadata["help"]
    assert {f"group.{group}" for group in GROUPS} <= CHINESE.keys()


@pytest.mark.parametrize("width", [45, 80, 160])
def test_the_row_says_value_and_when_a_change_acts(width: int) -> None:
    shown = text(one_line(row(hold_s="12"), width, look()))
    assert "hold_s" in shown and " 12 " in shown and shown.endswith("live")
    assert text(one_line(row("oauth_base_url"), width, look())).endswith("restart")


def test_what_waits_for_a_restart_and_what_is_held_say_so() -> None:
    assert "after restart" in text(one_line(row("vertex_base_url"), 80, look()))
    assert "After a restart" in text(*about(row("vertex_base_url"), 80, look()))
    assert "A flag holds it" in text(*about(row("port"), 80, look()))
    held = text(*about(row("host"), 200, look()))
    assert "env HOST" in held and "Change HOST there" in held and "would not act" in held


def test_a_masked_secret_is_a_comment_that_no_shell_takes() -> None:
    lines = [line for line in as_variables(setting_rows(password="••••")).splitlines() if "_PASSWORD" in line]
    assert lines and all(line.startswith("# ") for line in lines)


def test_environment_lines_are_read_by_a_shell_and_defaults_are_comments() -> None:
    rows = [row("aliases", aliases="gpt-*=m, it's=n"), row(hold_s="12"), row("attempts")]
    lines = as_variables(rows).splitlines()
    assert [shlex.split(line, comments=True) for line in lines] == [
        ["GCLI2API_ALIASES=gpt-*=m, it's=n"], ["GCLI2API_HOLD_S=12"], []
    ]  # fmt: skip


@pytest.mark.parametrize(("wanted", "name"), [("RETRY_AFTER", "retry_after_max_s"), ("quota-aware", "strategy"),
                                              ("语言", "language"), ("从网络", "fetch_images")])  # fmt: skip
def test_finding_looks_at_names_values_and_words(wanted: str, name: str) -> None:
    assert name in [one.name for one in found(setting_rows(), wanted, look("zh"))]
    assert found(setting_rows(), "no such thing", look()) == []
