"""What Google's lists change in the catalogue, and what they do not."""

from dataclasses import replace

import pytest

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_discovery import DiscoveredModel, Lists, discovered

KEYS, ASSIST, VERTEX = "gemini-api", "code-assist", "vertex"
BOTH = Model("both", frozenset({KEYS, ASSIST}), wire_id={ASSIST: "both-old"})
ONLY = Model("only", frozenset({KEYS, VERTEX}))
CATALOGUE = Catalogue({BOTH.id: BOTH, ONLY.id: ONLY})
CHAT = ("generateContent", "countTokens", "createCachedContent")


def listed(*ids: str, complete: bool = True, adds: bool = True, methods: tuple[str, ...] = CHAT) -> Lists:
    return Lists(tuple(DiscoveredModel(name, 100, 10, methods, thinks=True) for name in ids), complete, adds)


def buckets(*ids: str) -> Lists:
    return Lists(tuple(map(DiscoveredModel, ids)), complete=True, adds=False)


def test_without_lists_nothing_changes() -> None:
    assert discovered(CATALOGUE, {}, {KEYS}) == CATALOGUE
    assert discovered(CATALOGUE, {KEYS: listed()}, {KEYS}) == CATALOGUE


def test_google_tells_the_true_sizes_and_methods() -> None:
    model = discovered(CATALOGUE, {KEYS: listed("both", "only")}, {KEYS}).models["both"]
    assert (model.input_limit, model.output_limit, model.methods) == (100, 10, ("generateContent", "countTokens"))
    assert model.thinks


def test_a_list_without_sizes_leaves_them() -> None:
    catalogue = Catalogue({BOTH.id: replace(BOTH, input_limit=7)})
    assert discovered(catalogue, {ASSIST: buckets("both-old")}, {ASSIST}) == catalogue


def test_a_backend_that_does_not_list_a_model_is_not_asked_for_it() -> None:
    told = {KEYS: listed("only"), ASSIST: buckets("both-old")}
    after = discovered(CATALOGUE, told, {KEYS, ASSIST})
    assert after.models["both"].backends == {ASSIST} and not after.unlisted
    told = {KEYS: listed("both"), ASSIST: buckets("other")}
    assert discovered(CATALOGUE, told, {KEYS, ASSIST}).models["both"].backends == {KEYS}


def test_what_nobody_lists_is_hidden_and_still_goes_to_those_that_could_serve_it() -> None:
    after = discovered(CATALOGUE, {KEYS: listed("both")}, {KEYS})
    assert after.unlisted == {"only"} and after.models["only"].backends == {KEYS, VERTEX}
    assert discovered(CATALOGUE, {KEYS: listed("both")}, {KEYS, VERTEX}).models["only"].backends == {VERTEX}


def test_an_incomplete_list_takes_nothing_away() -> None:
    after = discovered(CATALOGUE, {KEYS: listed("both", "new", complete=False)}, {KEYS})
    assert after.models["only"] == ONLY and not after.unlisted and "new" in after.models


def test_the_persons_own_entries_stay_as_written() -> None:
    catalogue = Catalogue({"both": replace(BOTH, own=True), "mine": Model("mine", frozenset({KEYS}), own=True)})
    after = discovered(catalogue, {KEYS: listed("both")}, {KEYS})
    assert after.models == catalogue.models and not after.unlisted


def test_a_new_model_is_served_by_the_backend_that_lists_it() -> None:
    new = discovered(CATALOGUE, {KEYS: listed("both", "only", "fresh")}, {KEYS}).models["fresh"]
    assert (new.backends, new.input_limit, new.output_limit, new.abilities.thinking) == ({KEYS}, 100, 10, "none")
    assert new.thinks


def test_two_backends_may_list_the_same_new_model() -> None:
    told = {KEYS: listed("fresh"), VERTEX: listed("fresh")}
    assert discovered(CATALOGUE, told, {KEYS, VERTEX}).models["fresh"].backends == {KEYS, VERTEX}


def test_what_cannot_chat_or_has_a_name_here_is_not_added() -> None:
    catalogue = replace(CATALOGUE, aliases={"gpt": "both"})
    told = {KEYS: listed("both", "only", "gpt", "tunedModels/x", ""), ASSIST: buckets("both-old", "hidden")}
    assert discovered(catalogue, told, {KEYS, ASSIST}).models.keys() == catalogue.models.keys()
    assert (
        "makes-video" not in discovered(CATALOGUE, {KEYS: listed("makes-video", methods=("predict",))}, {KEYS}).models
    )


def test_a_model_that_only_embeds_is_listed_as_such() -> None:
    model = discovered(CATALOGUE, {KEYS: listed("embeds", methods=("embedContent", "countTokens"))}, {KEYS}).models[
        "embeds"
    ]
    assert not model.chats and "embedContent" in model.methods


OLD = Model("old", frozenset({KEYS, VERTEX}), abilities=Abilities("old", "budget", budget_max=9), successor="heir",
            ends={KEYS: "2026-12-01", VERTEX: "2026-10-20"})  # fmt: skip
HEIR = Model("heir", frozenset({KEYS}), abilities=Abilities("heir", "level", ("LOW",)), version=(3, 8))
DATED = Catalogue({"old": OLD, "heir": HEIR})


def test_a_model_is_not_asked_for_where_its_date_has_come() -> None:
    assert discovered(DATED, {}, {KEYS, VERTEX}, "2026-10-19").models["old"] == OLD
    assert discovered(DATED, {}, {KEYS, VERTEX}, "2026-10-20").models["old"].backends == {KEYS}


@pytest.mark.parametrize("present", [{VERTEX}, {KEYS, VERTEX}, set()])
def test_ended_everywhere_it_is_still_sent_and_thinks_as_the_model_that_answers(present: set[str]) -> None:
    """Dates refuse nothing: Google answers for some ended models with their successor, by the successor's rules."""
    model = discovered(DATED, {}, present, "2026-12-01").models["old"]
    assert model.backends == OLD.backends and model.id == "old"
    assert (model.abilities, model.version) == (replace(HEIR.abilities, model="old"), (3, 8))


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("gemini-4-pro", "level"),
        ("gemini-5-xenon", "level"),
        ("gemini-3.9-flash-lite", "level"),
        ("gemini-12-flash-preview-05", "level"),
        ("gemini-3.1-pro-preview-customtools", "level"),
        ("gemini-2.5-flash-preview", "none"),
        ("gemini-3-pro-image", "none"),
        ("gemini-3.1-flash-tts", "none"),
        ("gemma-4-31b-it", "none"),
    ],
)
def test_thinking_is_guessed_only_where_the_name_makes_it_certain(name: str, style: str) -> None:
    found = discovered(CATALOGUE, {KEYS: listed(name)}, {KEYS}).models[name].abilities
    assert found.thinking == style and bool(found.levels) == (style == "level")
