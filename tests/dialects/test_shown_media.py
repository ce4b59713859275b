import base64
import io
import wave

from gcli2api_tui.dialects.media import Drafts, playable, shown
from gcli2api_tui.gemini.stream_parts import BlobPart

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
