"""Images by their address, from the request to what the relay gets."""

import pytest

from gcli2api_tui.dialects.call import Call, RemoteFile
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.server.remote_images import with_images

URL = "https://pictures.test/a.png"
PARAM = "messages.[0].content.[0].image_url"


def call(*urls):
    parts = [{"fileData": {"fileUri": url}} for url in urls]
    remote = tuple(RemoteFile(url, f"field {n}") for n, url in enumerate(urls))
    return Call("d", "m", "m", False, {"contents": [{"role": "user", "parts": parts}]}, remote=remote)


class Web:
    def __init__(self):
        self.asked = []

    async def fetch(self, url, param):
        self.asked.append((url, param))
        return "image/png", b"png"


async def test_each_address_once_and_in_its_place():
    web, asked = Web(), call("http://a", "http://b", "http://a")
    found = await with_images(asked, web.fetch)
    inline = {"inlineData": {"mimeType": "image/png", "data": "cG5n"}}
    assert found.request["contents"] == [{"role": "user", "parts": [inline] * 3}]
    assert web.asked == [("http://a", "field 0"), ("http://b", "field 1")]
    assert found.remote == ()


async def test_what_is_no_address_of_the_web_stays():
    asked = call("http://a")
    asked.request["contents"][0]["parts"].append({"fileData": {"fileUri": "gs://bucket/x"}})
    found = await with_images(asked, Web().fetch)
    assert found.request["contents"][0]["parts"][1] == {"fileData": {"fileUri": "gs://bucket/x"}}


async def test_a_request_does_not_fetch_without_end():
    web = Web()
    with pytest.raises(ClientFault, match="At most 10"):
        await with_images(call(*(f"http://{n}" for n in range(11))), web.fetch)
    assert web.asked == []


@pytest.mark.parametrize("value", [URL, {"url": URL, "detail": "low"}])
async def test_a_chat_with_fetching_off(runtime, value):
    """The station here has nobody who fetches, as in the demo."""
    body = {"model": "gemini-2.5-pro"}
    body["messages"] = [{"role": "user", "content": [{"type": "image_url", "image_url": value}]}]
    answer = await runtime.ask("/v1/chat/completions", json=body)
    error = (await answer.get_json())["error"]
    assert (answer.status_code, error["param"]) == (400, PARAM)
    assert runtime.relay.calls == []


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/responses/input_tokens"])
async def test_a_response_and_its_count_with_fetching_off(runtime, path):
    said = [{"type": "input_image", "image_url": "https://example.com/a.png"}]
    body = {"model": "gemini-2.5-pro", "input": [{"role": "user", "content": said}]}
    answer = await runtime.ask(path, json=body)
    error = (await answer.get_json())["error"]
    assert (answer.status_code, "fetch_images" in error["message"]) == (400, True)
    assert not runtime.relay.calls
