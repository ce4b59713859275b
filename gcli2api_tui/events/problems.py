"""Every error of ours, in one tree; each carries a sentence a person can act on, as a key with values.

Problem
├── ClientFault       the request is wrong: `param` names the field, `status` the HTTP code
├── NoCredential      nothing can serve it now; `retry_after_s` says when something can, if that is known
├── UpstreamFault     Google answered with an error, or the way to Google failed; `kind` says what to do about it
├── ImportRefused     a file, or a field in it, is not a credential we can take
├── SettingsFault     a setting has a value that makes no sense
├── StoreFault        what must last is not kept, or cannot be read: the disk refuses
└── StartFault        the program cannot start; `exit_code` is what the shell sees

Foreign exceptions are translated into these at the edge where they arise. No message holds a secret or a prompt.
"""

from enum import StrEnum
from typing import Self

from gcli2api_tui.events.secret import masked
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say, sentences, str_changed


class FaultKind(StrEnum):
    """What an upstream failure means for the request, the credential and the model (house rules, relay)."""

    CLIENT = "client"
    """The request is at fault (400, schema, safety): no rotation, no penalty."""
    RATE = "rate"
    """Short 429: this (credential, model) rests for the hint."""
    DAILY = "daily"
    """The day's quota of this (credential, model) is gone until its reset."""
    AUTH = "auth"
    """401 on an access token: refresh once, ask the same credential again."""
    NEEDS_LOGIN = "needs-login"
    """Refresh token or key is dead (invalid_grant, API_KEY_INVALID): only a person can help."""
    TERMS = "terms"
    """Disabled by Google for violation of terms."""
    TIER = "tier"
    """The account's tier is not served any more (UNSUPPORTED_CLIENT)."""
    VALIDATION = "validation"
    """Google wants the person to verify the account at a link."""
    PROJECT = "project"
    """The project is wrong, lacks the API or the permission."""
    FORBIDDEN = "forbidden"
    """Another 403; the credential cannot be used for this service."""
    RESOURCE = "resource"
    """A thing that the request names (file, cache, bucket, tuned model) is not this credential's, or not ready yet:
    another one may have it, and nobody is marked."""
    MODEL = "model"
    """This credential is not entitled to this model (404, or a limit of 0)."""
    CAPACITY = "capacity"
    """The model is overloaded everywhere (503, MODEL_CAPACITY_EXHAUSTED): not the credential's fault."""
    SERVER = "server"
    """500 and its kin: try again, nobody is to blame."""
    PROTOCOL = "protocol"
    """The answer was cut, empty or unreadable."""
    NETWORK = "network"
    """Google was not reached (DNS, refused, reset)."""
    TIMEOUT = "timeout"
    """A deadline of ours ran out, or Google said 504."""


class Proof(StrEnum):
    """How sure it is that a refusal is about the credential, and not about this one request."""

    KNOWN = "known"
    """A reason or a sentence that is known for it, or a finding of ours."""
    STOCK = "stock"
    """Google's words for any refusal: believed, unless the request names a thing."""
    NONE = "none"
    """Words never seen: believed only if no other credential says the same of this request."""


TOO_LARGE = "answer_too_large"
"""`code` of a fault: Google's answer is beyond all bounds, and would be so again."""
TOO_LONG = "context_length_exceeded"
"""`code` of a fault: the model takes less than the request holds."""

NEW_KEY = say("way_out.new_key")
"""Nobody signs in with a key."""

WAY_OUT = {
    FaultKind.AUTH: say("way_out.sign_in_again"),
    FaultKind.NEEDS_LOGIN: say("way_out.sign_in_again"),
    FaultKind.TERMS: say("way_out.terms"),
    FaultKind.TIER: say("way_out.tier"),
    FaultKind.VALIDATION: say("way_out.validation"),
    FaultKind.PROJECT: say("way_out.project"),
    FaultKind.FORBIDDEN: say("way_out.forbidden"),
    FaultKind.RESOURCE: say("way_out.resource"),
    FaultKind.MODEL: say("way_out.model"),
}
"""What a person can do about a fault that does not pass by itself; told to the client and beside the credential."""


