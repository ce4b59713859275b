"""Settings while a server runs: their rows, written and undone, refused where the file would not act."""

from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.config import settings_loading
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import FIELDS, GROUPS, Settings
from gcli2api_tui.control.setting_changes import SettingChanges
from gcli2api_tui.control.verb_results import Done, Refused
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import SettingRow
from gcli2api_tui.messages.message import say


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def changes(file: Path, environ: dict[str, str] | None = None, **flags: Any) -> SettingChanges:
    """As a server that starts now would have them."""
    loaded = settings_loading.load(file, environ or {}, flags)
    return SettingChanges(LiveSettings(loaded.settings), dict(loaded.sources), file, lambda name, chosen: None)


async def row(of: SettingChanges, name: str) -> SettingRow:
    (found,) = [one for one in await of.rows() if one.name == name]
    return found


async def test_there_is_a_row_for_each_setting_in_the_order_of_the_groups(file: Path) -> None:
    rows = await changes(file).rows()
    assert {one.name for one in rows} == FIELDS.keys()
    places = [GROUPS.index(one.group) for one in rows]
    assert places == sorted(places)


async def test_secrets_are_masked_in_all_that_is_told(file: Path) -> None:
    file.write_text('password = "sk-quite-secret"\n')
    of = changes(file)
    answer = await of.set("password", "sk-even-more-secret")
    seen = repr(await of.rows()) + repr(answer)
    assert "secret" not in seen.replace("oauth_client_secret", "").replace("secret'", "").replace("Its secret.", "")
    assert "sk-even-more-secret" in file.read_text()


async def test_where_a_value_comes_from(file: Path) -> None:
    file.write_text("hold_s = 5\nattempts = 2\n")
    of = changes(file, {"ATTEMPTS": "9", "GCLI2API_ATTEMPTS": "7"}, port=1)
    sources = {one.name: (one.value, one.source, one.held) for one in await of.rows()}
    assert sources["hold_s"] == ("5", "config.toml", False)
    assert sources["attempts"] == ("7", "GCLI2API_ATTEMPTS", True)
    assert sources["port"] == ("1", "flag", True)
    assert sources["strategy"] == ("quota-aware", "default", False)


async def test_a_live_one_acts_now_and_comments_stay(file: Path) -> None:
    file.write_text("# mine\nhold_s = 5 # why\n")
    of = changes(file)
    answer = await of.set("hold_s", "12")
    assert isinstance(answer, Done) and answer.message == "hold_s: 5 is 12 now."
    assert of.live.now.hold_s == 12.0
    assert file.read_text() == "# mine\nhold_s = 12.0 # why\n"
    assert (await row(of, "hold_s")).source == "config.toml"


async def test_one_that_needs_a_restart_says_so_and_shows_what_will_be(file: Path) -> None:
    of = changes(file)
    answer = await of.set("port", "9000")
    assert isinstance(answer, Done) and answer.message == "port: 7861 will be 9000 after a restart."
    found = await row(of, "port")
    assert (found.value, found.after_restart) == ("7861", "9000") and of.live.now.port == 7861
    assert settings_loading.load(file, {}, {}).settings.port == 9000
    await of.set("port", None)
    assert (await row(of, "port")).after_restart is None


@pytest.mark.parametrize("text", [None, ""])
async def test_the_default_is_had_by_taking_the_line_out(file: Path, text: str | None) -> None:
    file.write_text("# mine\nhold_s = 5\nattempts = 3\n")
    of = changes(file)
    await of.set("hold_s", text)
    assert of.live.now.hold_s == 30.0
    assert file.read_text() == "# mine\nattempts = 3\n"
    assert (await row(of, "hold_s")).source == "default"


