"""CLIProxyAPI's auth folder and config.yaml come over whole; without a reader of YAML the auth folder does."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from other_programs import KEY, cliproxy, put, stamps

from gcli2api_tui.credentials.credential import ApiKey, Kind
from gcli2api_tui.installations.installation import Brought, Installation, Program

Read = Callable[[Program, Path], Installation]


@pytest.fixture
def yaml() -> None:
    pytest.importorskip("ruamel.yaml", reason="the extra `yaml` is not installed")


def by_label(found: Installation) -> dict[str, Brought]:
    return {one.credential.label: one for one in found.credentials}


def test_auth_files(tmp_path: Path, read: Read, why) -> None:
    found = read("cliproxy", cliproxy(tmp_path) / "auths")
    rows = by_label(found)
    assert rows.keys() == {
        "anna@example.com · one-project",
        "anna@example.com · two-project",
        "ben@example.com",
        "bot@three.iam.gserviceaccount.com",
    }
    ben = rows["ben@example.com"].credential.settings
    assert not ben.enabled and ben.proxy.reveal() == "http://127.0.0.1:1"
    bot = rows["bot@three.iam.gserviceaccount.com"].credential
    assert bot.kind is Kind.SERVICE_ACCOUNT and bot.settings.location == "europe-west4"
    said = {what.partition(",")[0]: reason for what, reason in why(found.left_out).items()}
    assert (
        said.keys() == {"claude-anna.json", "antigravity-anna.json"} and "Antigravity" in said["antigravity-anna.json"]
    )


@pytest.mark.usefixtures("yaml")
def test_config_with_its_auth_folder(tmp_path: Path, read: Read, why) -> None:
    cliproxy(tmp_path)
    (tmp_path / "auths").rename(tmp_path / "elsewhere")
    text = (tmp_path / "config.yaml").read_text()
    put(tmp_path / "program" / "config.yaml", text.replace(str(tmp_path / "auths"), "../elsewhere"))
    before = stamps(tmp_path)
    found = read("cliproxy", tmp_path / "program")
    assert stamps(tmp_path) == before
    assert len(found.credentials) == 7
    key = next(one.credential for one in found.credentials if one.file == "gemini-api-key[0]")
    assert isinstance(key.secret, ApiKey) and key.secret.key.reveal() == KEY and key.settings.weight == 3.0
    assert {one.file: one.credential.kind for one in found.credentials}["vertex-api-key[0]"] is Kind.VERTEX_EXPRESS
    assert {one.name: one.value for one in found.settings} == {
        "port": 8317,
        "host": "0.0.0.0",
        "log_level": "debug",
        "strategy": "fill-first",
        "aliases": "g2.5p=gemini-2.5-pro",
    }
    assert [(one.door, one.key.reveal()) for one in found.keys] == [("client", "first-client-key-of-mine")]
    assert set(why(found.keys_left_out)) == {"api-keys", "remote-management.secret-key"}
    assert {"gemini-api-key[1]", "claude-api-key"} <= set(why(found.left_out))
    assert set(why(found.settings_left_out)) == {"quota-exceeded"}


@pytest.mark.usefixtures("yaml")
def test_a_plain_panel_key_and_a_proxy_for_all(tmp_path: Path, read: Read) -> None:
    put(
        tmp_path / "config.yaml",
        f"generative-language-api-key: [{KEY}]\nproxy-url: http://u:secret@10.0.0.1:3128\n"
        "remote-management: {secret-key: long-enough-for-me}\napi-keys: [your-api-key-1]\n",
    )
    found = read("cliproxy", tmp_path)
    (one,) = found.credentials
    assert one.credential.settings.proxy.reveal() == "http://u:secret@10.0.0.1:3128"
    assert not [row for row in found.settings_left_out if "secret" in row.why]
    assert {one.door for one in found.keys} == {"client", "panel"}


@pytest.mark.usefixtures("yaml")
def test_a_proxy_that_cannot_be_used_switches_off(tmp_path: Path, read: Read) -> None:
    put(tmp_path / "config.yaml", f"generative-language-api-key: [{KEY}]\nproxy-url: ftp://10.0.0.1\n")
    found = read("cliproxy", tmp_path)
    assert not found.credentials[0].credential.settings.enabled and "switched off" in found.settings_left_out[0].why


@pytest.mark.usefixtures("yaml")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not valid YAML at line"),
        ("- a list", "not valid YAML"),
        ("api-keys: !!python/object:os.system x", "not valid YAML"),
        ("a: &a [x]\nb: *c\n", "not valid YAML"),
    ],
)
def test_yaml_that_is_none_costs_only_itself(tmp_path: Path, read: Read, text: str, said: str, why) -> None:
    cliproxy(tmp_path)
    put(tmp_path / "config.yaml", text)
    found = read("cliproxy", tmp_path)
    assert len(found.credentials) == 4 and said in why(found.left_out)["config.yaml"]


@pytest.mark.usefixtures("yaml")
@pytest.mark.usefixtures("yaml")
def test_the_first_of_an_alias_holds_and_an_odd_name_is_none(tmp_path: Path, read: Read) -> None:
    rows = "[{name: a, alias: x}, {name: b, alias: x}, {name: c, alias: 'y, z'}, {name: d, alias: w}, 5]"
    put(tmp_path / "config.yaml", f"oauth-model-alias: {{gemini-cli: {rows}, claude: [{{name: q, alias: r}}]}}\n")
    assert [one.value for one in read("cliproxy", tmp_path).settings] == ["x=a, w=d"]


@pytest.mark.usefixtures("yaml")
def test_of_many_settings_the_first_are_named(tmp_path: Path, read: Read, why) -> None:
    put(tmp_path / "config.yaml", "".join(f"setting-{number}: 1\n" for number in range(9)))
    (what,) = why(read("cliproxy", tmp_path).settings_left_out)
    assert what == "setting-0, setting-1, setting-2, setting-3, setting-4 and 4 more"


@pytest.mark.usefixtures("yaml")
def test_the_programs_own_files_are_not_asked_what_they_are(tmp_path: Path, read: Read, why) -> None:
    put(cliproxy(tmp_path) / "README.md", "not looked at")
    assert not [name for name in why(read("cliproxy", tmp_path).left_out) if "README" in name]


@pytest.mark.usefixtures("yaml")
def test_fields_of_wrong_types_say_nothing(tmp_path: Path, read: Read, why) -> None:
    put(
        tmp_path / "config.yaml",
        "port: many\nhost: 3\napi-keys: x\ngemini-api-key: [1, {api-key: [2]}]\nrouting: fast\ntls: on\n"
        "remote-management: 7\noauth-model-alias: [1]\nproxy-url: 5\nclaude-api-key: yes\n",
    )
    found = read("cliproxy", tmp_path)
    assert not (found.settings or found.keys or found.credentials)
    assert {what.partition(",")[0] for what in why(found.left_out)} == {"gemini-api-key[0]", "gemini-api-key[1]"}


def test_without_a_reader_of_yaml_it_says_what_brings_one(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch, why
) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    found = read("cliproxy", cliproxy(tmp_path))
    assert len(found.credentials) == 4 and not found.settings
    assert "gcli2api-tui[yaml]" in why(found.left_out)["config.yaml"]
