"""The names of things that events, records and files refer to."""

from typing import NewType

ExchangeId = NewType("ExchangeId", int)
"""Counts client requests from 1; goes on where state.db ended, so a number is never given twice."""

CredentialId = NewType("CredentialId", str)
"""32 hex digits, made once at import; part of the file name, safe to show."""

ClientKeyId = NewType("ClientKeyId", str)
"""Which client key a request came with; its id, never the key."""

NO_CLIENT_KEY = ClientKeyId("")
THE_CLIENT_KEY = ClientKeyId("client")
"""The one of the setting `password`."""
