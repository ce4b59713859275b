"""The demo's scripts: steps, and mistakes that name their line."""

from pathlib import Path

import pytest

from gcli2api_tui.demo import script
from gcli2api_tui.demo.script import Step, steps
from gcli2api_tui.events.problems import SettingsFault


def test_lines_become_steps_and_several_keys_several_of_them() -> None:
    text = "# a comment\n\nwait 5/6 ready\n press r enter\npause 2.5\ntrouble storm\ntab use\ntype is:retried x\n"
    assert steps(text) == (
        Step("wait", "5/6 ready", 3), Step("press", "r", 4), Step("press", "enter", 4), Step("pause", "2.5", 5),
        Step("trouble", "storm", 6), Step("tab", "use", 7), Step("type", "is:retried x", 8),
    )  # fmt: skip


@pytest.mark.parametrize("line", ["jump", "press", "pause soon", "trouble nothing", "tab there"])
def test_a_mistake_names_its_line(line: str) -> None:
    with pytest.raises(SettingsFault) as raised:
        steps(f"wait DEMO\n{line}")
    assert "Line 2" in raised.value.sentence and line in raised.value.sentence


def test_the_shipped_one_is_good_and_a_missing_one_is_told(tmp_path: Path) -> None:
    assert len(script.read("tour")) > 10
    with pytest.raises(SettingsFault):
        script.read(str(tmp_path / "none"))
