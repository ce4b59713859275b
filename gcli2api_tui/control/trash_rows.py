"""What was removed and can be brought back, for the panel, the admin API and `creds trash`: rows without secrets."""

from gcli2api_tui.control.ports import Trashed
from gcli2api_tui.credentials.registry import CredentialRegistry
from gcli2api_tui.credentials.vault_folder import Removed


async def trashed(registry: CredentialRegistry) -> tuple[Trashed, ...]:
    return tuple(row_of(one) for one in await registry.removed())


def row_of(one: Removed) -> Trashed:
    credential = one.credential
    return Trashed(credential.id, credential.label, credential.kind.value, one.file, one.at)
