"""JSON as text, by encoders that are made once: `json.dumps` and `JSONEncoder.encode` make a new one for each value.

In: how it is to look, as `json.dumps` takes it. Out: a function of a value that gives the pieces of its text, for
`"".join`. What Python has for this in C it does not document: where that is missing, or another, `JSONEncoder` is
asked, and the text is the same. Nobody looks for a value that holds itself: it ends in a RecursionError.
"""

import json.encoder
from collections.abc import Callable, Iterable
from functools import partial

Pieces = Callable[[object], Iterable[str]]
Default = Callable[[object], object]
"""What is written in place of a value that JSON has no form for."""
_MakeEncoder = Callable[..., Callable[..., Iterable[str]]]


def encoder(
    *,
    ensure_ascii: bool = True,
    separators: tuple[str, str] = (", ", ": "),
    sort_keys: bool = False,
    default: Default | None = None,
) -> Pieces:
    """To be kept by who writes more than one value."""
    slow = json.JSONEncoder(
        check_circular=False, ensure_ascii=ensure_ascii, separators=separators, sort_keys=sort_keys, default=default
    )
    text = json.encoder.encode_basestring_ascii if ensure_ascii else json.encoder.encode_basestring
    between, behind_name = separators
    make: _MakeEncoder | None = getattr(json.encoder, "c_make_encoder", None)
    try:
        if make:
            quick = make(None, slow.default, text, None, behind_name, between, sort_keys, False, True)
            quick("", _current_indent_level=0)
            return partial(quick, _current_indent_level=0)
    except TypeError:
        pass  # it takes something else than the Pythons that are known
    return slow.encode
