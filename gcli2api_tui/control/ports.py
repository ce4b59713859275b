"""The two sides of the panel: `Reader` is all it sees, `Control` all it may do.

The same verbs serve the web page, the admin API and the command line. Implemented in this process by
`control/local_control.py`. A verb never raises for an expected refusal: it returns `Refused` with the way out. Wishes
of client keys are in words (`{"rpm": "30", "models": "*-flash*"}`; `none` lifts).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from gcli2api_tui.control.verb_results import (
    Answer,
    Difference,
    ExportForm,
    Keys,
    Login,
    LoginStatus,
    Notice,
    Refused,
    StopMode,
    Trashed,
)
from gcli2api_tui.events.ids import ANY, CredentialId, ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Page
from gcli2api_tui.ledger.snapshot import Snapshot

if TYPE_CHECKING:
    from gcli2api_tui.control.question import AskedRow, AskRequest
    from gcli2api_tui.events.ids import AskId
    from gcli2api_tui.ledger.admin_rows import (
        ClientKeyRow,
        ModelRow,
        NewClientKey,
        Profile,
        RecordingMode,
        RecordingRow,
        SettingRow,
        UsageColumn,
        UsageTable,
    )
    from gcli2api_tui.ledger.exchange_rows import Elsewhere
    from gcli2api_tui.ledger.wire_rows import Wire


class ClientKeyReader(Protocol):
    """Under Reader."""

    def client_keys(self) -> "tuple[ClientKeyRow, ...]":
        """Those that are not revoked, by name, with what they have used; for whoever looks at them."""
        ...


class ClientKeyControl(Protocol):
    """Under Control."""

    async def add_client_key(self, name: str, wishes: Mapping[str, str]) -> "NewClientKey | Refused":
        """A new key for somebody's tools; it is seen in this answer and never again."""
        ...

    async def set_client_key(self, name: str, wishes: Mapping[str, str]) -> Answer:
        """All of the wishes, or none. Switched off, what runs with it ends."""
        ...

    async def revoke_client_key(self, name: str) -> Answer:
        """It serves nobody any more, and what runs with it ends."""
        ...


class WatchingReader(Protocol):
    """Under Reader."""

    async def recording(self) -> "RecordingRow":
        """Whether requests are recorded, and into which file."""
        ...


class WatchingControl(Protocol):
    """Under Control."""

    async def begin_recording(self, mode: "RecordingMode" = "masked") -> Answer:
        """Requests and their answers go into a file of the home, from now on; texts are masked unless it is whole."""
        ...

    async def end_recording(self) -> Answer: ...

    async def profile(self, seconds: float = 10.0) -> "Profile | Refused":
        """Where the loop's time goes, for so many seconds from now."""
        ...


class Reader(ClientKeyReader, WatchingReader, Protocol):
    """Synchronous and cheap; called several times a second."""

    @property
    def revision(self) -> int:
        """Moves whenever a new snapshot would differ."""
        ...

    async def moved(self, revision: int) -> None:
        """Returns as soon as `revision` is not the present one; at once if it is not now."""
        ...

    def ahead(self) -> Iterator[None]:
        """What the next snapshot takes longest for, in steps between which streams run."""
        ...

    def snapshot(self) -> Snapshot:
        """Of a large pool some rows may be a few looks old."""
        ...

    async def whole_snapshot(self) -> Snapshot:
        """All of it as it is now, for one who looks once."""
        ...

    def transcript(self, exchange: ExchangeId, from_offset: int = 0) -> Page: ...

    def asked(self, ask: "AskId") -> "AskedRow | None":
        """How a question stands that was asked from here; None where it is no longer kept."""
        ...

    def asked_text(self, ask: "AskId", from_offset: int = 0) -> Page:
        """Its answer as the client saw it, as a transcript."""
        ...

    def wire(self, exchange: ExchangeId) -> "Wire":
        """The request as the client sent it (its raw body too), what was answered, when text came."""
        ...

    def opening(self, exchange: ExchangeId) -> str:
        """How the newest message of its person begins; empty where no texts are kept."""
        ...

    async def request_of(self, exchange: ExchangeId) -> "AskRequest | Refused":
        """What a client sent, to be asked again or edited; refused where its body is no longer kept whole."""
        ...

    async def holding(self, words: Sequence[str]) -> Mapping[str, frozenset[ExchangeId]]:
        """Which exchanges hold each word (in lower case) in prompt or answer; searched beside the loop."""
        ...

    async def chosen(self, text: str) -> Sequence[ExchangeRow] | Refused:
        """The exchanges that a filter takes (`is:err m:pro -ua:curl`), oldest first; refused where it has a slip."""
        ...

    async def elsewhere(self, since: int = 0) -> "Elsewhere":
        """What other instances on the same database have answered lately, for who looks at all; none where it is alone.

        `since`: the number of the last answer, for what came after it.
        """
        ...

    async def exported(self, rows: Sequence[ExchangeRow], form: ExportForm, *, private: bool = False) -> str:
        """These as a file's text; `private` without texts, labels and addresses. Secrets are masked in both."""
        ...

    def saved_filters(self) -> tuple[str, ...]:
        """The filters of requests that the person keeps."""
        ...

    def models(self) -> "tuple[ModelRow, ...]":
        """All models, with what was learnt of them; for whoever looks at them."""
        ...

    async def settings(self) -> "tuple[SettingRow, ...]":
        """All of them, with their sources; read off the loop, for whoever looks at them."""
        ...

    async def usage(self, by: "UsageColumn", days: int) -> "UsageTable":
        """Of today and the days before it, by whatever is asked; read off the loop, and cheap when asked again."""
        ...

    def keys(self) -> Keys:
        """For the person at the screen; they stand in no snapshot and no answer of the admin API."""
        ...


