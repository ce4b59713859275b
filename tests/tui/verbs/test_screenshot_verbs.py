"""`w` saves the screen: what a person sees, without what is theirs, and without touching what they see."""

from typing import Any
from xml.etree import ElementTree

from alone import shown, until
from rich.style import Style
from textual.strip import Segment, Strip

from gcli2api_tui.clock import Clock
from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.verbs.screenshot_verbs import as_svg, as_text
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable

SECRETS = ("alice", "bob@", "carol", "dave", "erin", "frank", "proj-", "sk-for")


def saved(control: Any) -> Any:
    return next((argument for verb, argument in control.calls if verb == "save_screen"), None)


async def test_what_is_saved_is_this_tab_with_all_names_hidden(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "down", "down")
        await until(pilot, lambda: "alice" in shown(panel))
        await pilot.press("w")
        await until(pilot, lambda: saved(control) is not None)
        svg, text = saved(control)
        assert "alice" in shown(panel) and panel.focused is panel.query_one(CredentialTable)
        assert panel.query_one(CredentialTable).cursor == 2, "the person's own screen stays"
    assert "PRIVATE" in text and "Credentials" in text and "a•••e" in text
    for one in (svg.replace("rendering", ""), text):
        assert not [word for word in SECRETS if word in one]
    lines = text.splitlines()
    assert len(lines) == 24 and max(map(len, lines)) <= 80


async def test_where_w_writes_something_else_it_is_had_by_name(reader: Any, control: Any) -> None:
    reader.passages = [Passage("answer", "translated")]
    panel = Panel(reader, control, Clock(), refresh_hz=50, language="zh")
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r", "slash", *"alice", "enter", "g", "enter", "colon")
        await until(pilot, lambda: panel.screen.query("PickList"))
        await pilot.press(*"保存屏幕", "enter")
        await until(pilot, lambda: saved(control) is not None)
        assert "••••" in saved(control)[1] and "translate" not in saved(control)[1], "the opened one, hidden"
        assert not [one for one in saved(control) if "alice" in one], "what was searched for neither"
        verbs = {verb for verb, _ in control.calls}
        assert verbs == {"save_screen"}, "the panel that is looked at does nothing by itself"


def test_a_picture_asks_nobody_for_anything_and_holds_what_stood_there() -> None:
    strips = [Strip([Segment("<a&b> ", Style(color="red")), Segment("老李")]), Strip([Segment("  end   ")])]
    svg = as_svg(strips)
    tree = ElementTree.fromstring(svg)
    assert "url(http" not in svg.replace("'", "").replace('"', "") and "<script" not in svg
    said = "".join(tree.itertext()).replace("\xa0", " ")
    assert "<a&b>" in said and "老李" in said and "end" in said
    assert as_text(strips) == "<a&b> 老李\n  end\n"
