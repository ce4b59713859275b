"""Settings: the order of sources, what is refused, and that secrets stay masked."""

from pathlib import Path

import pytest

from gcli2api_tui.config import settings_loading
from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret


def load(
    tmp_path: Path, text: str = "", environ: dict[str, str] | None = None, **flags: object
) -> settings_loading.Loaded:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return settings_loading.load(file, environ or {}, flags)


def test_each_source_beats_the_one_below(tmp_path: Path) -> None:
    environ = {"PORT": "3", "GCLI2API_PORT": "4"}
    assert load(tmp_path).settings.port == 7861
    assert load(tmp_path, "port = 2").settings.port == 2
    assert load(tmp_path, "port = 2", {"PORT": "3"}).settings.port == 3
    assert load(tmp_path, "port = 2", environ).settings.port == 4
    assert load(tmp_path, "port = 2", environ, port=5).settings.port == 5
    assert load(tmp_path, "port = 2", environ).sources["port"] == "GCLI2API_PORT"


def test_api_and_panel_passwords_beat_the_common_one(tmp_path: Path) -> None:
    loaded = load(tmp_path, environ={"PASSWORD": "both", "API_PASSWORD": "api"}).settings
    assert loaded.password == Secret("api")
    assert loaded.panel_password == Secret("both")


@pytest.mark.parametrize(
    ("environ", "flags", "client", "panel"),
    [({}, {}, "file", "kept"),
     ({"PASSWORD": "both"}, {}, "both", "both"),
     ({"API_PASSWORD": "api"}, {}, "api", "kept"),
     ({"GCLI2API_PASSWORD": "ours"}, {}, "ours", "kept"),
     ({"PASSWORD": "both", "PANEL_PASSWORD": "panel"}, {}, "both", "panel"),
     ({}, {"password": "flag"}, "flag", "flag"),
     ({"PASSWORD": "both", "API_PASSWORD": "api"}, {"password": "flag"}, "flag", "flag"),
     ({"PANEL_PASSWORD": "panel"}, {"password": "flag"}, "flag", "panel")],
)  # fmt: skip
def test_which_word_sets_which_key(tmp_path: Path, environ: dict, flags: dict, client: str, panel: str) -> None:
    loaded = load(tmp_path, 'password = "file"\npanel_password = "kept"', environ, **flags).settings
    assert (loaded.password, loaded.panel_password) == (Secret(client), Secret(panel))


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    assert load(tmp_path, "port = 2", {"GCLI2API_PORT": ""}).settings.port == 2


@pytest.mark.parametrize(
    ("value", "host"), [("mybox", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("localhost", "localhost")]
)
def test_a_bare_host_counts_only_as_an_address(tmp_path: Path, value: str, host: str) -> None:
    assert load(tmp_path, environ={"HOST": value}).settings.host == host


def test_what_kubernetes_says_of_a_service_called_gcli2api_is_no_port(tmp_path: Path) -> None:
    assert load(tmp_path, "port = 2", {"GCLI2API_PORT": "tcp://10.96.0.7:7861"}).settings.port == 2


@pytest.mark.parametrize(
    ("text", "key"),
    [('port = "many"', "port"), ("port = 70000", "port"), ("colour = 1", "colour"), ('strategy = "x"', "strategy"),
     ("attempts = -1", "attempts"), ("attempts = 0", "attempts"), ("max_body_mb = 0", "max_body_mb"),
     ("request_deadline_s = 0", "request_deadline_s"), ("request_deadline_s = 0.5", "request_deadline_s"),
     ("keep_bodies_mb = 0", "keep_bodies_mb"), ("drain_s = nan", "drain_s"), ("drain_s = inf", "drain_s"),
     ("port =", "config.toml")],
)  # fmt: skip
def test_a_bad_value_is_refused_by_name(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(SettingsFault) as fault:
        load(tmp_path, text)
    assert fault.value.key == key


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if not isinstance(field.default, Secret)])
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, name: str) -> None:
    """A variable or an argument may hold bytes that are no UTF-8: nothing could be sent to such an address."""
    with pytest.raises(SettingsFault) as caught:
        load(tmp_path, environ={f"GCLI2API_{name.upper()}": "http://a\udcff"})
    assert caught.value.key == name and f"GCLI2API_{name.upper()}" in caught.value.sentence


def test_a_key_may_be_no_text_where_clients_send_it_so_but_not_in_a_file(tmp_path: Path) -> None:
    assert load(tmp_path, environ={"PASSWORD": "a\udcff"}).settings.password == Secret("a\udcff")
    with pytest.raises(SettingsFault, match="password"):
        settings_loading.parse("password", "a\udcff")


def test_zero_is_taken_where_it_means_something(tmp_path: Path) -> None:
    text = "port = 0\ndrain_s = 0\nkeep_bodies = 0\nfirst_byte_hold_s = 0"
    assert load(tmp_path, text).settings.drain_s == 0


def test_aliases_are_one_text_or_a_table(tmp_path: Path) -> None:
    text = load(tmp_path, 'aliases = "gpt-4o=pro, x=y"').settings.aliases
    assert text == load(tmp_path, 'port = 2\n[aliases]\n"gpt-4o" = "pro"\nx = "y"').settings.aliases
    assert load(tmp_path, "[aliases]").settings.aliases == ""
    for table in ("[port]\nx = 1", "[aliases]\nx = 1"):
        with pytest.raises(SettingsFault, match="table"):
            load(tmp_path, table)


@pytest.mark.parametrize("written", ['"on"', "true", '"yes"', "1"])
def test_a_switch_is_written_in_many_ways(tmp_path: Path, written: str) -> None:
    assert load(tmp_path, f"list_variants = {written}").settings.list_variants == "on"
    assert load(tmp_path, "list_variants = true", {"GCLI2API_LIST_VARIANTS": "False"}).settings.list_variants == "off"
    with pytest.raises(SettingsFault, match="off, on"):
        load(tmp_path, 'list_variants = "maybe"')


def test_secrets_are_masked_in_the_record(tmp_path: Path) -> None:
    assert "hunter2" not in repr(load(tmp_path, 'password = "hunter2"'))


def test_a_typed_value_is_checked_before_it_is_written() -> None:
    assert settings_loading.parse("port", "8000") == 8000
    assert settings_loading.parse("password", "x y") == "x y"
    with pytest.raises(SettingsFault):
        settings_loading.parse("prot", "8000")
