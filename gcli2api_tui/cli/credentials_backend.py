"""How `creds …` reaches the credentials: through the server that runs, or on the files where none does.

In: verbs on credentials. Out: an answer for each, as it comes. With a server its pool follows at once; a check
without one builds the parts of a server and serves nothing. Keys that were added just now are checked first, so that
"added" never stands alone over a dead one; they are kept whatever is said.
"""

import asyncio
import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

import click

from gcli2api_tui import paths
from gcli2api_tui.bootstrap import open_vault, prepare
from gcli2api_tui.config import settings_loading
from gcli2api_tui.config.models_and_prices import read_models
from gcli2api_tui.control import admin_client, run_file
from gcli2api_tui.control.credential_verbs import FIRST_CHECK_S, FIRST_CHECKED
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.control.text_report import shown
from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.control_wiring import Parts, build
from gcli2api_tui.credentials.cli_arguments import Named
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message, quoted, say
from gcli2api_tui.quick_dataclass import dataclass

DECLINED = 409
CHECK_S = 120.0
"""Google is asked up to three times for a check."""


class PoolReport(TypedDict):
    """As the admin API tells it."""

    at: float
    credentials: list[dict[str, object]]


Verb = Literal["check", "enable", "disable", "remove", "restore", "clear-cooldown", "quota"]


def named(vault: Vault, credentials: Iterable[Credential]) -> list[Named]:
    """By all that a person may call them. Files are the truth, for a running server too."""
    return [Named(one.id, one.label, vault.file_of(one.id)) for one in credentials]


def known_models(home: str | None, environ: Mapping[str, str]) -> frozenset[str]:
    """Ids of all models, for `creds set`."""
    where = paths.find(home, environ)
    return frozenset(read_models(where, settings_loading.load(where.config_file, environ, {}).settings).models)


def first_check(home: str | None, environ: Mapping[str, str], one: Named) -> Answer:
    """What Google says of a key that came just now. Nobody waits long for it, and without a network it stays."""
    try:
        return reach(home, environ).first_check(one)
    except Problem as problem:
        return Refused(problem.message, problem.way_out)
    except TimeoutError:
        return Refused(say("cli.google_is_slow", seconds=round(FIRST_CHECK_S)))


def reach(home: str | None, environ: Mapping[str, str]) -> "OnlineCredentials | OfflineCredentials":
    running = run_file.read(paths.find(home, environ).run_file)
    return (
        OnlineCredentials(running) if running and admin_client.listens(running) else OfflineCredentials(home, environ)
    )


@dataclass(frozen=True, slots=True)
class OnlineCredentials:
    """Its admin API."""

    running: Running

    def pool(self) -> PoolReport:
        """`at`, and `credentials` with their states."""
        pool: PoolReport = admin_client.get(self.running, "/admin/api/credentials")
        return pool

    def act(self, verb: Verb, wanted: Sequence[Named]) -> Iterator[Answer]:
        """One answer for each, in order. Raises Problem where the server itself does not answer."""
        for one in wanted:
            yield self._ask(verb, one.id)

    def first_check(self, one: Named) -> Answer:
        return self._ask("check", one.id, FIRST_CHECK_S)

    def _ask(self, verb: Verb, identity: CredentialId, patience_s: float = CHECK_S) -> Answer:
        try:
            answer = admin_client.post(self.running, f"/admin/api/credentials/{quote(identity)}/{verb}", {}, patience_s)
        except ClientFault as refused:
            if refused.status != DECLINED:
                raise
            return Refused(refused.message)
        return Done(quoted(str(answer["message"])))


@dataclass(frozen=True, slots=True)
class OfflineCredentials:
    """The vault, under its lock."""

    home: str | None
    environ: Mapping[str, str]

    def act(self, verb: Verb, wanted: Sequence[Named]) -> Iterator[Answer]:
        if verb in ("check", "clear-cooldown", "quota"):
            return _with_parts(verb, self.home, self.environ, wanted)
        return self._changed(verb, wanted)

    def first_check(self, one: Named) -> Answer:
        (answer,) = _with_parts("check", self.home, self.environ, [one], FIRST_CHECK_S)
        return answer

    def _changed(self, verb: Verb, wanted: Sequence[Named]) -> Iterator[Answer]:
        vault = open_vault(self.home, self.environ)
        credentials = {one.id: one for one in vault.load()[0]}
        for one in wanted:
            try:
                yield Done(_change(vault, verb, one, credentials))
            except Problem as problem:
                yield Refused(problem.message, problem.way_out)


def _change(vault: Vault, verb: Verb, one: Named, credentials: Mapping[CredentialId, Credential]) -> Message:
    if verb == "restore":
        return say("control.restored", label=vault.restore(one.id).label)
    credential = credentials[one.id]
    if verb == "remove":
        vault.remove(credential.id)
        return say("control.removed", label=credential.label)
    enabled = verb == "enable"
    vault.update(dataclasses.replace(credential, settings=dataclasses.replace(credential.settings, enabled=enabled)))
    return say("control.in_rotation" if enabled else "control.out_of_rotation", label=credential.label)


def _with_parts(
    verb: Verb, home: str | None, environ: Mapping[str, str], wanted: Sequence[Named], patience_s: float = CHECK_S
) -> Iterator[Answer]:
    """Each as soon as it is done; what is found out is remembered for the next start."""
    with asyncio.Runner() as runner:
        parts = runner.run(_parts(home, environ))
        try:
            control = parts.control
            verbs = {"clear-cooldown": control.clear_cooldown, "quota": control.ask_google_quota}
            for one in wanted:
                yield runner.run(asyncio.wait_for(verbs.get(verb, control.check)(one.id), patience_s))
        finally:
            runner.run(parts.client.aclose())
            runner.run(parts.control.registry.close())
            parts.store.close()


async def _parts(home: str | None, environ: Mapping[str, str]) -> Parts:
    """A server's parts without its socket."""
    return build(prepare({"home": home}, environ), "http://127.0.0.1:0", lambda mode: None)


class Checked(TypedDict):
    """What Google says of a key that was added just now, for --json or for people."""

    label: str
    ok: bool
    message: str


def first_checks(added: Sequence[Credential], home: str | None) -> Iterator[Checked]:
    for one in added[:FIRST_CHECKED]:
        answer = first_check(home, os.environ, Named(one.id, one.label, ""))
        words = answer.message if isinstance(answer, Done) else answer.sentence
        yield {"label": one.label, "ok": isinstance(answer, Done), "message": words}


def tell(row: Checked) -> None:
    """A doubt goes to standard error."""
    if row["ok"]:
        click.echo(shown(row["message"]))
    else:
        click.echo(shown(say("cli.kept_with_a_doubt", label=row["label"], said=row["message"])), err=True)
