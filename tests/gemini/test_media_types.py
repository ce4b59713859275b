"""Labels as clients write them × bytes × names → types that Google lists, which are written down here once more."""

import base64
import itertools
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.gemini.media_types import (
    by_bytes,
    by_name,
    is_text,
    may_be_sound,
    media_type,
    retyped,
    says_nothing,
    spelled,
    with_file_types,
)

BYTES = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "image/heic": b"\0\0\0\x18ftypheic",
    "image/heif": b"\0\0\0\x18ftypmif1",
    "audio/wav": b"RIFF\0\0\0\0WAVEfmt ",
    "audio/mpeg": b"ID3\4\0",
    "audio/ogg": b"OggS\0",
    "audio/flac": b"fLaC\0",
    "audio/aiff": b"FORM\0\0\0\0AIFF",
    "audio/m4a": b"\0\0\0\x18ftypM4A ",
    "application/pdf": b"%PDF-1.4\n",
}
USELESS = ["", " ", "application/octet-stream", "Binary/Octet-Stream", "*/*", "blob", ";base64"]


@pytest.mark.parametrize(("kind", "content"), BYTES.items())
def test_bytes_decide_where_the_label_says_nothing(kind: str, content: bytes) -> None:
    for label, name in itertools.product([*USELESS, f"{kind.partition('/')[0]}/*"], ["", "photo", "wrong.TXT"]):
        assert media_type(label, content, name) == kind
    assert by_bytes(content) == kind
    assert by_bytes(content[:3]) in ("", kind)


@pytest.mark.parametrize("label", ["image/jpg", "IMAGE/PJPEG", "image/x-png; q=1", "jpg", ".PNG", "image/gif"])
@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/webp", "image/heic"])
def test_the_bytes_of_a_picture_beat_its_label(label: str, kind: str) -> None:
    assert media_type(label, BYTES[kind]) == kind


def test_bytes_of_one_kind_do_not_turn_another_kinds_label() -> None:
    assert media_type("application/pdf", BYTES["image/png"]) == "application/pdf"
    assert media_type("text/plain", BYTES["application/pdf"]) == "text/plain"
    assert media_type("video/*", BYTES["audio/wav"]) == "video/*"


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("image/jpg", "image/jpeg"),
        ("Image/PJPEG", "image/jpeg"),
        ("png", "image/png"),
        (".jpeg", "image/jpeg"),
        ("mp3", "audio/mpeg"),
        ("audio/mp3", "audio/mp3"),
        ("audio/x-wav", "audio/wav"),
        ("audio/x-m4a", "audio/m4a"),
        ("audio/webm;codecs=opus", "audio/webm"),
        ("audio/L16; codec=pcm; rate=24000", "audio/l16;codec=pcm;rate=24000"),
        ("audio/pcm16;rate=8000", "audio/pcm;rate=8000"),
        ("video/x-msvideo", "video/avi"),
        ("application/x-pdf", "application/pdf"),
        ("text/x-markdown; charset=utf-8", "text/markdown"),
        ("image/x-made-up", "image/x-made-up"),
        ("blob", "blob"),
    ],
)
def test_labels_are_spelled_as_google_does(label: str, kind: str) -> None:
    assert spelled(label) == kind
    assert media_type(label, b"\1\2\3") == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gs://b/v/B.MP4", "video/mp4"),
        ("https://x/a.png?size=2.5#top", "image/png"),
        ("report.final.PDF", "application/pdf"),
        (".jpg", "image/jpeg"),
        ("notes.yaml", "text/plain"),
        ("gs://b.mp4/object7", ""),
        ("mp4", ""),
        ("a.made-up", ""),
        ("", ""),
    ],
)
def test_a_name_tells_by_its_suffix(name: str, kind: str) -> None:
    assert by_name(name) == kind
    assert media_type("application/octet-stream", b"\0", name) == (kind or "application/octet-stream")


def test_what_is_left_is_the_usual_or_text_or_the_label() -> None:
    assert media_type("", b"\0", usual="image/png") == "image/png"
    assert media_type("application/octet-stream", "größer\n".encode()) == "text/plain"
    assert media_type("application/octet-stream", b"\0\1") == "application/octet-stream"
    assert media_type("image/*", b"words") == "image/*", "words are no picture"
    assert is_text(b"a\tb\r\n") and not is_text(b"a\0") and not is_text(b"\xff")


def test_what_may_be_sound() -> None:
    assert may_be_sound("audio/wav") and may_be_sound("audio/pcm;rate=8000") and may_be_sound("video/webm")
    assert not may_be_sound("audio/made-up") and not may_be_sound("application/octet-stream")


LABELS = st.sampled_from([*USELESS, *BYTES, "image/jpg", "audio/mp3", "png", "image/*", "text/html"]) | st.text(
    max_size=12
)
CONTENT = st.sampled_from(list(BYTES.values())) | st.binary(max_size=12)
NAMES = st.sampled_from(["", "a.png", "a.b.MP3", "a"]) | st.text(max_size=8)


@settings(max_examples=examples(300), deadline=None)
@given(LABELS, CONTENT, NAMES)
def test_any_label_bytes_and_name_give_one_type_for_good(label: str, content: bytes, name: str) -> None:
    kind = media_type(label, content, name)
    assert kind == kind.lower()
    if not says_nothing(kind):
        assert media_type(kind, content, name) == kind and spelled(kind) == kind
    if says_nothing(kind):
        assert not by_bytes(content).startswith(("image/", "application/")) or "/*" in label


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
