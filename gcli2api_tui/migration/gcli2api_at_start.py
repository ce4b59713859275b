"""What gcli2api left is a source at each start: its folder of credentials and its variables, read and never changed.

In: the settings and the environment. Out: the same Bootstrap, with new credentials in the vault and a sentence on what
came and what stayed. An account that is here, or that a person removed here, does not come again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.credentials.credential import Credential, OAuthClient, shown_name
from gcli2api_tui.credentials.identity import IdentityIndex
from gcli2api_tui.credentials.import_reader import Found
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.installations import gcli2api
from gcli2api_tui.installations.installation import Installation, LeftOut
from gcli2api_tui.installations.source_folder import SourceFolder
from gcli2api_tui.messages.message import NOTHING, Message, joined, say
from gcli2api_tui.paths import expanded
from gcli2api_tui.upstream.oauth_client import chosen_client

_KNOWN = frozenset({"over.antigravity", "import.antigravity", "over.not_its_file"})
"""What need not be said at every start: it stays there for good."""

NO = ("false", "0", "no", "off")


def with_what_gcli2api_left(setup: Bootstrap, environ: Mapping[str, str]) -> Bootstrap:
    """Before anything is served; this blocks. No fault of that folder stops a start."""
    sources = list(_sources(setup, environ))
    if not sources:
        return setup
    try:
        vault = Vault(setup.paths.credentials, setup.paths.trash, setup.clock, _client(setup))
        vault.load()
        notes = [note for place, found in sources for note in _taken(vault, place, found)]
    except Problem as problem:
        notes = [problem.sentence]
    return replace(setup, notes=(*setup.notes, *notes))


def _sources(setup: Bootstrap, environ: Mapping[str, str]) -> Iterator[tuple[str, Installation]]:
    for path in _folders(setup.settings.credentials_dir):
        yield str(path), _read(path, setup)
    found = gcli2api.of_variables(environ, _client(setup))
    if not found.is_empty and environ.get("AUTO_LOAD_ENV_CREDS", "").lower() not in NO:
        yield f"{gcli2api.VARIABLE}*", found


def _folders(named: str) -> list[Path]:
    """Those that are there, each once. One that a person named must be: else that is said."""
    if named == "off":
        return []
    if named != "auto":
        return [expanded(named)]
    return list({path.resolve(): path for place in gcli2api.DOCKERS_FOLDERS if (path := Path(place)).is_dir()}.values())


def _read(path: Path, setup: Bootstrap) -> Installation:
    try:
        return gcli2api.credentials_in(SourceFolder(path, path), _client(setup))
    except OSError as error:
        why = say("import.unreadable", why=str(error.strerror or error))
        return Installation(left_out=(LeftOut(path.name, why),))


def _client(setup: Bootstrap) -> OAuthClient:
    return chosen_client(setup.settings.oauth_client_id, setup.settings.oauth_client_secret)


def _taken(vault: Vault, place: str, found: Installation) -> Iterator[Message]:
    result = vault.take(Found(tuple(_not_removed(vault, found))))
    if result.added:
        yield say("over.came_at_start", place=place, n=len(result.added))
    if result.renewed:
        yield say("over.renewed_at_start", place=place, n=len(result.renewed))
    stays = [one for one in found.left_out if result.added or one.why.key not in _KNOWN]
    if stays:
        first = stays[0]
        more = say("over.and_more", n=len(stays) - 1) if stays[1:] else NOTHING
        yield joined(say("over.stayed_at_start", place=place, what=shown_name(first.what), why=first.why), more)


def _not_removed(vault: Vault, found: Installation) -> Iterator[Credential]:
    """What a person took out here stays out, whatever the folder holds."""
    removed = IdentityIndex()
    for one in vault.removed():
        removed.put(one.credential, one.credential.id)
    for brought in found.credentials:
        credential = brought.credential
        if not removed.twins(credential) and removed.get(credential.id) is None:
            yield credential
