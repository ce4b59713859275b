"""A path that a person adds: another program's folder is read as that program left it, all else as files.

In: a path. Out: a Found. Only credentials are taken this way; settings and passwords need `import-from`.
"""

from pathlib import Path

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.import_reader import Found, is_taken, read_path
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.installations.installation import Program
from gcli2api_tui.installations.places import STORES, is_of, read
from gcli2api_tui.installations.source_folder import SourceFolder


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
