import base64
from typing import Any

import pytest

from gcli2api_tui.gemini.media_fitting import retyped, with_file_types


def blob(kind: str, content: bytes = b"\0\1") -> dict[str, Any]:
    return {"inlineData": {"mimeType": kind, "data": base64.b64encode(content).decode()}}


def request(*parts: Any) -> Any:
    return {"contents": [{"role": "user", "parts": list(parts)}, "odd", {"parts": "odd"}, {"parts": ["odd"]}]}


@pytest.mark.parametrize(
    ("label", "content", "kind"),
    [
        ("image/jpg", b"\0", "image/jpeg"),
        ("IMAGE/PNG", b"\xff\xd8\xff", "image/jpeg"),
        ("application/octet-stream", b"%PDF-1", "application/pdf"),
        ("audio/mpeg", b"\0", "audio/mp3"),
        ("text/yaml", b"a: 1\n", "text/plain"),
        ("application/toml", b"a = 1\n", "text/plain"),
        ("application/zip", b"PK\0", "application/zip"),
        ("image/svg+xml", b"<svg/>", "image/svg+xml"),
        ("", b"\0", ""),
    ],
)
def test_a_refused_type_becomes_one_that_is_right(label: str, content: bytes, kind: str) -> None:
    asked = request(blob(label, content), {"text": "a"})
    found = retyped(asked, lambda one: one == label.lower())
    assert found["contents"][0]["parts"] == [{**blob(kind, content)}, {"text": "a"}]
    assert retyped(found, lambda one: one == label.lower()) is found or found is asked


def test_what_is_not_refused_and_what_nothing_replaces_is_the_same_request() -> None:
    asked = request(blob("image/jpg"), {"fileData": {"fileUri": "gs://b/a"}})
    assert retyped(asked, lambda kind: False) is asked
    assert retyped(asked, lambda kind: kind in ("image/jpg", "image/jpeg")) is asked
    for odd in ({}, {"contents": 5}, {"contents": [{"parts": [{"inlineData": 5, "fileData": []}]}]}):
        assert retyped(odd, lambda kind: True) is odd  # type: ignore[arg-type]


def test_results_and_addresses_are_retyped_too() -> None:
    inner = {"functionResponse": {"name": "f", "parts": [blob("image/jpg")]}}
    file = {"fileData": {"mimeType": "image/jpg", "fileUri": "gs://b/a"}}
    found = retyped(request(inner, file), lambda kind: kind == "image/jpg")
    assert found["contents"][0]["parts"] == [
        {"functionResponse": {"name": "f", "parts": [blob("image/jpeg")]}},
        {"fileData": {"mimeType": "image/jpeg", "fileUri": "gs://b/a"}},
    ]


def test_addresses_without_a_type_get_the_one_they_tell() -> None:
    files = [{"fileUri": "gs://b/A.PNG"}, {"fileUri": "https://youtu.be/a", "mimeType": ""}, {"fileUri": "gs://b/a"}]
    given = {"fileUri": "gs://b/a.png", "mimeType": "image/webp"}
    found: Any = with_file_types(request(*({"fileData": one} for one in [*files, given])))
    kinds = [part["fileData"].get("mimeType") for part in found["contents"][0]["parts"]]
    assert kinds == ["image/png", "video/mp4", None, "image/webp"]
    assert with_file_types(found) is found