@pytest.mark.parametrize(
    ("environ", "flags", "name", "said"),
    [
        ({"GCLI2API_HOLD_S": "5"}, {}, "hold_s", "GCLI2API_HOLD_S"),
        ({"PORT": "5"}, {}, "port", "PORT"),
        ({}, {"port": 5}, "port", "flag"),
    ],
)
async def test_what_is_held_elsewhere_is_refused_with_the_place_and_the_way(
    file: Path, environ: dict[str, str], flags: dict[str, int], name: str, said: str
) -> None:
    answer = await changes(file, environ, **flags).set(name, "7")
    assert isinstance(answer, Refused) and said in answer.reason and "would not act" in answer.reason
    assert answer.way_out and not file.exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("strategy", "random", "must be one of quota-aware"),
        ("hold_s", "soon", "must be a number, not 'soon'"),
        ("attempts", "0", "from 1 on"),
        ("colour", "red", "'colour' is no setting"),
        ("colour", None, "'colour' is no setting"),
        ("terms_shown_at", "now", "by the program itself"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_written(
    file: Path, name: str, text: str | None, said: str
) -> None:
    answer = await changes(file).set(name, text)
    assert isinstance(answer, Refused) and said in answer.sentence and not file.exists()


async def test_what_the_next_start_would_refuse_is_not_written(file: Path) -> None:
    def nowhere(name: str, chosen: Settings) -> None:
        raise SettingsFault(say("alias.no_model", alias="a", target=chosen.aliases), key=name)

    of = changes(file)
    of.check = nowhere
    answer = await of.set("aliases", "a=nothing")
    assert isinstance(answer, Refused) and "nothing" in answer.reason and not file.exists()


async def test_a_broken_file_is_left_alone_and_the_rows_are_there(file: Path) -> None:
    of = changes(file)
    file.write_text("port = = 1")
    answer = await of.set("hold_s", "5")
    assert isinstance(answer, Refused) and "not valid TOML" in answer.reason
    assert file.read_text() == "port = = 1" and of.live.now.hold_s == 30.0
    assert len(await of.rows()) == len(FIELDS)


@pytest.mark.parametrize("before", ["", "hold_s = 5.0\n"])
async def test_the_last_change_is_undone_once(file: Path, before: str) -> None:
    file.write_text(before)
    of = changes(file)
    was = of.live.now.hold_s
    await of.set("hold_s", "12")
    answer = await of.undo()
    assert isinstance(answer, Done) and of.live.now.hold_s == was
    assert file.read_text() == before
    assert (await row(of, "hold_s")).source == ("config.toml" if before else "default")
    assert isinstance(await of.undo(), Refused)


async def test_an_undone_table_of_aliases_is_one_again(file: Path) -> None:
    file.write_text('[aliases]\n"gpt-*" = "gemini-2.5-pro"\n')
    of = changes(file)
    await of.set("aliases", "a=gemini-2.5-flash")
    assert of.live.now.aliases == "a=gemini-2.5-flash"
    await of.undo()
    assert settings_loading.load(file, {}, {}).settings.aliases == "gpt-*=gemini-2.5-pro" == of.live.now.aliases


async def test_an_undone_key_is_the_one_before(file: Path) -> None:
    file.write_text('password = "sk-the-first-one"\n')
    of = changes(file)
    await of.set("password", "sk-the-second-one")
    answer = await of.undo()
    assert "sk-the-first-one" in file.read_text() and "first" not in repr(answer)
    assert of.live.now.password == Secret("sk-the-first-one")


def together(*files: Path, environ: dict[str, str] | None = None) -> list[SettingChanges]:
    """Instances on one database; the first brings along an environment."""
    made: list[SettingChanges] = []

    def tell(name: str, text: str | None) -> None:
        for one in made:
            one.heard(name, text)

    for number, path in enumerate(files):
        made.append(changes(path, environ if environ and not number else {}))
        made[-1].share = tell
    return made


async def test_what_instances_must_agree_on_is_told_to_all_and_not_written(file: Path, tmp_path: Path) -> None:
    a, b = together(file, tmp_path / "other.toml")
    assert isinstance(await a.set("hold_s", "12"), Done)
    assert (b.live.now.hold_s, (await row(b, "hold_s")).source) == (12.0, "all instances")
    assert not (await row(b, "hold_s")).held and not file.exists()
    await b.set("hold_s", "13")
    await b.undo()
    assert (a.live.now.hold_s, b.live.now.hold_s) == (12.0, 12.0)
    await a.set("hold_s", None)
    assert (b.live.now.hold_s, (await row(b, "hold_s")).source) == (30.0, "default")


async def test_what_is_of_one_screen_or_of_one_disk_stays_there(file: Path, tmp_path: Path) -> None:
    a, b = together(file, tmp_path / "other.toml")
    for name, text in (("language", "zh"), ("log_level", "debug"), ("port", "9000")):
        before = getattr(b.live.now, name)
        assert isinstance(await a.set(name, text), Done), name
        assert getattr(b.live.now, name) == before
    assert "port = 9000" in file.read_text()


async def test_what_the_environment_of_one_holds_stays_there(file: Path, tmp_path: Path) -> None:
    a, b = together(file, tmp_path / "other.toml", environ={"GCLI2API_HOLD_S": "5"})
    await b.set("hold_s", "12")
    assert (a.live.now.hold_s, b.live.now.hold_s) == (5.0, 12.0)


async def test_what_a_newer_program_tells_changes_nothing(file: Path) -> None:
    (a,) = together(file)
    for name, text in (("colour", "red"), ("hold_s", "soon"), ("port", "1"), ("password", "x")):
        a.heard(name, text)
    assert a.live.now == Settings()


async def test_the_pair_is_added_and_a_second_meaning_replaces_the_first(world_of_home: Any) -> None:
    file: Path = world_of_home.home / "config.toml"
    file.write_text("# mine\n")
    for name, model in (("gpt-4o", "some-model"), ("claude-*", "some-model"), ("gpt-4o", "other")):
        answer = await world_of_home.control.map_model(name, model)
        assert isinstance(answer, Done) and f"{name} means {model}" in answer.message
    assert settings_loading.load(file, {}, {}).settings.aliases == "gpt-4o=other, claude-*=some-model"
    assert "# mine" in file.read_text()
    assert world_of_home.control.changes.live.now.aliases == "gpt-4o=other, claude-*=some-model"


@pytest.mark.parametrize("name", ["", "a,b", "a=b", "x" * 300])
async def test_what_is_no_name_is_refused(world_of_home: Any, name: str) -> None:
    assert isinstance(await world_of_home.control.map_model(name, "some-model"), Refused)
    assert not (world_of_home.home / "config.toml").exists()


async def test_names_from_elsewhere_are_refused(world_of_home: Any) -> None:
    world_of_home.control.changes.sources["aliases"] = "GCLI2API_ALIASES"
    refused = await world_of_home.control.map_model("gpt-4o", "some-model")
    assert isinstance(refused, Refused) and "GCLI2API_ALIASES" in refused.sentence
