"""Reads the folder of one of the programs that people come from.

In: the program's name and a folder. Out: an Installation with something in it. Raises Problem with words for a person
where there is no such folder, nothing of the program in it, or another program's things.
"""

from pathlib import Path

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.installations import cliproxy, gcli2api, gemini_cli
from gcli2api_tui.installations.installation import PROGRAMS, Installation, Program
from gcli2api_tui.installations.places import is_of
from gcli2api_tui.installations.source_folder import SourceFolder
from gcli2api_tui.messages.message import NOTHING, say

_READERS = {"gcli2api": gcli2api.read, "cliproxy": cliproxy.read, "gemini-cli": gemini_cli.read}


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
