"""`Control` of a server elsewhere: each verb goes over the line by the table; files are read and written on this side.

In: the line, the reader beside it, and where this machine keeps exports. Out: what came of a verb, in the server's
words. A verb while the line is lost, or of a panel that only looks, is refused in words and sends nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gcli2api_tui.control.local_files import ExportFiles, read_for_upload
from gcli2api_tui.control.question import AskRequest
from gcli2api_tui.control.remote_cache import Fetched, Wanted
from gcli2api_tui.control.remote_connection import AdminLine, ServerRefused
from gcli2api_tui.control.remote_reader import RemoteReader
from gcli2api_tui.control.verb_results import (
    Answer,
    Difference,
    ExportForm,
    Login,
    LoginStatus,
    Notice,
    Refused,
    StopMode,
    Trashed,
    refused,
)
from gcli2api_tui.events.ids import ANY, ELSEWHERE, AskId
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import NewClientKey, Profile, RecordingMode
from gcli2api_tui.ledger.exchange_rows import by_time
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

READ_ONLY = Refused(say("attach.read_only"), say("attach.start_again"))
CONNECT_THERE = Refused(say("attach.connect_there"), say("attach.connect_how"))
LOGIN_PACE_S = 1.0


@dataclass(slots=True)
class RemoteControl:
    """`far`: the server may be on another machine, whose files are not this person's."""

    line: AdminLine
    reader: RemoteReader
    files: ExportFiles
    fetched: Fetched
    read_only: bool = False
    far: bool = False

    async def _do(self, verb: str, /, **arguments: object) -> Any:
        """What came of it, or Refused."""
        if self.read_only:
            return READ_ONLY
        return await self._ask(verb, **arguments)

    async def _ask(self, verb: str, /, **arguments: object) -> Any:
        """The same of one that changes nothing."""
        if (lost := self.reader.lost) is not None:
            return Refused(lost)
        try:
            return await self.line.call(verb, **arguments)
        except ServerRefused as problem:
            return problem.refused
        except Problem as problem:
            return refused(problem)

    # Adding

    async def add_credentials(self, data: bytes, name: str) -> Answer:
        return await self._do("add_credentials", data=data, name=name)  # type: ignore[no-any-return]

    async def add_path(self, path: str) -> Answer:
        """Read here: a path that a person names is one of the machine they sit at."""
        if self.read_only:
            return READ_ONLY
        try:
            data, name = await read_for_upload(path)
        except Problem as problem:
            return refused(problem)
        return await self.add_credentials(data, name)

    async def sign_in_notice(self, project: str = "") -> Notice:
        found = await self._ask("sign_in_notice", project=project)
        return Notice("public client", due=False) if isinstance(found, Refused) else found

    async def acknowledge_terms(self) -> Answer:
        return await self._do("acknowledge_terms")  # type: ignore[no-any-return]

    async def begin_login(self, project: str = "", location: str = "", local: bool = False) -> Login | Refused:
        wanted = {"project": project, "location": location, "local": local}
        return await self._do("begin_login", **wanted)  # type: ignore[no-any-return]

    async def finish_login(self, login: str, text: str) -> Answer:
        return await self._do("finish_login", login=login, text=text)  # type: ignore[no-any-return]

    def login_status(self, login: str) -> LoginStatus:
        async def fetch(known: LoginStatus) -> LoginStatus:
            return await self.line.call("login_status", login=login)  # type: ignore[no-any-return]

        waiting = Wanted(
            fetch,
            LoginStatus("waiting", ()),
            pace_s=LOGIN_PACE_S,
            again=lambda status: status.phase in ("waiting", "exchanging"),
        )
        return self.fetched.look(("login", login), waiting)

    async def cancel_login(self, login: str) -> None:
        await self._do("cancel_login", login=login)
        self.fetched.forget(("login", login))

    # One credential

    async def enable(self, credential: CredentialId) -> Answer:
        return await self._on("enable", credential)

    async def disable(self, credential: CredentialId) -> Answer:
        return await self._on("disable", credential)

    async def remove(self, credential: CredentialId) -> Answer:
        return await self._on("remove", credential)

    async def restore(self, credential: CredentialId) -> Answer:
        return await self._on("restore", credential)

    async def trash(self) -> tuple[Trashed, ...]:
        found = await self._ask("trash")
        return () if isinstance(found, Refused) else found

    async def clear_cooldown(self, credential: CredentialId) -> Answer:
        return await self._on("clear_cooldown", credential)

    async def check(self, credential: CredentialId) -> Answer:
        return await self._on("check", credential)

    async def ask_google_quota(self, credential: CredentialId) -> Answer:
        return await self._on("ask_google_quota", credential)

    async def _on(self, verb: str, credential: CredentialId) -> Answer:
        return await self._do(verb, credential=credential)  # type: ignore[no-any-return]

    # Watching

    async def begin_recording(self, mode: RecordingMode = "masked") -> Answer:
        return await self._do("begin_recording", mode=mode)  # type: ignore[no-any-return]

    async def end_recording(self) -> Answer:
        return await self._do("end_recording")  # type: ignore[no-any-return]

    async def profile(self, seconds: float = 10.0) -> Profile | Refused:
        return await self._ask("profile", seconds=seconds)  # type: ignore[no-any-return]

    # Client keys

    async def add_client_key(self, name: str, wishes: Mapping[str, str]) -> NewClientKey | Refused:
        made = await self._do("add_client_key", name=name, wishes=wishes)
        if isinstance(made, Refused):
            return made
        self.reader.seen_again("client_keys")
        return NewClientKey(made.name, Secret(made.key), made.message, made.warned)

    async def set_client_key(self, name: str, wishes: Mapping[str, str]) -> Answer:
        return self._of_keys(await self._do("set_client_key", name=name, wishes=wishes))

    async def revoke_client_key(self, name: str) -> Answer:
        return self._of_keys(await self._do("revoke_client_key", name=name))

    def _of_keys(self, answer: Answer) -> Answer:
        self.reader.seen_again("client_keys")
        return answer

    # Clients, models, settings

    async def connect(self, client: str, *, undo: bool = False) -> Difference | Refused:
        if self.far:
            return CONNECT_THERE
        return await self._ask("connect", client=client, verb=_verb(undo))  # type: ignore[no-any-return]

    async def write_connection(self, shown: Difference) -> Answer:
        if self.far:
            return CONNECT_THERE
        named = {"client": shown.client, "verb": _verb(shown.undo), "seen": shown.seen}
        return await self._do("write_connection", **named)  # type: ignore[no-any-return]

    async def map_model(self, name: str, model: str) -> Answer:
        return await self._do("map_model", name=name, model=model)  # type: ignore[no-any-return]

    async def forget_learnt(self, model: str | None) -> Answer:
        done = await (self._do("forget_all_learnt") if model is None else self._do("forget_learnt", model=model))
        self.reader.seen_again("models")
        return done  # type: ignore[no-any-return]

    async def set_setting(self, name: str, value: str | None) -> Answer:
        return await self._do("set_setting", name=name, value=value)  # type: ignore[no-any-return]

    async def undo_setting(self) -> Answer:
        return await self._do("undo_setting")  # type: ignore[no-any-return]

    # Asking

    async def ask(self, request: AskRequest) -> AskId | Refused:
        sent = {
            "dialect": request.dialect,
            "path": request.path,
            "body": request.body,
            "credential": request.credential,
        }
        begun = await self._do("ask", **sent)
        return begun if isinstance(begun, Refused) else begun.ask

    async def resend(self, exchange: ExchangeId, credential: CredentialId = ANY, model: str = "") -> AskId | Refused:
        begun = await self._do("resend", exchange=exchange, credential=credential, model=model, wait=False)
        return begun if isinstance(begun, Refused) else begun.ask

    async def stop_asking(self, ask: AskId) -> Answer:
        return await self._do("stop_asking", ask=ask)  # type: ignore[no-any-return]

    # Requests

    async def cancel_exchange(self, exchange: ExchangeId) -> Answer:
        return await self._do("cancel_exchange", exchange=exchange)  # type: ignore[no-any-return]

    async def export_exchanges(
        self, exchanges: Sequence[ExchangeId], form: ExportForm, *, private: bool = False
    ) -> Answer:
        """To a file of this machine; looking from afar may do that too."""
        wanted = frozenset(exchanges)
        others = (await self.reader.elsewhere()).exchanges if any(one >= ELSEWHERE for one in wanted) else ()
        rows = [row for row in by_time(self.reader.snapshot().exchanges, others) if row.id in wanted]
        if not rows:
            return Refused(say("export.none"))
        try:
            text = await self.reader.exported(rows, form, private=private)
        except Problem as problem:
            return refused(problem)
        return await self.files.write_requests(text, form, len(rows))

    async def save_screen(self, svg: str, text: str) -> Answer:
        return await self.files.write_screen(svg, text)

    async def keep_filter(self, text: str) -> Answer:
        return self._kept(await self._do("keep_filter", text=text))

    async def drop_filter(self, text: str) -> Answer:
        return self._kept(await self._do("drop_filter", text=text))

    def _kept(self, answer: Answer) -> Answer:
        self.reader.seen_again("saved_filters")
        return answer

    async def stop(self, mode: StopMode) -> Answer:
        if mode in ("drain", "now"):
            return await self._do("stop", mode=mode)  # type: ignore[no-any-return]
        return await self._do("restart", when_idle=mode == "restart-when-idle")  # type: ignore[no-any-return]


def _verb(undo: bool) -> str:
    return "undo" if undo else "connect"
