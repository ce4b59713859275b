from gcli2api_tui.gemini.pieces import (
    BlobPiece,
    BlockedPiece,
    CallPiece,
    EndPiece,
    TextPiece,
    ThoughtPiece,
    UsagePiece,
    read,
)


def test_every_part_becomes_its_piece_in_order():
    parts = [
        {"text": "why", "thought": True},
        {"text": " a "},
        {"functionCall": {"name": "f", "args": {"x": 1}, "id": "i"}, "thoughtSignature": "S"},
        {"inlineData": {"mimeType": "image/png", "data": "AA=="}},
        {"text": "", "thoughtSignature": "T"},
        {"text": ""},
    ]
    batch = read([{"candidates": [{"index": 1, "content": {"parts": parts}, "finishReason": "STOP"}]}])
    assert list(batch.pieces) == [
        ThoughtPiece("why", 1),
        TextPiece(" a ", 1),
        CallPiece("f", {"x": 1}, "i", "S", 1),
        BlobPiece("image/png", "AA==", 1),
        TextPiece("", 1, "T"),
        EndPiece("STOP", "", 1),
    ]


def test_blocked_prompt_and_usage_are_not_content():
    metadata = {"promptTokenCount": 5, "toolUsePromptTokenCount": 2, "candidatesTokenCount": 3, "thoughtsTokenCount": 4}
    batch = read([{"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": metadata}])
    blocked, usage = batch.pieces
    assert blocked == BlockedPiece("SAFETY")
    assert isinstance(usage, UsagePiece)
    assert (usage.usage.prompt, usage.usage.output, usage.usage.thoughts) == (7, 3, 4)
    assert not batch.has_content


def test_empty_shapes_say_nothing():
    assert read([{}, {"candidates": None}, {"candidates": [{"content": None}]}, {"usageMetadata": {}}]).pieces == ()


def test_a_signed_call_without_an_id_gets_one_that_is_always_the_same():
    def calls(*parts):
        return [piece.id for piece in read([{"candidates": [{"content": {"parts": parts}}]}]).pieces]

    signed = {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "S"}
    first, other, unsigned = calls(signed, {**signed, "thoughtSignature": "T"}, {"functionCall": {"name": "f"}})
    assert [first] == calls(signed) and first.startswith("call_") and len(first) == 29
    assert first != other and unsigned == ""
