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
