"""What Google says of keys that were added just now, so that "added" never stands alone over a dead one.

In: what was added. Out: a row for each as it comes, for --json, or a line for people. A key is kept whatever is said.
"""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import click

from gcli2api_tui.cli.credentials_backend import first_check
from gcli2api_tui.control.credential_verbs import FIRST_CHECKED
from gcli2api_tui.control.ports import Done
from gcli2api_tui.control.text_report import shown
from gcli2api_tui.credentials.cli_arguments import Named
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.messages.message import say


def first_checks(added: Sequence[Credential], home: str | None) -> Iterator[dict[str, Any]]:
    for one in added[:FIRST_CHECKED]:
        answer = first_check(home, os.environ, Named(one.id, one.label, ""))
        words = answer.message if isinstance(answer, Done) else answer.sentence
        yield {"label": one.label, "ok": isinstance(answer, Done), "message": words}


def tell(row: dict[str, Any]) -> None:
    """A doubt goes to standard error."""
    if row["ok"]:
        click.echo(shown(row["message"]))
    else:
        click.echo(shown(say("cli.kept_with_a_doubt", label=row["label"], said=row["message"])), err=True)
