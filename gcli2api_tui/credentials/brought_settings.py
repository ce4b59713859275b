"""What a file of another program says about the use of its credential: switched off, a proxy, a weight.

In: an Entry and the credentials that were read from it. Out: the same credentials, so set. CLIProxyAPI writes these
fields; what was switched off there must not serve here. Pure.
"""

import dataclasses

from gcli2api_tui.credentials.credential import Credential, CredentialSettings, proxy_objection
from gcli2api_tui.credentials.file_fields import Entry
from gcli2api_tui.events.secret import Secret

_NO_PROXY = ("", "direct", "none")
_HEAVIEST = 1e6


def with_settings(credential: Credential, entry: Entry) -> Credential:
    """Raises ImportRefused for a proxy that cannot be used: without it the requests would go another way."""
    settings = credential.settings
    if entry.values.get("disabled") is True:
        settings = dataclasses.replace(settings, enabled=False)
    if url := _proxy(entry):
        settings = dataclasses.replace(settings, proxy=Secret(url))
    return dataclasses.replace(credential, settings=_weighed(settings, entry.values.get("weight")))


def _proxy(entry: Entry) -> str:
    url = entry.text("proxy_url")
    if url.lower() in _NO_PROXY:
        return ""
    if why := proxy_objection(url):
        raise entry.refuse("proxy_url", why)
    return url


def _weighed(settings: CredentialSettings, weight: object) -> CredentialSettings:
    """A weight that cannot be one means nothing."""
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < _HEAVIEST:
        return settings
    return dataclasses.replace(settings, weight=float(weight))
