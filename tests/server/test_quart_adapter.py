"""Rules that only match: the app is built without compiling what nobody asks for."""

from typing import Any

import pytest
from werkzeug.routing import Rule


def test_building_the_app_compiles_no_address_and_one_that_is_asked_for_is_right(
    monkeypatch: pytest.MonkeyPatch, runtime: Any
) -> None:
    """The name is werkzeug's own: this fails when another version no longer asks for it there."""
    asked: list[str] = []
    real = Rule._compile_builder

    def counted(rule: Rule, append_unknown: bool = True) -> Any:
        asked.append(rule.rule)
        return real(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    app = type(runtime)().app
    assert asked == [] and len(list(app.url_map.iter_rules())) > 100
    rule = next(one for one in app.url_map.iter_rules() if one.arguments == {"name"})
    built = rule.build({"name": "a b", "page": "2"})
    assert built is not None and built[1] == rule.rule.partition("<")[0] + "a%20b?page=2"
    assert asked == [rule.rule]
