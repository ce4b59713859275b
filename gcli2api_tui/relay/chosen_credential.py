"""A request on the one credential that a person chose: where that one cannot serve, nobody else does.

In: its id, or none, around the lease. Out: the pool's reason, with a way out that fits. Nothing is waited for: whoever
chose it wants to know how it stands now.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from gcli2api_tui.events.problems import NoCredential
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import say


@contextmanager
def chosen(only: CredentialId) -> Iterator[None]:
    """Raises NoCredential as the pool does."""
    try:
        yield
    except NoCredential as away:
        raise (_of_the_one(away) if only else away) from None


def _of_the_one(away: NoCredential) -> NoCredential:
    return NoCredential(
        say("chosen.cannot", said=away.message),
        retry_after_s=away.retry_after_s,
        daily=away.daily,
        way_out=say("chosen.another"),
    )
