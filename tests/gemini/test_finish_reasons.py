"""Which complete answers are none."""

import pytest

from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.finish_reasons import is_empty, unusable
from gcli2api_tui.gemini.stream_parts import BlockedPart, CallPart, EndPart, TextPart, ThoughtPart, UsagePart

WORDS, THOUGHT, CALL, BLOCKED = TextPart("a"), ThoughtPart("hm"), CallPart("f", {}), BlockedPart("SAFETY")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([], ""),
        ([WORDS, UsagePart(Usage())], ""),
        ([EndPart("MALFORMED_FUNCTION_CALL")], "MALFORMED_FUNCTION_CALL"),
        ([WORDS, EndPart("MALFORMED_FUNCTION_CALL")], "MALFORMED_FUNCTION_CALL"),
        ([EndPart("ZORP")], "ZORP"),
        ([THOUGHT, EndPart("ZORP")], "ZORP"),
        ([WORDS, EndPart("ZORP")], None),
        ([CALL, EndPart("STOP")], None),
        ([EndPart("STOP")], None),
        ([EndPart("SAFETY")], None),
        ([BLOCKED], None),
    ],
)
def test_what_a_client_cannot_be_given(parts, reason):
    fault = unusable(parts)
    assert (fault and fault.reason) == reason


@pytest.mark.parametrize(
    ("parts", "empty"),
    [
        ([EndPart("STOP")], True),
        ([THOUGHT, TextPart("", signature="s"), EndPart("STOP")], True),
        ([WORDS, EndPart("STOP")], False),
        ([CALL, EndPart("STOP")], False),
        ([EndPart("SAFETY")], False),
        ([EndPart("STOP"), BLOCKED], False),
        ([], False),
    ],
)
def test_what_is_empty(parts, empty):
    assert is_empty(parts) == empty
