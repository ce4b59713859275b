"""The verbs in the serving process: each answers Done or Refused, whatever disk and Google say."""

import asyncio
import json
import os

import pytest

from gcli2api_tui.control.verb_results import Done, Login, Notice, Refused
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.upstream.ports import ModelQuota

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
ANN = json.dumps({"refresh_token": "rt-1", "email": "ann@example.org", "project_id": "p"}).encode()
PEM = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def world(world_of_home):
    return world_of_home


@pytest.fixture
async def ann(world):
    assert isinstance(await world.control.add_credentials(ANN, "ann.json"), Done)
    return world.pool.view()[0].credential


async def test_an_import_says_what_came_what_was_there_and_what_was_not_taken(world) -> None:
    first = await world.control.add_credentials(f"{KEY} one\n".encode(), "keys.txt")
    assert first == Done("Added one.")
    again = await world.control.add_credentials(f"{KEY} one\n{KEY[:-1]}5 two\nnonsense\n".encode(), "keys.txt")
    assert isinstance(again, Done)
    assert again.message.startswith("Added two. Already there: one. keys.txt, line 3: This line is no API key.")
    assert world.labels() == ["one", "two"]


async def test_a_key_that_google_refuses_is_added_with_a_warning(world) -> None:
    world.backends["gemini-api"].fault = UpstreamFault(FaultKind.NEEDS_LOGIN, "API key not valid.")
    answer = await world.control.add_credentials(KEY.encode(), "keys.txt")
    assert answer == Done("Added key …1234. Google refuses key …1234: API key not valid.", warned=True)
    assert world.control.snapshot().credentials[0].state is CredentialState.NEEDS_LOGIN


async def test_what_passes_by_itself_is_no_refusal_of_a_new_key(world) -> None:
    world.backends["gemini-api"].fault = UpstreamFault(FaultKind.NETWORK, "Google was not reached.")
    assert await world.control.add_credentials(KEY.encode(), "keys.txt") == Done("Added key …1234.")
    assert world.control.snapshot().credentials[0].state is CredentialState.READY


async def test_a_silent_google_holds_no_import_up(world, monkeypatch) -> None:
    async def silent(credential) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr("gcli2api_tui.control.credential_verbs.FIRST_CHECK_S", 0.01)
    monkeypatch.setattr(world.backends["gemini-api"], "check", silent)
    assert await world.control.add_credentials(KEY.encode(), "keys.txt") == Done("Added key …1234.")


async def test_somebody_elses_sign_in_is_refused_by_name_when_pasted(world) -> None:
    pasted = json.dumps({"type": "claude", "refresh_token": "sk-ant-ort01-abcdef"})
    answer = await world.control.add_credentials(pasted.encode(), "Paste JSON")
    assert isinstance(answer, Refused) and "Claude" in answer.sentence and "sk-ant" not in answer.sentence