class Control(ClientKeyControl, WatchingControl, Protocol):
    """What a person may do."""

    async def add_credentials(self, data: bytes, name: str) -> Answer:
        """Import whatever `data` is (JSON of any known format, a ZIP, API keys as text); `name` is for messages."""
        ...

    async def add_path(self, path: str) -> Answer:
        """Import a file or a folder on the server's machine."""
        ...

    async def sign_in_notice(self, project: str = "") -> Notice:
        """What to show before `begin_login` with the same project."""
        ...

    async def acknowledge_terms(self) -> Answer:
        """The person has read the notice; it is not due again."""
        ...

    async def begin_login(self, project: str = "", location: str = "", local: bool = False) -> Login | Refused:
        """With a project the sign-in serves Vertex AI there, else Code Assist. Refused while its notice is due.

        `local`: for this home alone, where instances share a database.
        """
        ...

    async def finish_login(self, login: str, text: str) -> Answer:
        """Paste-back: the whole address, its query, or the bare code."""
        ...

    def login_status(self, login: str) -> LoginStatus: ...

    async def cancel_login(self, login: str) -> None: ...

    async def enable(self, credential: CredentialId) -> Answer: ...

    async def disable(self, credential: CredentialId) -> Answer: ...

    async def remove(self, credential: CredentialId) -> Answer: ...

    async def restore(self, credential: CredentialId) -> Answer:
        """Undo a removal: the file comes back from trash/."""
        ...

    async def trash(self) -> tuple[Trashed, ...]:
        """What was removed and can be restored, the last first."""
        ...

    async def clear_cooldown(self, credential: CredentialId) -> Answer: ...

    async def check(self, credential: CredentialId) -> Answer:
        """Ask Google, without using quota where that is possible, whether the credential works."""
        ...

    async def ask_google_quota(self, credential: CredentialId) -> Answer: ...

    async def connect(self, client: str, *, undo: bool = False) -> Difference | Refused:
        """What pointing a client here by its own files changes, or, with `undo`, what taking it back does."""
        ...

    async def write_connection(self, shown: Difference) -> Answer:
        """Write what was shown."""
        ...

    async def map_model(self, name: str, model: str) -> Answer:
        """Clients may ask for `model` by this name too, from now on."""
        ...

    async def forget_learnt(self, model: str | None) -> Answer:
        """What Google's answers taught about a model, or, with None, about all: it is asked again."""
        ...

    async def set_setting(self, name: str, value: str | None) -> Answer:
        """Write it to config.toml; None takes it out, so that the default holds. Acts now, or after a restart."""
        ...

    async def undo_setting(self) -> Answer:
        """The last change of a setting is taken back."""
        ...

    async def ask(self, request: "AskRequest") -> "AskId | Refused":
        """Ask our own endpoint, as any client does: it uses a request. The answer comes to `Reader.asked` and its text.

        `control.question` makes requests: `ask_once(model, text)`, `request_of(Question(…))`.
        """
        ...

    async def stop_asking(self, ask: "AskId") -> Answer:
        """Leave, as a client that closes its connection."""
        ...

    async def resend(self, exchange: ExchangeId, credential: CredentialId = ANY, model: str = "") -> "AskId | Refused":
        """Ask the same once more: the body of a request that is still kept, on a credential or for a model."""
        ...

    async def cancel_exchange(self, exchange: ExchangeId) -> Answer: ...

    async def export_exchanges(
        self, exchanges: Sequence[ExchangeId], form: ExportForm, *, private: bool = False
    ) -> Answer:
        """Written to a file in the home that only its user can read; Done says where."""
        ...

    async def save_screen(self, svg: str, text: str) -> Answer: ...

    async def keep_filter(self, text: str) -> Answer:
        """A filter of requests, to be had again with one key."""
        ...

    async def drop_filter(self, text: str) -> Answer: ...

    async def stop(self, mode: StopMode) -> Answer: ...
