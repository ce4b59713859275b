"""Every verb that a person uses, in the log: what it was used on, and what came of it.

In: a Control, and where its person is (the panel, the admin API). Out: the same Control; each answer is also a line.
What the program itself asks for, as the quota poller does, goes past this.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.question import AskRequest, model_of
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
)
from gcli2api_tui.events.ids import ANY, AskId
from gcli2api_tui.events.records import CredentialId, ExchangeId, LogLine
from gcli2api_tui.ledger.admin_rows import NewClientKey, Profile, RecordingMode
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

Named = Callable[[CredentialId], str]


@dataclass(frozen=True, slots=True)
class LoggedControl:
    """Implements `control.ports.Control`. `place` is the source of its lines; `label_of` names a credential, or ""."""

    control: Control
    recorder: Recorder
    clock: Clock
    place: str
    label_of: Named

    async def add_credentials(self, data: bytes, name: str) -> Answer:
        return self._told("verb.add", name, await self.control.add_credentials(data, name))

    async def add_path(self, path: str) -> Answer:
        return self._told("verb.add", path, await self.control.add_path(path))

    async def sign_in_notice(self, project: str = "") -> Notice:
        return await self.control.sign_in_notice(project)

    async def acknowledge_terms(self) -> Answer:
        return self._told("verb.acknowledge", "", await self.control.acknowledge_terms())

    async def begin_login(self, project: str = "", location: str = "", local: bool = False) -> Login | Refused:
        answer = await self.control.begin_login(project, location, local)
        self._write("verb.begin_login", project, answer if isinstance(answer, Refused) else say("verb.begun"))
        return answer

    async def finish_login(self, login: str, text: str) -> Answer:
        return self._told("verb.finish_login", "", await self.control.finish_login(login, text))

    def login_status(self, login: str) -> LoginStatus:
        return self.control.login_status(login)

    async def cancel_login(self, login: str) -> None:
        await self.control.cancel_login(login)
        self._write("verb.cancel_login", "", say("signin.cancelled"))

    async def enable(self, credential: CredentialId) -> Answer:
        return await self._on(credential, "verb.enable", self.control.enable)

    async def disable(self, credential: CredentialId) -> Answer:
        return await self._on(credential, "verb.disable", self.control.disable)

    async def remove(self, credential: CredentialId) -> Answer:
        return await self._on(credential, "verb.remove", self.control.remove)

    async def restore(self, credential: CredentialId) -> Answer:
        return await self._on(credential, "verb.restore", self.control.restore)

    async def trash(self) -> tuple[Trashed, ...]:
        return await self.control.trash()

    async def clear_cooldown(self, credential: CredentialId) -> Answer:
        return await self._on(credential, "verb.clear_cooldown", self.control.clear_cooldown)

    async def check(self, credential: CredentialId) -> Answer:
        return await self._on(credential, "verb.check", self.control.check)

    async def ask_google_quota(self, credential: CredentialId) -> Answer:
        return await self._on(credential, "verb.quota", self.control.ask_google_quota)

    async def connect(self, client: str, *, undo: bool = False) -> Difference | Refused:
        return await self.control.connect(client, undo=undo)

    async def write_connection(self, shown: Difference) -> Answer:
        verb = "verb.disconnect" if shown.undo else "verb.connect"
        return self._told(verb, shown.name, await self.control.write_connection(shown))

    async def add_client_key(self, name: str, wishes: Mapping[str, str]) -> NewClientKey | Refused:
        answer = await self.control.add_client_key(name, wishes)
        self._write("verb.add_client_key", name, answer if isinstance(answer, Refused) else answer.message)
        return answer

    async def set_client_key(self, name: str, wishes: Mapping[str, str]) -> Answer:
        return self._told("verb.set_client_key", name, await self.control.set_client_key(name, wishes))

    async def revoke_client_key(self, name: str) -> Answer:
        return self._told("verb.revoke_client_key", name, await self.control.revoke_client_key(name))

    async def map_model(self, name: str, model: str) -> Answer:
        return self._told("verb.map_model", name, await self.control.map_model(name, model))

    async def forget_learnt(self, model: str | None) -> Answer:
        what = model or say("learnt.all_models")
        return self._told("verb.forget_learnt", what, await self.control.forget_learnt(model))

    async def set_setting(self, name: str, value: str | None) -> Answer:
        return self._told("verb.set_setting", name, await self.control.set_setting(name, value))

    async def undo_setting(self) -> Answer:
        return self._told("verb.undo_setting", "", await self.control.undo_setting())

    async def ask(self, request: AskRequest) -> AskId | Refused:
        """The model alone is told: what is asked is nobody's business."""
        answer = await self.control.ask(request)
        model = model_of(request)
        self._write("verb.ask", model, answer if isinstance(answer, Refused) else say("asking.begun"))
        return answer

    async def resend(self, exchange: ExchangeId, credential: CredentialId = ANY, model: str = "") -> AskId | Refused:
        answer = await self.control.resend(exchange, credential, model)
        self._write("verb.resend", f"#{exchange}", answer if isinstance(answer, Refused) else say("asking.begun"))
        return answer

    async def stop_asking(self, ask: AskId) -> Answer:
        return self._told("verb.stop_asking", "", await self.control.stop_asking(ask))

    async def cancel_exchange(self, exchange: ExchangeId) -> Answer:
        return self._told("verb.cancel_exchange", f"#{exchange}", await self.control.cancel_exchange(exchange))

    async def begin_recording(self, mode: RecordingMode = "masked") -> Answer:
        return self._told("verb.record", mode, await self.control.begin_recording(mode))

    async def end_recording(self) -> Answer:
        return self._told("verb.end_recording", "", await self.control.end_recording())

    async def profile(self, seconds: float = 10.0) -> Profile | Refused:
        return await self.control.profile(seconds)

    async def export_exchanges(
        self, exchanges: Sequence[ExchangeId], form: ExportForm, *, private: bool = False
    ) -> Answer:
        answer = await self.control.export_exchanges(exchanges, form, private=private)
        return self._told("verb.export", f"{len(exchanges)} {form}", answer)

    async def save_screen(self, svg: str, text: str) -> Answer:
        return self._told("verb.save_screen", "", await self.control.save_screen(svg, text))

    async def keep_filter(self, text: str) -> Answer:
        return self._told("verb.keep_filter", text, await self.control.keep_filter(text))

    async def drop_filter(self, text: str) -> Answer:
        return self._told("verb.drop_filter", text, await self.control.drop_filter(text))

    async def stop(self, mode: StopMode) -> Answer:
        return self._told("verb.stop", mode, await self.control.stop(mode))

    async def _on(
        self, credential: CredentialId, verb: str, used: Callable[[CredentialId], Awaitable[Answer]]
    ) -> Answer:
        """Called by its name before, and after where it was not there before."""
        label = self.label_of(credential)
        answer = await used(credential)
        return self._told(verb, label or self.label_of(credential) or credential[:8], answer)

    def _told(self, verb: str, what: str, answer: Answer) -> Answer:
        self._write(verb, what, answer if isinstance(answer, Refused) else answer.message)
        return answer

    def _write(self, verb: str, what: str, came: Refused | Message) -> None:
        said, level = (came.sentence, "warning") if isinstance(came, Refused) else (came, "info")
        key = "log.verb" if what else "log.verb_alone"
        values = {"what": what} if what else {}
        text = say(key, verb=say(verb), said=said or say("verb.done"), **values)
        self.recorder.record(LogLine(self.clock.now(), "warning" if level == "warning" else "info", self.place, text))
