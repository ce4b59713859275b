"""Credentials as files with their secrets, for the web page's download alone: no verb gives them.

In: the registry, and which ones. Out: names with contents, made in a thread; those that are gone are left out.
"""

import asyncio
from collections.abc import Iterable, Sequence

from gcli2api_tui.credentials.export import Exported, exported
from gcli2api_tui.credentials.registry import CredentialRegistry
from gcli2api_tui.events.records import CredentialId


async def credential_files(registry: CredentialRegistry, wanted: Iterable[CredentialId]) -> Sequence[Exported]:
    held = [found for one in wanted if (found := registry.current(one)) is not None]
    named = [(one.credential, registry.file_of(one.credential.id)) for one in held]
    return await asyncio.to_thread(lambda: [exported(credential, name) for credential, name in named])
