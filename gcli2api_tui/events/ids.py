"""The names of things that events, records and files refer to."""

from typing import NewType

ExchangeId = NewType("ExchangeId", int)
"""Counts client requests from 1; goes on where state.db ended, so a number is never given twice."""

CredentialId = NewType("CredentialId", str)
"""32 hex digits, made once at import; part of the file name, safe to show."""