async def test_a_pipe_in_place_of_a_file_is_refused_at_once(world, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    answer = await world.control.add_path(str(tmp_path / "pipe.json"))
    assert isinstance(answer, Refused) and "it is a pipe" in answer.sentence


async def test_what_is_no_credential_at_all_is_refused(world) -> None:
    answer = await world.control.add_credentials(b'{"hello": 1}', "x.json")
    assert isinstance(answer, Refused)
    assert "x.json" in answer.sentence


async def test_a_path_may_be_a_file_or_a_folder_and_begin_with_the_home_sign(world, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ann.json").write_bytes(ANN)
    assert isinstance(await world.control.add_path("~/mine/ann.json"), Done)
    assert await world.control.add_path("~/mine") == Done("Already there: ann@example.org.")


@pytest.mark.parametrize("path", ["no-such-file.json", "/dev/null/x.json", "x" * 5000, "nul\0byte", ""])
async def test_a_path_that_leads_nowhere_is_refused(world, path: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path / "trash")
    assert isinstance(await world.control.add_path(path), Refused)


async def test_disabled_stays_disabled_over_a_restart_and_comes_back(world, ann) -> None:
    assert await world.control.disable(ann.id) == Done("ann@example.org is out of the rotation.")
    assert [one.settings.enabled for one in world.kept()] == [False]
    assert world.control.snapshot().credentials[0].state is CredentialState.DISABLED
    assert await world.control.enable(ann.id) == Done("ann@example.org is in the rotation.")
    assert [one.settings.enabled for one in world.kept()] == [True]


async def test_removed_and_restored(world, ann) -> None:
    assert await world.control.remove(ann.id) == Done("Removed ann@example.org; its file is in trash/.")
    assert (world.control.snapshot().credentials, world.kept()) == ((), [])
    (row,) = await world.control.trash()
    assert (row.id, row.label, row.kind) == (ann.id, ann.label, "oauth")
    assert await world.control.restore(ann.id) == Done("ann@example.org is back.")
    assert world.kept() == [ann]
    assert await world.control.trash() == ()


async def test_what_is_gone_is_refused_by_every_verb(world, ann) -> None:
    await world.control.remove(ann.id)
    (world.trash / next(world.trash.iterdir()).name).unlink()
    control = world.control
    verbs = (control.enable, control.disable, control.remove, control.restore, control.clear_cooldown, control.check)
    for verb in (*verbs, control.ask_google_quota):
        assert isinstance(await verb(ann.id), Refused), verb.__name__


async def test_a_disk_that_refuses_is_an_answer_and_takes_nobody_out(world, ann, refusing_disk) -> None:
    control = world.control
    answers = {
        "add": await control.add_credentials(KEY.encode(), "k"),
        "disable": await control.disable(ann.id),
        "remove": await control.remove(ann.id),
    }
    for verb, answer in answers.items():
        assert isinstance(answer, Refused), verb
        assert "Read-only file system" in answer.reason
        assert answer.way_out
    assert world.labels() == ["ann@example.org"]
    assert world.pool.view()[0].state is CredentialState.READY


async def test_a_restore_that_the_disk_refuses_leaves_the_file_in_the_trash(world, ann, monkeypatch) -> None:
    await world.control.remove(ann.id)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        assert isinstance(await world.control.restore(ann.id), Refused)
    assert isinstance(await world.control.restore(ann.id), Done)
    assert world.kept() == [ann]


async def test_a_folder_that_cannot_be_entered_is_an_answer_too(world, ann) -> None:
    world.folder.rename(world.folder.with_name("elsewhere"))
    for verb in (world.control.disable, world.control.remove, world.control.restore):
        assert isinstance(await verb(ann.id), Refused), verb.__name__


async def test_a_check_that_passes_clears_the_mark(world, ann) -> None:
    world.pool.mark(ann.id, UpstreamFault(FaultKind.VALIDATION, "Verify the account."))
    assert await world.control.check(ann.id) == Done("ann@example.org works.")
    assert world.pool.view()[0].state is CredentialState.READY


async def test_a_check_that_fails_marks_it_and_gives_googles_words(world, ann) -> None:
    world.backends["code-assist"].fault = UpstreamFault(FaultKind.TERMS, "Disabled.", way_out="Ask Google.")
    assert await world.control.check(ann.id) == Refused("Disabled.", "Ask Google.")
    assert world.pool.view()[0].state is CredentialState.DISABLED_BY_GOOGLE


async def test_a_check_that_never_reached_google_marks_nothing(world, ann) -> None:
    world.backends["code-assist"].fault = UpstreamFault(FaultKind.NETWORK, "Google was not reached.")
    assert isinstance(await world.control.check(ann.id), Refused)
    assert world.pool.view()[0].state is CredentialState.READY


async def test_one_that_was_put_into_the_folder_a_moment_ago_is_known(world) -> None:
    (ann,) = world.open_vault().take(read_bytes(ANN, "ann.json", world.control.client)).added
    assert await world.control.check(ann.id) == Done("ann@example.org works.")
    assert world.labels() == ["ann@example.org"]


async def test_a_kind_without_a_backend_is_refused(world) -> None:
    account = {"type": "service_account", "private_key": PEM, "client_email": "s@p", "project_id": "p"}
    await world.control.add_credentials(json.dumps(account).encode(), "sa.json")
    identity = world.pool.view()[0].credential.id
    assert isinstance(await world.control.check(identity), Refused)
    assert isinstance(await world.control.ask_google_quota(identity), Refused)


async def test_googles_figures_are_shown(world, ann) -> None:
    backend = world.backends["code-assist"]
    assert isinstance(await world.control.ask_google_quota(ann.id), Refused)
    backend.figures = (ModelQuota("m", 0.25, world.now + 600, 1000), ModelQuota("n", 0.5, None))
    assert await world.control.ask_google_quota(ann.id) == Done("Google told the quota of 2 models.")
    row = world.control.snapshot().credentials[0]
    assert (row.google_remaining, row.google_asked_at, row.resets_at) == (
        0.25,
        world.now,
        world.now + 600,
    )
    backend.fault = UpstreamFault(FaultKind.RATE, "Too many.", hint_s=60)
    assert isinstance(await world.control.ask_google_quota(ann.id), Refused)
    assert not world.pool.view()[0].cooldowns


async def test_cleared_by_hand(world, ann) -> None:
    world.pool.mark(ann.id, UpstreamFault(FaultKind.NEEDS_LOGIN, "Dead."))
    assert isinstance(await world.control.clear_cooldown(ann.id), Done)
    assert world.pool.view()[0].state is CredentialState.READY


async def begun(world, *place: str) -> Login:
    """A sign-in, the notice read."""
    await world.control.acknowledge_terms()
    login = await world.control.begin_login(*place)
    assert isinstance(login, Login)
    return login


async def test_no_sign_in_begins_before_the_notice_is_read_which_is_kept_once(world) -> None:
    assert await world.control.sign_in_notice() == Notice("public client", due=True)
    refused = await world.control.begin_login()
    assert isinstance(refused, Refused) and "terms" in refused.reason and not world.signins.waiting
    for _ in range(2):
        assert isinstance(await world.control.acknowledge_terms(), Done)
    assert world.kept_terms == ["2026-11-18T11:06:40+00:00"]
    assert await world.control.sign_in_notice() == Notice("public client", due=False)
    assert isinstance(await world.control.begin_login(), Login)


async def test_a_notice_that_cannot_be_kept_stays_due(world) -> None:
    def refuse(_: str) -> None:
        raise Problem("The disk is full.")

    world.control.terms.keep = refuse
    assert await world.control.acknowledge_terms() == Refused("The disk is full.")
    assert (await world.control.sign_in_notice()).due


async def test_ones_own_client_and_project_need_no_word_on_gemini_clis_terms(world) -> None:
    world.own_client = True
    assert await world.control.sign_in_notice() == Notice("own client", due=True)
    assert await world.control.sign_in_notice("proj") == Notice("own project", due=False)
    assert isinstance(await world.control.begin_login("proj"), Login)
    world.own_client = False
    assert await world.control.sign_in_notice("proj") == Notice("public client", due=True)


@pytest.mark.parametrize("place", [("", "eu"), ("proj", "evil.example/")])
async def test_a_location_must_be_one_and_have_a_project(world, place) -> None:
    await world.control.acknowledge_terms()
    assert isinstance(await world.control.begin_login(*place), Refused)


async def test_a_sign_in_for_vertex_stays_apart_from_code_assists_and_revives_its_own(world, ann) -> None:
    for place in (("proj", "eu"), ("proj", ""), ("other", "")):
        login = await begun(world, *place)
        assert isinstance(await world.control.finish_login(login.id, "4/code"), Done)
        world.signins.refresh_token += "2"
    kept = [(one.label, one.kind.value, one.settings.location) for one in world.kept()]
    assert sorted(kept) == [
        ("ann@example.org", "oauth", ""),
        ("ann@example.org · other", "vertex-oauth", ""),
        ("ann@example.org · proj", "vertex-oauth", "eu"),
    ]


async def test_an_imported_client_is_told_and_kept(world) -> None:
    data = b'{"installed": {"client_id": "mine.apps", "client_secret": "SENTINEL"}}'
    answer = await world.control.add_credentials(data, "client_secret.json")
    assert isinstance(answer, Done) and "mine.apps" in answer.message and "SENTINEL" not in answer.message
    assert (world.folder / "client" / "client_secret.json").exists() and world.labels() == []


async def test_a_sign_in_becomes_a_credential(world) -> None:
    login = await begun(world)
    assert isinstance(login, Login)
    assert "7861:127.0.0.1:7861" in login.ssh_hint
    refused = await world.control.finish_login(login.id, "no")
    assert refused == Refused("There is no code in this text.", "Copy the whole address.")
    assert await world.control.browser_came_back("?code=4/x&state=s1") == Done("Signed in as ann@example.org.")
    assert world.control.login_status(login.id).phase == "done"
    assert world.labels() == ["ann@example.org"]


async def test_signing_in_again_keeps_the_id_and_revives(world, ann) -> None:
    world.pool.mark(ann.id, UpstreamFault(FaultKind.NEEDS_LOGIN, "Dead."))
    login = await begun(world)
    assert isinstance(await world.control.finish_login(login.id, "4/code"), Done)
    assert [(view.credential.id, view.state) for view in world.pool.view()] == [(ann.id, CredentialState.READY)]


async def test_a_sign_in_that_cannot_be_kept_is_not_called_done(world, refusing_disk) -> None:
    login = await begun(world)
    assert isinstance(await world.control.finish_login(login.id, "4/code"), Refused)
    status = world.control.login_status(login.id)
    assert status.phase == "failed"
    assert "Read-only file system" in status.message


async def test_a_cancelled_sign_in(world) -> None:
    login = await begun(world)
    await world.control.cancel_login(login.id)
    assert world.control.login_status(login.id).phase == "cancelled"


async def test_rows_are_made_again_when_something_happened_or_a_second_passed(world, ann) -> None:
    lease = world.pool.lease("m", ["code-assist"], ALL)
    world.pool.failed(lease, UpstreamFault(FaultKind.RATE, "Too many.", hint_s=5))
    world.pool.release(lease)
    first = world.control.snapshot().credentials
    assert first[0].state is CredentialState.COOLING
    assert world.control.snapshot().credentials is first
    world.now += 6
    assert world.control.snapshot().credentials[0].state is CredentialState.READY


async def test_a_snapshot_names_server_and_file_and_holds_no_secret(world, ann) -> None:
    snapshot = world.control.snapshot()
    assert snapshot.server.url == "http://127.0.0.1:7861"
    assert snapshot.credentials[0].file == world.vault.file_of(ann.id) != ""
    assert "rt-1" not in repr(snapshot)


async def test_stops_are_passed_on(world) -> None:
    assert isinstance(await world.control.cancel_exchange(ExchangeId(7)), Done)
    assert isinstance(await world.control.cancel_exchange(ExchangeId(8)), Refused)
    assert isinstance(await world.control.stop("now"), Done)
    assert world.stops == ["now"]


async def test_whoever_looks_is_told_that_requests_are_recorded(world) -> None:
    assert not world.control.snapshot().server.warnings
    await world.control.begin_recording("whole")
    (said,) = world.control.snapshot().server.warnings
    assert "whole" in said and str(world.home) not in said
    assert (await world.control.recording()).on
    await world.control.end_recording()
    assert not world.control.snapshot().server.warnings


def test_the_address_for_other_devices_is_the_one_of_now(world):
    """A laptop changes networks."""
    found = iter(["http://192.168.1.23:7861", "http://10.0.0.7:7861"])
    world.control.login_sessions.url_elsewhere = lambda: next(found)
    assert world.control.snapshot().server.url_elsewhere == "http://192.168.1.23:7861"
    world.now += 2
    assert world.control.snapshot().server.url_elsewhere == "http://10.0.0.7:7861"
