import base64
import binascii
import io
import random
import tracemalloc
import wave
from typing import Any

import pytest

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.media import (
    Drafts,
    blob,
    by_address,
    first_bytes,
    from_data_url,
    playable,
    shown,
    with_pictures,
)
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.stream_parts import BlobPart

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def kind(part: Any) -> str:
    return str(part["inlineData"]["mimeType"])


@pytest.mark.parametrize(
    "url",
    ["data:image/jpg;base64,", "data:;base64,", "DATA:application/octet-stream;base64,", "data:base64;base64,"],
)
def test_a_picture_in_an_address_is_what_its_bytes_are(url: str) -> None:
    assert kind(by_address(url + PNG, "p", None)) == "image/png"


def test_words_in_an_address() -> None:
    assert from_data_url("data:,a%20b", "p") == {"inlineData": {"mimeType": "text/plain", "data": "YSBi"}}
    assert kind(from_data_url("data:;base64,AAAA", "p", label="image/webp")) == "image/webp"
    assert kind(from_data_url("data:image/*;base64,AAAA", "p", name="a.heic")) == "image/heic"


def test_base64_of_clients_is_written_as_google_takes_it() -> None:
    assert blob("image/png", "_-8\n", "p") == {"inlineData": {"mimeType": "image/png", "data": "/+8="}}
    for data in ("?", "", "ä"):
        with pytest.raises(ClientFault) as caught:
            blob("image/png", data, "p")
        assert caught.value.param == "p"


@pytest.mark.parametrize(
    ("url", "label", "kind"),
    [
        ("gs://b/a.PNG", "", "image/png"),
        ("GS://b/object7", "image/webp", "image/webp"),
        ("gs://b/a.png", "image/jpg", "image/jpeg"),
        ("gs://b/a.png", "image/*", "image/png"),
        ("gs://b/a", "", None),
        ("https://youtu.be/abc", "", "video/mp4"),
        ("https://www.youtube.com/watch?v=a.png", "video/*", "video/mp4"),
        ("https://generativelanguage.googleapis.com/v1beta/files/abc", "", None),
    ],
)
def test_google_gets_addresses_of_its_own_with_a_type(url: str, label: str, kind: str | None) -> None:
    remote: list[RemoteFile] = []
    told = {} if kind is None else {"mimeType": kind}
    assert by_address(url, "p", remote, label=label) == {"fileData": {**told, "fileUri": url}}
    assert remote == []


def test_other_addresses_are_fetched_or_refused_with_their_field() -> None:
    remote: list[RemoteFile] = []
    by_address("https://youtube.com.example/a.png", "p.url", remote, "p")
    assert remote == [RemoteFile("https://youtube.com.example/a.png", "p")]
    for url in ("https://x/a.mp4", "ftp://x/a.png", "http://[::1", ""):
        with pytest.raises(ClientFault) as caught:
            by_address(url, "p.url", None)
        assert caught.value.param == "p.url"


def decoded(data: str) -> str | None:
    """As Python's own strict decoder judges what clients write, once its line breaks and its alphabet are mended."""
    plain = "".join(data.split()).replace("-", "+").replace("_", "/").rstrip("=")
    plain += "=" * (-len(plain) % 4)
    try:
        return plain if binascii.a2b_base64(plain, strict_mode=True) else None
    except binascii.Error:
        return None


def test_base64_is_judged_as_if_it_were_decoded() -> None:
    chance = random.Random(15)
    for _ in range(5000):
        letters = chance.choice(("ABCDwxyz", "AAAAbz09+/-_=\n \t?"))
        data = "".join(chance.choices(letters, k=chance.randrange(14))) + "=" * chance.choice((0, 0, 1, 2, 3))
        try:
            found = blob("image/png", data, "p")["inlineData"]["data"]
        except ClientFault:
            found = None
        assert found == decoded(data), data
        strict = decoded(data) if decoded(data) == data else None
        assert bool(first_bytes(data)) == bool(strict), data


def test_a_large_picture_is_not_decoded_to_see_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, real = [], binascii.a2b_base64

    def decode(data: str, **options: Any) -> bytes:
        sizes.append(len(data))
        return real(data, **options)

    monkeypatch.setattr(binascii, "a2b_base64", decode)
    data = base64.b64encode(base64.b64decode(PNG) + b"x" * 300_000).decode()
    assert kind(blob("", data, "p")) == "image/png"
    assert max(sizes) < 1000


DRAFT, FINAL = BlobPart("image/png", "RFJB", draft=True), BlobPart("image/png", "RklO")


def test_a_draft_waits_and_gives_way_to_a_picture() -> None:
    drafts = Drafts()
    assert drafts.holds(DRAFT) and drafts
    assert not drafts.holds(FINAL)
    assert drafts.holds(DRAFT), "one that comes later is no answer either"
    assert drafts.rest() is None and not drafts


