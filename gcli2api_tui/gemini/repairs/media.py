"""Refusals of media: a type that the model does not read, and an address without a type."""

import re

from gcli2api_tui.gemini.media_fitting import with_file_types
from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, changed_to, learnt_from

_TYPE = re.compile(r"unsupported mime ?type:?[ '\"]*([\w.+*-]*/?[\w.+*-]*(?:; ?[\w.+=-]+)*)", re.I)
_EMPTY = re.compile(r"empty mime_?type parameter in file_?data", re.I)


def refused_media_type(refusal: Refusal) -> Repair | None:
    """The type that the bytes or the name tell, another name of the same, or plain text."""
    if not (found := _TYPE.search(refusal.words)):
        return None
    return learnt_from(refusal, "media_type", found[1].rstrip(".").lower())


def missing_file_type(refusal: Refusal) -> Repair | None:
    """A type beside each address that tells it."""
    return changed_to(with_file_types(refusal.request), refusal) if _EMPTY.search(refusal.words) else None
