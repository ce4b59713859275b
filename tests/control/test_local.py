"""The verbs in the serving process: each answers Done or Refused, whatever disk and Google say."""

import asyncio
import json
import os

import pytest

from gcli2api_tui.control.ports import Done, Login, Notice, Refused
from gcli2api_tui.credentials.bundle import read_bytes
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.ledger.records import CredentialState
from gcli2api_tui.upstream.ports import ModelQuota

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
ANN = json.dumps({"refresh_token": "rt-1", "email": "ann@example.org", "project_id": "p"}).encode()
PEM = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def desk(desk_of_home):
    return desk_of_home


@pytest.fixture
async def ann(desk):
    assert isinstance(await desk.control.add_credentials(ANN, "ann.json"), Done)
    return desk.pool.view()[0].credential


async def test_an_import_says_what_came_what_was_there_and_what_was_not_taken(desk) -> None:
    first = await desk.control.add_credentials(f"{KEY} one\n".encode(), "keys.txt")
    assert first == Done("Added one.")
    again = await desk.control.add_credentials(f"{KEY} one\n{KEY[:-1]}5 two\nnonsense\n".encode(), "keys.txt")
    assert isinstance(again, Done)
    assert again.message.startswith("Added two. Already there: one. keys.txt, line 3: This line is no API key.")
    assert desk.labels() == ["one", "two"]


async def test_a_key_that_google_refuses_is_added_with_a_warning(desk) -> None:
    desk.backends["gemini-api"].fault = UpstreamFault(FaultKind.NEEDS_LOGIN, "API key not valid.")
    answer = await desk.control.add_credentials(KEY.encode(), "keys.txt")
    assert answer == Done("Added key …1234. Google refuses key …1234: API key not valid.", warned=True)
    assert desk.control.snapshot().credentials[0].state is CredentialState.NEEDS_LOGIN


async def test_what_passes_by_itself_is_no_refusal_of_a_new_key(desk) -> None:
    desk.backends["gemini-api"].fault = UpstreamFault(FaultKind.NETWORK, "Google was not reached.")
    assert await desk.control.add_credentials(KEY.encode(), "keys.txt") == Done("Added key …1234.")
    assert desk.control.snapshot().credentials[0].state is CredentialState.READY


async def test_a_silent_google_holds_no_import_up(desk, monkeypatch) -> None:
    async def silent(credential) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr("gcli2api_tui.control.local.FIRST_CHECK_S", 0.01)
    monkeypatch.setattr(desk.backends["gemini-api"], "check", silent)
    assert await desk.control.add_credentials(KEY.encode(), "keys.txt") == Done("Added key …1234.")


async def test_somebody_elses_sign_in_is_refused_by_name_when_pasted(desk) -> None:
    pasted = json.dumps({"type": "claude", "refresh_token": "sk-ant-ort01-abcdef"})
    answer = await desk.control.add_credentials(pasted.encode(), "Paste JSON")
    assert isinstance(answer, Refused) and "Claude" in answer.sentence and "sk-ant" not in answer.sentence


