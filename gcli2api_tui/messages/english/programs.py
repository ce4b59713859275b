"""Starting, settings and the command line."""

from collections.abc import Mapping

PROGRAMS: Mapping[str, str] = {
    "cli.no_answer": "The server at {url} does not answer.",
    "cli.if_it_hangs": "If it hangs, stop it and start it again.",
}
