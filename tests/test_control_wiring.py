"""What is asked for before anything starts: the first key, keys too weak for an open address, and nothing shared."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gcli2api_tui import bootstrap as asked
from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.config.models_and_prices import read_models
from gcli2api_tui.control.verb_results import Done
from gcli2api_tui.control_wiring import Parts, build
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.oauth_client_file import ClientFile
from gcli2api_tui.events.problems import SettingsFault, StartFault
from gcli2api_tui.events.records import CredentialId, LogLine
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.model_names import resolve
from gcli2api_tui.upstream.oauth_client import DEFAULT_CLIENT

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"


def test_the_first_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = prepare({"home": str(tmp_path)}, {})
    again = prepare({"home": str(tmp_path)}, {})
    assert (first.made_key, again.made_key) == (True, False)
    assert first.settings.password == again.settings.password
    assert len(first.settings.password.reveal()) >= 20
    file = first.paths.config_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for key in (first.settings.password, first.settings.panel_password):
        assert key.reveal() in file.read_text()
        assert key.reveal() not in repr(first)
    assert first.settings.password != first.settings.panel_password
    assert first.settings.panel_password == again.settings.panel_password
    assert (first.notes, again.notes) == ((), ())


def test_a_home_from_before_gets_a_panel_key_and_says_so_once(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# mine\npassword = "long-enough-key"\n')
    file.chmod(0o600)
    tmp_path.chmod(0o700)
    first = prepare({"home": str(tmp_path)}, {})
    assert first.settings.password.reveal() == "long-enough-key"
    assert first.settings.panel_password.reveal() in file.read_text()
    assert "# mine" in file.read_text()
    assert ["key --panel" in note for note in first.notes] == [True]
    assert prepare({"home": str(tmp_path)}, {}).notes == ()


@pytest.mark.parametrize("word", ["API_PASSWORD", "GCLI2API_PASSWORD"])
def test_a_client_key_alone_does_not_open_the_admin_api(tmp_path: Path, word: str) -> None:
    chosen = prepare({"home": str(tmp_path)}, {word: "for-tools"}).settings
    assert chosen.password.reveal() == "for-tools"
    assert len(chosen.panel_password.reveal()) >= 20


def test_a_panel_key_that_cannot_be_kept_is_of_this_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, key: str, value: object) -> None:
        raise SettingsFault("The disk is full.", key=key)

    monkeypatch.setattr(asked.config_toml, "write_value", full)
    setup = prepare({"home": str(tmp_path)}, {"API_PASSWORD": "for-tools"})
    assert setup.settings.panel_password
    assert ["full" in note for note in setup.notes] == [True]
    with pytest.raises(SettingsFault):  # nobody could ask with a client key that is nowhere
        prepare({"home": str(tmp_path)}, {})


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    keys = {prepare({"home": str(tmp_path / name)}, {}).settings.password for name in ("a", "b")}
    assert len(keys) == 2


@pytest.mark.parametrize(("flags", "environ"), [({"password": "mine"}, {}), ({}, {"PASSWORD": "mine"})])
def test_a_key_that_was_given_is_not_written_down(tmp_path: Path, flags: dict, environ: dict) -> None:
    setup = prepare({"home": str(tmp_path), **flags}, environ)
    assert (setup.settings.password.reveal(), setup.made_key) == ("mine", False)
    assert not setup.paths.config_file.exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_pwd_works_on_loopback(tmp_path: Path, host: str) -> None:
    prepare({"home": str(tmp_path), "host": host, "password": "pwd"}, {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "my-machine"])
@pytest.mark.parametrize("key", ["pwd", "PWD", "password", "1234567"])
def test_a_guessable_key_needs_insecure_elsewhere(tmp_path: Path, host: str, key: str) -> None:
    flags = {"home": str(tmp_path), "host": host, "password": key}
    with pytest.raises(StartFault, match="guessable") as caught:
        prepare(flags, {})
    assert (caught.value.exit_code, key in caught.value.sentence.lower().split()) == (2, False)
    prepare({**flags, "insecure": True}, {})


def test_the_panels_own_key_must_not_be_guessable_either(tmp_path: Path) -> None:
    flags = {"home": str(tmp_path), "host": "0.0.0.0", "password": "long-enough-key"}
    prepare(flags, {})
    with pytest.raises(StartFault):
        prepare(flags, {"PANEL_PASSWORD": "pwd"})


def test_a_made_key_is_good_for_an_open_address(tmp_path: Path) -> None:
    assert prepare({"home": str(tmp_path), "host": "0.0.0.0"}, {}).made_key


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Parts, Parts]]:
    setups = [prepare({"home": str(tmp_path / name), "password": "pwd"}, {}) for name in ("a", "b")]
    made = [build(setup, f"http://127.0.0.1:{n}", lambda _: None) for n, setup in enumerate(setups, 1)]
    yield made[0], made[1]
    for parts in made:
        await parts.client.aclose()
        parts.store.close()


async def test_two_instances_in_one_process_share_nothing(two: tuple[Parts, Parts]) -> None:
    one, other = two
    assert isinstance(await one.control.add_credentials(KEY.encode(), "key.txt"), Done)
    one.ledger.record(LogLine(1.0, "warning", "test", "only here"))
    one.ledger.next_exchange()
    quiet = other.control.snapshot()
    assert (quiet.credentials, quiet.log, other.control.revision) == ((), (), 0)
    assert len(one.control.snapshot().credentials) == 1
    assert one.ledger.next_exchange() != other.ledger.next_exchange()
    assert one.token != other.token
    assert (one.control.facts.url, other.control.facts.url) == ("http://127.0.0.1:1", "http://127.0.0.1:2")
    assert one.client is not other.client


async def test_an_instance_finds_its_credentials_and_counts_again(tmp_path: Path) -> None:
    setup = prepare({"home": str(tmp_path), "password": "pwd"}, {})
    first = build(setup, "http://127.0.0.1:1", lambda _: None)
    await first.control.add_credentials(KEY.encode(), "key.txt")
    identity = first.control.snapshot().credentials[0].id
    await first.control.disable(identity)
    first.store.close()
    await first.client.aclose()
    second = build(setup, "http://127.0.0.1:1", lambda _: None)
    rows = second.control.snapshot().credentials
    second.store.close()
    await second.client.aclose()
    assert [(row.id, row.state.value) for row in rows] == [(identity, "disabled by you")]


async def test_models_follow_the_credentials_there_are(two: tuple[Parts, Parts]) -> None:
    one, other = two
    await one.control.add_credentials(KEY.encode(), "key.txt")
    everything, with_a_key = (
        set(other.services.model_ids(other.control.pool.backends())),
        set(one.services.model_ids(one.control.pool.backends())),
    )
    assert with_a_key <= everything
    assert "gemini-3-flash-preview" in with_a_key


async def test_what_is_gone_is_refused_and_not_an_error(two: tuple[Parts, Parts]) -> None:
    one, _ = two
    answer = await one.control.check(CredentialId("f" * 32))
    assert "no such credential" in answer.reason  # type: ignore[union-attr]


def test_the_vault_alone_is_the_same_folder(tmp_path: Path) -> None:
    assert asked.open_vault(str(tmp_path), {}).load() == ((), ())
    assert (tmp_path / "credentials").is_dir()


async def test_what_is_set_about_models_reaches_the_routes(tmp_path: Path) -> None:
    chosen = {"aliases": "gpt=gemini-2.5-pro", "list_variants": "on", "pass_unknown_models": "on"}
    parts = build(prepare({"home": str(tmp_path), **chosen}, {}), "http://127.0.0.1:1", lambda _: None)
    parts.store.close()
    await parts.client.aclose()
    assert {"gpt", "fake/gemini-2.5-pro"} <= set(parts.services.model_ids(parts.control.pool.backends()))
    assert resolve("gemini-99", parts.services.models.catalogue).model.id == "gemini-99"


def test_an_alias_that_leads_nowhere_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="'gpt'"):
        build(prepare({"home": str(tmp_path), "aliases": "gpt=claude"}, {}), "http://127.0.0.1:1", lambda _: None)


def test_the_example_in_the_documents_is_a_models_file_that_counts(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "protocols.md").read_text("utf-8")
    example = page.partition("### models.toml")[2].partition("```toml\n")[2].partition("```")[0]
    setup = prepare({"home": str(tmp_path)}, {})
    setup.paths.models_file.write_text(example, encoding="utf-8-sig")
    model = read_models(setup.paths, setup.settings).resolve("gemini-9-pro")
    assert (model.own, model.on_wire("vertex"), model.abilities.levels) == (True, "gemini-9-pro-001", ("LOW", "HIGH"))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[[model]]\nid = 5\n"])
def test_a_models_file_that_cannot_be_read_is_told_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    setup = prepare({"home": str(tmp_path)}, {})
    setup.paths.models_file.write_bytes(content)
    with pytest.raises(SettingsFault, match="models") as caught:
        read_models(setup.paths, setup.settings)
    assert caught.value.way_out


def test_an_imported_client_signs_in_unless_the_settings_name_one(tmp_path: Path) -> None:
    setup = prepare({"home": str(tmp_path)}, {})
    assert setup.sign_in_client() == DEFAULT_CLIENT
    mine = OAuthClient("mine.apps", Secret("s"))
    ClientFile(setup.paths.credentials).keep(mine)
    assert setup.sign_in_client() == mine
    named = prepare({"home": str(tmp_path)}, {"GCLI2API_OAUTH_CLIENT_ID": "theirs"})
    assert named.sign_in_client().client_id == "theirs"
    assert asked.default_client(str(tmp_path), {}) == DEFAULT_CLIENT, "whose files name no client are Gemini CLI's"


def test_the_reading_of_the_notice_is_kept_or_said_to_be_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = prepare({"home": str(tmp_path)}, {})
    setup.keep_terms("2026-11-24T17:00:00+00:00")
    assert prepare({"home": str(tmp_path)}, {}).settings.terms_shown_at == "2026-11-24T17:00:00+00:00"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(asked.config_toml.safe_files, "replace", full)
    with pytest.raises(SettingsFault, match="No space") as caught:
        setup.keep_terms("later")
    assert "GCLI2API_TERMS_SHOWN_AT" in caught.value.way_out
