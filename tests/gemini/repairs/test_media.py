from typing import Any

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities, taught
from gcli2api_tui.gemini.fitting import fitted
from gcli2api_tui.gemini.repairs.families import repaired
from gcli2api_tui.gemini.repairs.repair import Refusal
from gcli2api_tui.messages.message import quoted

MODEL = Abilities("gemini-9")


def mended(request: Any, words: str) -> Any:
    return repaired(Refusal(request, UpstreamFault(FaultKind.CLIENT, quoted(words), status=400), MODEL))


def with_part(**part: Any) -> Any:
    return {"contents": [{"role": "user", "parts": [part]}]}


@pytest.mark.parametrize(
    ("label", "words", "kind"),
    [
        ("image/jpg", "Unsupported MIME type: image/jpg", "image/jpeg"),
        ("image/JPG", "Unsupported MIME type: image/JPG.", "image/jpeg"),
        ("png", "Unsupported MIME type: png", "image/png"),
        ("audio/pcm;rate=8000", "Unsupported MIME type: audio/pcm;rate=8000", None),
        ("text/yaml", "Unsupported MIME type: 'text/yaml'", "text/plain"),
    ],
)
def test_a_type_is_exchanged_and_learnt(label: str, words: str, kind: str | None) -> None:
    request = with_part(inlineData={"mimeType": label, "data": "YTogMQ=="})
    found = mended(request, words)
    if kind is None:
        assert found is None
        return
    assert found.request == with_part(inlineData={"mimeType": kind, "data": "YTogMQ=="})
    assert (found.lesson.ability, found.lesson.value) == ("media_type", label.lower())
    assert label.lower() in str(found.lesson.sentence)
    assert fitted(taught(MODEL, [found.lesson]), request)[0] == found.request, "beforehand from then on"
    assert mended(found.request, words) is None


def test_an_address_gets_a_type_once() -> None:
    words = "Unable to submit request because it has an empty mimeType parameter in fileData. Add one and try again."
    found = mended(with_part(fileData={"fileUri": "gs://b/a.mp4"}), words)
    assert found.request == with_part(fileData={"mimeType": "video/mp4", "fileUri": "gs://b/a.mp4"})
    assert found.lesson is None and mended(found.request, words) is None
    assert mended(with_part(fileData={"fileUri": "gs://b/a"}), words) is None
