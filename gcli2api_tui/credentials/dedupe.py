"""When two credentials are one, and how two versions of one become one. Pure."""

import dataclasses

from gcli2api_tui.credentials.kinds import Credential
from gcli2api_tui.credentials.shapes import fingerprint


def twin(credential: Credential, present: dict[tuple[str, str], str]) -> str | None:
    """The label of the same secret for the same project; a project that is not known yet counts as the same."""
    wanted = identity_key(credential)
    for (other, project), label in present.items():
        if other == wanted and (project == credential.project or not project or not credential.project):
            return label
    return None


def identity_key(credential: Credential) -> str:
    """One secret may serve two backends: a key in express mode looks like any other."""
    return f"{credential.kind} {fingerprint(credential.secret)}"


def merged(base: Credential, mine: Credential, current: Credential) -> Credential:
    """`current` from the disk with the fields that `mine` changed against `base`."""
    changed = {
        name: getattr(mine, name)
        for name in ("label", "secret", "project", "settings", "tier")
        if getattr(mine, name) != getattr(base, name)
    }
    return dataclasses.replace(current, **changed)