async def test_a_pipe_in_place_of_a_file_is_refused_at_once(desk, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    answer = await desk.control.add_path(str(tmp_path / "pipe.json"))
    assert isinstance(answer, Refused) and "it is a pipe" in answer.sentence


async def test_what_is_no_credential_at_all_is_refused(desk) -> None:
    answer = await desk.control.add_credentials(b'{"hello": 1}', "x.json")
    assert isinstance(answer, Refused)
    assert "x.json" in answer.sentence


async def test_a_path_may_be_a_file_or_a_folder_and_begin_with_the_home_sign(desk, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ann.json").write_bytes(ANN)
    assert isinstance(await desk.control.add_path("~/mine/ann.json"), Done)
    assert await desk.control.add_path("~/mine") == Done("Already there: ann@example.org.")


@pytest.mark.parametrize("path", ["no-such-file.json", "/dev/null/x.json", "x" * 5000, "nul\0byte", ""])
async def test_a_path_that_leads_nowhere_is_refused(desk, path: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path / "trash")
    assert isinstance(await desk.control.add_path(path), Refused)


async def test_disabled_stays_disabled_over_a_restart_and_comes_back(desk, ann) -> None:
    assert await desk.control.disable(ann.id) == Done("ann@example.org is out of the rotation.")
    assert [one.settings.enabled for one in desk.kept()] == [False]
    assert desk.control.snapshot().credentials[0].state is CredentialState.DISABLED
    assert await desk.control.enable(ann.id) == Done("ann@example.org is in the rotation.")
    assert [one.settings.enabled for one in desk.kept()] == [True]


async def test_removed_and_restored(desk, ann) -> None:
    assert await desk.control.remove(ann.id) == Done("Removed ann@example.org; its file is in trash/.")
    assert (desk.control.snapshot().credentials, desk.kept()) == ((), [])
    assert await desk.control.restore(ann.id) == Done("ann@example.org is back.")
    assert desk.kept() == [ann]


async def test_what_is_gone_is_refused_by_every_verb(desk, ann) -> None:
    await desk.control.remove(ann.id)
    (desk.trash / next(desk.trash.iterdir()).name).unlink()
    control = desk.control
    verbs = (control.enable, control.disable, control.remove, control.restore, control.clear_cooldown, control.check)
    for verb in (*verbs, control.ask_google_quota):
        assert isinstance(await verb(ann.id), Refused), verb.__name__


async def test_a_disk_that_refuses_is_an_answer_and_takes_nobody_out(desk, ann, refusing_disk) -> None:
    control = desk.control
    answers = {
        "add": await control.add_credentials(KEY.encode(), "k"),
        "disable": await control.disable(ann.id),
        "remove": await control.remove(ann.id),
    }
    for verb, answer in answers.items():
        assert isinstance(answer, Refused), verb
        assert "Read-only file system" in answer.reason
        assert answer.way_out
    assert desk.labels() == ["ann@example.org"]
    assert desk.pool.view()[0].state is CredentialState.READY


async def test_a_restore_that_the_disk_refuses_leaves_the_file_in_the_trash(desk, ann, monkeypatch) -> None:
    await desk.control.remove(ann.id)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        assert isinstance(await desk.control.restore(ann.id), Refused)
    assert isinstance(await desk.control.restore(ann.id), Done)
    assert desk.kept() == [ann]


async def test_a_folder_that_cannot_be_entered_is_an_answer_too(desk, ann) -> None:
    desk.folder.rename(desk.folder.with_name("elsewhere"))
    for verb in (desk.control.disable, desk.control.remove, desk.control.restore):
        assert isinstance(await verb(ann.id), Refused), verb.__name__


async def test_a_check_that_passes_clears_the_mark(desk, ann) -> None:
    desk.pool.mark(ann.id, UpstreamFault(FaultKind.VALIDATION, "Verify the account."))
    assert await desk.control.check(ann.id) == Done("ann@example.org works.")
    assert desk.pool.view()[0].state is CredentialState.READY


async def test_a_check_that_fails_marks_it_and_gives_googles_words(desk, ann) -> None:
    desk.backends["code-assist"].fault = UpstreamFault(FaultKind.TERMS, "Disabled.", way_out="Ask Google.")
    assert await desk.control.check(ann.id) == Refused("Disabled.", "Ask Google.")
    assert desk.pool.view()[0].state is CredentialState.DISABLED_BY_GOOGLE


async def test_a_check_that_never_reached_google_marks_nothing(desk, ann) -> None:
    desk.backends["code-assist"].fault = UpstreamFault(FaultKind.NETWORK, "Google was not reached.")
    assert isinstance(await desk.control.check(ann.id), Refused)
    assert desk.pool.view()[0].state is CredentialState.READY


async def test_one_that_was_put_into_the_folder_a_moment_ago_is_known(desk) -> None:
    (ann,) = desk.open_vault().take(read_bytes(ANN, "ann.json", desk.control.client)).added
    assert await desk.control.check(ann.id) == Done("ann@example.org works.")
    assert desk.labels() == ["ann@example.org"]


async def test_a_kind_without_a_backend_is_refused(desk) -> None:
    account = {"type": "service_account", "private_key": PEM, "client_email": "s@p", "project_id": "p"}
    await desk.control.add_credentials(json.dumps(account).encode(), "sa.json")
    identity = desk.pool.view()[0].credential.id
    assert isinstance(await desk.control.check(identity), Refused)
    assert isinstance(await desk.control.ask_google_quota(identity), Refused)


async def test_googles_figures_are_shown(desk, ann) -> None:
    backend = desk.backends["code-assist"]
    assert isinstance(await desk.control.ask_google_quota(ann.id), Refused)
    backend.figures = (ModelQuota("m", 0.25, desk.now + 600, 1000), ModelQuota("n", 0.5, None))
    assert await desk.control.ask_google_quota(ann.id) == Done("Google told the quota of 2 models.")
    row = desk.control.snapshot().credentials[0]
    assert (row.google_remaining, row.google_asked_at, row.resets_at) == (0.25, desk.now, desk.now + 600)
    backend.fault = UpstreamFault(FaultKind.RATE, "Too many.", hint_s=60)
    assert isinstance(await desk.control.ask_google_quota(ann.id), Refused)
    assert not desk.pool.view()[0].cooldowns


async def test_cleared_by_hand(desk, ann) -> None:
    desk.pool.mark(ann.id, UpstreamFault(FaultKind.NEEDS_LOGIN, "Dead."))
    assert isinstance(await desk.control.clear_cooldown(ann.id), Done)
    assert desk.pool.view()[0].state is CredentialState.READY


async def begun(desk, *place: str) -> Login:
    """A sign-in, the notice read."""
    await desk.control.acknowledge_terms()
    login = await desk.control.begin_login(*place)
    assert isinstance(login, Login)
    return login


async def test_no_sign_in_begins_before_the_notice_is_read_which_is_kept_once(desk) -> None:
    assert await desk.control.sign_in_notice() == Notice("public client", due=True)
    refused = await desk.control.begin_login()
    assert isinstance(refused, Refused) and "terms" in refused.reason and not desk.signins.waiting
    for _ in range(2):
        assert isinstance(await desk.control.acknowledge_terms(), Done)
    assert desk.kept_terms == ["2026-11-18T11:06:40+00:00"]
    assert await desk.control.sign_in_notice() == Notice("public client", due=False)
    assert isinstance(await desk.control.begin_login(), Login)


async def test_a_notice_that_cannot_be_kept_stays_due(desk) -> None:
    def refuse(_: str) -> None:
        raise Problem("The disk is full.")

    desk.control.terms.keep = refuse
    assert await desk.control.acknowledge_terms() == Refused("The disk is full.")
    assert (await desk.control.sign_in_notice()).due


async def test_ones_own_client_and_project_need_no_word_on_gemini_clis_terms(desk) -> None:
    desk.own_client = True
    assert await desk.control.sign_in_notice() == Notice("own client", due=True)
    assert await desk.control.sign_in_notice("proj") == Notice("own project", due=False)
    assert isinstance(await desk.control.begin_login("proj"), Login)
    desk.own_client = False
    assert await desk.control.sign_in_notice("proj") == Notice("public client", due=True)


@pytest.mark.parametrize("place", [("", "eu"), ("proj", "evil.example/")])
async def test_a_location_must_be_one_and_have_a_project(desk, place) -> None:
    await desk.control.acknowledge_terms()
    assert isinstance(await desk.control.begin_login(*place), Refused)


async def test_a_sign_in_for_vertex_stays_apart_from_code_assists_and_revives_its_own(desk, ann) -> None:
    for place in (("proj", "eu"), ("proj", ""), ("other", "")):
        login = await begun(desk, *place)
        assert isinstance(await desk.control.finish_login(login.id, "4/code"), Done)
        desk.signins.refresh_token += "2"
    kept = [(one.label, one.kind.value, one.settings.location) for one in desk.kept()]
    assert sorted(kept) == [
        ("ann@example.org", "oauth", ""),
        ("ann@example.org · other", "vertex-oauth", ""),
        ("ann@example.org · proj", "vertex-oauth", "eu"),
    ]


async def test_an_imported_client_is_told_and_kept(desk) -> None:
    data = b'{"installed": {"client_id": "mine.apps", "client_secret": "SENTINEL"}}'
    answer = await desk.control.add_credentials(data, "client_secret.json")
    assert isinstance(answer, Done) and "mine.apps" in answer.message and "SENTINEL" not in answer.message
    assert (desk.folder / "client" / "client_secret.json").exists() and desk.labels() == []


async def test_a_sign_in_becomes_a_credential(desk) -> None:
    login = await begun(desk)
    assert isinstance(login, Login)
    assert "7861:127.0.0.1:7861" in login.ssh_hint
    refused = await desk.control.finish_login(login.id, "no")
    assert refused == Refused("There is no code in this text.", "Copy the whole address.")
    assert await desk.control.browser_came_back("?code=4/x&state=s1") == Done("Signed in as ann@example.org.")
    assert desk.control.login_status(login.id).phase == "done"
    assert desk.labels() == ["ann@example.org"]


async def test_signing_in_again_keeps_the_id_and_revives(desk, ann) -> None:
    desk.pool.mark(ann.id, UpstreamFault(FaultKind.NEEDS_LOGIN, "Dead."))
    login = await begun(desk)
    assert isinstance(await desk.control.finish_login(login.id, "4/code"), Done)
    assert [(view.credential.id, view.state) for view in desk.pool.view()] == [(ann.id, CredentialState.READY)]


async def test_a_sign_in_that_cannot_be_kept_is_not_called_done(desk, refusing_disk) -> None:
    login = await begun(desk)
    assert isinstance(await desk.control.finish_login(login.id, "4/code"), Refused)
    status = desk.control.login_status(login.id)
    assert status.phase == "failed"
    assert "Read-only file system" in status.message


async def test_a_cancelled_sign_in(desk) -> None:
    login = await begun(desk)
    await desk.control.cancel_login(login.id)
    assert desk.control.login_status(login.id).phase == "cancelled"


async def test_rows_are_made_again_when_something_happened_or_a_second_passed(desk, ann) -> None:
    lease = desk.pool.lease("m", ["code-assist"])
    desk.pool.failed(lease, UpstreamFault(FaultKind.RATE, "Too many.", hint_s=5))
    desk.pool.release(lease)
    first = desk.control.snapshot().credentials
    assert first[0].state is CredentialState.COOLING
    assert desk.control.snapshot().credentials is first
    desk.now += 6
    assert desk.control.snapshot().credentials[0].state is CredentialState.READY


async def test_a_snapshot_names_server_and_file_and_holds_no_secret(desk, ann) -> None:
    snapshot = desk.control.snapshot()
    assert snapshot.server.url == "http://127.0.0.1:7861"
    assert snapshot.credentials[0].file == desk.vault.file_of(ann.id) != ""
    assert "rt-1" not in repr(snapshot)


async def test_stops_are_passed_on(desk) -> None:
    assert isinstance(await desk.control.cancel_exchange(ExchangeId(7)), Done)
    assert isinstance(await desk.control.cancel_exchange(ExchangeId(8)), Refused)
    assert isinstance(await desk.control.stop("now"), Done)
    assert desk.stops == ["now"]
