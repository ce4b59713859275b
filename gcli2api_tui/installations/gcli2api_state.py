"""What gcli2api knew of a credential beside its secret: switched off, whose it is, how it was refused last.

In: a section of its TOML or a row of its table, in the forms of all versions. Out: a State, and the credential with it.
What was switched off there is switched off here: by a person or by its own ban, that is not told. Pure.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from gcli2api_tui.credentials.credential import Credential, OAuthTokens, account_of
from gcli2api_tui.credentials.identity import label_of_nameless
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass

STRANGERS_PROJECT = "gemini-pro-1751713012-07fc4dfd"
"""What it wrote for an account whose own project it did not find: a project of somebody else."""


@dataclass(frozen=True, slots=True)
class State:
    disabled: bool = False
    email: str = ""
    codes: tuple[int, ...] = ()
    """HTTP statuses of its last refusals."""

    @property
    def remark(self) -> Message:
        return say("over.last_codes", codes=", ".join(map(str, self.codes))) if self.codes else NOTHING


def state_of(values: object) -> State:
    """Of the wrong type, a field says nothing."""
    if not isinstance(values, Mapping):
        return State()
    email = values.get("user_email")
    return State(
        disabled=values.get("disabled") in (True, 1),
        email=account_of(email) if isinstance(email, str) else "",
        codes=_codes(values.get("error_codes")),
    )


def _codes(value: object) -> tuple[int, ...]:
    """A list, or the JSON of one."""
    try:
        listed = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return ()
    return tuple(sorted({one for one in listed if type(one) is int})) if isinstance(listed, list) else ()


def with_state(credential: Credential, state: State) -> Credential:
    """The account names it, where only the table knew whose it is."""
    if credential.project == STRANGERS_PROJECT:
        credential = _without_project(credential)
    if state.email and not credential.account:
        credential = replace(credential, account=state.email, label=state.email)
    enabled = credential.settings.enabled and not state.disabled
    return replace(credential, settings=replace(credential.settings, enabled=enabled))


def _without_project(credential: Credential) -> Credential:
    """Google names the account's own at its first use."""
    label = credential.label
    if label == STRANGERS_PROJECT and isinstance(credential.secret, OAuthTokens):
        label = label_of_nameless(credential.secret)
    return replace(credential, project="", label=label)