def test_the_last_draft_of_each_choice_is_shown_where_there_is_nothing_else() -> None:
    drafts = Drafts()
    later, other = BlobPart("image/png", "MjI=", draft=True), BlobPart("image/png", "MQ==", 1, draft=True)
    assert all(map(drafts.holds, (DRAFT, later, other)))
    assert not drafts.holds(BlobPart("audio/wav", "AA=="))
    assert (drafts.rest(0), drafts.rest(1)) == (later, other)
    assert drafts.rest(0) is None


def test_a_link_says_what_it_leads_to() -> None:
    assert shown(FINAL) == "![image](data:image/png;base64,RklO)"
    assert shown(BlobPart("", "RklO")).startswith("![image]")
    assert shown(BlobPart("audio/mpeg", "AAAA")) == "[sound](data:audio/mpeg;base64,AAAA)"
    assert shown(BlobPart("application/pdf", "AAAA")) == "[file](data:application/pdf;base64,AAAA)"


def test_samples_become_a_file_that_plays_as_fast_as_they_were_made() -> None:
    for mime, rate in (("audio/L16;codec=pcm;rate=16000", 16_000), ("audio/pcm", 24_000), ("audio/pcm;rate=x", 24_000)):
        found = playable(BlobPart(mime, base64.b64encode(b"\1\2\3\4").decode()))
        assert found.mime == "audio/wav"
        with wave.open(io.BytesIO(base64.b64decode(found.data))) as sound:
            assert sound.getparams()[:4] == (1, 2, rate, 2) and sound.readframes(9) == b"\1\2\3\4"
    odd = BlobPart("audio/pcm", "AAAAA")
    assert playable(odd) is odd


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
MARKDOWN = shown(BlobPart("image/png", PIXEL))
SOUND = shown(BlobPart("audio/L16;rate=24000", "AAAA" * 20))
PICTURE = {"inlineData": {"mimeType": "image/png", "data": PIXEL}}


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("", []),
        ("plain", [{"text": "plain"}]),
        (MARKDOWN, [PICTURE]),
        (f"here {MARKDOWN}\n", [{"text": "here "}, PICTURE, {"text": "\n"}]),
        (MARKDOWN * 2, [PICTURE, PICTURE]),
        (MARKDOWN.replace("[image]", "[a cat]"), [{"text": "a cat"}, PICTURE]),
        (f"```\na\n```\n{MARKDOWN}", [{"text": "```\na\n```\n"}, PICTURE]),
    ],
)
def test_what_was_shown_comes_back(words, parts):
    assert with_pictures(words) == parts


def test_sound_comes_back_too():
    said, sound, rest = with_pictures(f"listen {SOUND}!")
    assert (said, rest) == ({"text": "listen "}, {"text": "!"})
    assert sound["inlineData"]["mimeType"] == "audio/wav" and sound["inlineData"]["data"] in SOUND


@pytest.mark.parametrize(
    "words",
    [
        "![image](data:image/png;base64,AAAA)",
        "![image](data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA)",
        MARKDOWN[:-1],
        MARKDOWN.replace(PIXEL, PIXEL[:-1]),
        MARKDOWN.replace("image/png", "text/html"),
        f"`{MARKDOWN}`",
        f"```md\n{MARKDOWN}\n```",
        f"```md\n{MARKDOWN}\n{MARKDOWN}\n```",
        "![image](https://example.com/a.png)",
    ],
)
def test_what_only_looks_like_one_stays_text(words):
    assert with_pictures(words) == [{"text": words}]


def test_a_text_of_beginnings_is_read_in_one_go():
    words = "![image](data:image/png;base64," * 20_000
    assert with_pictures(words) == [{"text": words}]


@pytest.mark.parametrize("data", ["iVBOR" * 2**20, "iVBORw0KGg" * 2**19 + "AA=="])
def test_large_base64_is_taken_as_it_is(data: str) -> None:
    address = f"data:image/png;base64,{data}"
    tracemalloc.start()
    try:
        assert blob("image/png", data, "p")["inlineData"]["data"] is data
        assert tracemalloc.get_traced_memory()[1] < 2**20
        from_data_url(address, "p")
        assert tracemalloc.get_traced_memory()[1] < len(data) + 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("padding", range(6))
@pytest.mark.parametrize("letters", ["", "=", "A", "AA", "AAA", "AAAA", "AA=A", "A\nA=A"])
def test_padding_of_any_length(letters: str, padding: int) -> None:
    """Too little and too much are mended; what stands inside, or cannot be bytes, is none."""
    bare = letters.replace("\n", "").rstrip("=")
    if "=" in bare or len(bare) % 4 == 1 or not bare:
        with pytest.raises(ClientFault):
            blob("image/png", letters + "=" * padding, "p")
    else:
        assert blob("image/png", letters + "=" * padding, "p")["inlineData"]["data"] == bare + "=" * (-len(bare) % 4)
