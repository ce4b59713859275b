"""Which glyphs are drawn: what the locale says, not what Python makes of it."""

import pytest

from gcli2api_tui.tui.paint.look import ASCII, FANCY, Glyphs, glyphs_for


@pytest.mark.parametrize(
    ("chosen", "environ", "glyphs"),
    [
        ("auto", {"LC_ALL": "C", "LANG": "en_US.UTF-8"}, ASCII),
        ("auto", {"LANG": "POSIX"}, ASCII),
        ("auto", {"LC_CTYPE": "zh_CN.GBK", "LANG": "en_US.UTF-8"}, ASCII),
        ("auto", {"LANG": "en_US.UTF-8"}, FANCY),
        ("auto", {"LC_ALL": "C.utf8"}, FANCY),
        ("auto", {}, FANCY),
        ("unicode", {"LC_ALL": "C"}, FANCY),
        ("ascii", {"LANG": "en_US.UTF-8"}, ASCII),
    ],
)
def test_the_locale_decides(chosen: str, environ: dict[str, str], glyphs: Glyphs) -> None:
    assert glyphs_for(chosen, environ, "utf-8") is glyphs
