"""Where installations of other programs usually lie, which program a folder is of, and reading it.

In: the environment and the folder that a person stands in; a program's name and a folder; or any path that a person
adds. Out: folders that exist, the likeliest first; an Installation with something in it; or a Found, since only
credentials are taken without `import-from`. Raises Problem with words for a person where there is no such folder,
nothing of the program in it, or another program's things.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from gcli2api_tui import paths
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.import_reader import Found, is_taken, read_path
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.installations import cliproxy, gcli2api, gemini_cli
from gcli2api_tui.installations.installation import PROGRAMS, Installation, Program
from gcli2api_tui.installations.source_folder import SourceFolder
from gcli2api_tui.messages.message import NOTHING, say

AUTH_FOLDER = ".cli-proxy-api"
STORES = (gcli2api.DATABASE, gcli2api.SECTIONS, gcli2api.STATES)
_READERS = {"gcli2api": gcli2api.read, "cliproxy": cliproxy.read, "gemini-cli": gemini_cli.read}


def usual(program: Program, environ: Mapping[str, str], here: Path) -> list[Path]:
    """Those that hold something of the program's."""
    found = [path for path in _candidates(program, environ, paths.home(environ), here) if is_of(program, path)]
    return list({path.resolve(): path for path in found}.values())


def _candidates(program: Program, environ: Mapping[str, str], home: Path, here: Path) -> Iterator[Path]:
    match program:
        case "gcli2api":
            if named := environ.get("CREDENTIALS_DIR"):
                yield paths.expanded(named)
            yield from (here, here / "gcli2api", home / "gcli2api", Path("/app"))
        case "cliproxy":
            # What has a configuration first: it names the folder of the credentials.
            places = (here, here / "CLIProxyAPI", home / "cliproxyapi", home / "CLIProxyAPI")
            yield from (place for place in places if SourceFolder(place, place).has(*cliproxy.CONFIGS))
            yield from (home / AUTH_FOLDER, Path("/CLIProxyAPI"))
        case "gemini-cli":
            if named := environ.get("GEMINI_CLI_HOME"):
                yield paths.expanded(named) / gemini_cli.FOLDER
            yield home / gemini_cli.FOLDER


def is_of(program: Program, path: Path) -> bool:
    """By the names in it."""
    folder = SourceFolder(path, path)
    if not folder.exists:
        return False
    match program:
        case "gcli2api":
            inner = [folder.within(name) for name in gcli2api.FOLDERS]
            return folder.has(*STORES) or any(one.exists for one in inner)
        case "cliproxy":
            return (
                folder.has(*cliproxy.CONFIGS) or path.name == ".cli-proxy-api" or folder.within(cliproxy.AUTHS).exists
            )
        case "gemini-cli":
            names = (gemini_cli.SIGN_IN, gemini_cli.ACCOUNTS, gemini_cli.ENCRYPTED)
            return folder.has(*names) or folder.within(gemini_cli.FOLDER).exists or path.name == gemini_cli.FOLDER


def read(program: Program, folder: Path, client: OAuthClient) -> Installation:
    try:
        found = _READERS[program](SourceFolder(folder, folder), client)
    except (OSError, ValueError) as error:  # a NUL in the path is a ValueError
        why = str(getattr(error, "strerror", None) or error)
        raise Problem(say("over.no_folder", path=str(folder), why=why)) from None
    if not found.credentials and (other := _other(program, folder)):
        raise Problem(
            say("over.nothing_found", path=str(folder), program=program), say("over.is_of_another", program=other)
        )
    if found.is_empty:
        raise Problem(say("over.nothing_found", path=str(folder), program=program), NOTHING)
    return found


def _other(program: Program, folder: Path) -> str:
    """Whose it looks like, if not this program's."""
    if is_of(program, folder):
        return ""
    return next((one for one in PROGRAMS if is_of(one, folder)), "")


def credentials_at(path: Path, client: OAuthClient) -> Found:
    program = _program(path)
    if program is None:
        return read_path(path, client)
    try:
        found = read(program, path, client)
    except Problem:
        return read_path(path, client)
    refused = tuple(ImportRefused(one.why, file=one.what) for one in found.left_out)
    return Found(tuple(one.credential for one in found.credentials), refused)


def _program(path: Path) -> Program | None:
    """CLIProxyAPI's auth files are what they are in any folder."""
    if is_of("gemini-cli", path):
        return "gemini-cli"
    return "gcli2api" if is_of("gcli2api", path) and not _is_a_heap(path) else None


def _is_a_heap(path: Path) -> bool:
    """Files that can be imported, and no store of gcli2api's: then a folder in it is no reason to pass them over."""
    folder = SourceFolder(path, path)
    return not folder.has(*STORES) and any(is_taken(name) and name != ".env" for name in folder.files())