class Problem(Exception):
    """The root. `message` says what happened, `way_out` what to do now (may be empty)."""

    def __init__(self, message: Message, way_out: Message = NOTHING) -> None:
        super().__init__(message)
        self.message = quoted(message)
        self.way_out = quoted(way_out)

    def kept(self) -> Self:
        """Itself, for whoever keeps it: without the frames that raised it, and all that they had, a file or a body."""
        self.__traceback__ = self.__context__ = self.__cause__ = None
        return self

    @property
    def sentence(self) -> Message:
        """Message and way out, as shown to people and clients."""
        return sentences(self.message, self.way_out) if self.way_out else self.message


class ClientFault(Problem):
    """A request that cannot be served as it is. `code` is the dialect-neutral machine word, e.g. `model_not_found`.

    `retry_after_s`: the same request may be served after so long.
    """

    def __init__(
        self,
        message: Message,
        *,
        param: str | None = None,
        status: int = 400,
        code: str | None = None,
        way_out: Message = NOTHING,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, way_out)
        self.param = param
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s


class NoCredential(Problem):
    """The pool has nothing for this model. `retry_after_s` is None when waiting would not help."""

    def __init__(
        self, message: Message, *, retry_after_s: float | None = None, daily: bool = False, way_out: Message = NOTHING
    ) -> None:
        super().__init__(message, way_out)
        self.retry_after_s = retry_after_s
        self.daily = daily


class UpstreamFault(Problem):
    """A failed attempt. `status` is Google's (0 without one), `hint_s` how long Google asks to wait.

    `project` is the number of the project that Google charged; `every_model` says that a limit is the whole account's.
    `code` is the dialect-neutral machine word, as in ClientFault. `passes_s`: what it does to a credential passes by
    itself after so long.
    """

    def __init__(
        self,
        kind: FaultKind,
        message: Message,
        *,
        status: int = 0,
        hint_s: float | None = None,
        reason: str = "",
        link: str = "",
        learned_limit: int | None = None,
        project: str = "",
        every_model: bool = False,
        way_out: Message = NOTHING,
        proof: Proof = Proof.KNOWN,
        code: str = "",
        passes_s: float | None = None,
    ) -> None:
        super().__init__(message, way_out)
        self.project = project
        self.every_model = every_model
        self.proof = proof
        self.code = code
        self.passes_s = passes_s
        self.kind = kind
        self.status = status
        self.hint_s = hint_s
        self.reason = reason
        self.link = link
        self.learned_limit = learned_limit


class ImportRefused(Problem):
    """Not a credential: `file` and `field` say where, the message says why."""

    def __init__(self, message: Message, *, file: str, field: str = "", way_out: Message = NOTHING) -> None:
        super().__init__(message, way_out)
        # A name on a disk need not be Unicode, and may be anything, a key too; what is shown must be, and must not.
        self.file = str_changed(file, lambda name: masked(name.encode("utf-8", "replace").decode()))
        self.field = field

    @property
    def sentence(self) -> Message:
        said = super().sentence
        if not self.field:
            return say("import.of_file", file=self.file, said=said)
        named = self.field if self.field.startswith("line ") else say("import.field", name=self.field)
        return say("import.of_field", file=self.file, field=named, said=said)


class SettingsFault(Problem):
    """A setting (`key`) from a file, a variable or a flag that cannot be taken."""

    def __init__(self, message: Message, *, key: str, way_out: Message = NOTHING) -> None:
        super().__init__(message, way_out)
        self.key = key


class StoreFault(Problem):
    """The store does not keep or cannot read: the message is what its engine says."""


class StartFault(Problem):
    """The program ends before it has begun: one readable line, and this exit status."""

    def __init__(self, message: Message, *, exit_code: int = 2, way_out: Message = NOTHING) -> None:
        super().__init__(message, way_out)
        self.exit_code = exit_code
