"""OpenAI's paths beside chat: embeddings."""

from gcli2api_tui.events.problems import NoCredential

EMBED = {"model": "gemini-embedding-001", "input": ["a"]}


async def test_embeddings(runtime):
    runtime.relay.counted = {"embeddings": [{"values": [0.5]}]}
    for path in ("/v1/embeddings", "/embeddings"):
        answer = await runtime.ask(path, json=EMBED)
        assert answer.status_code == 200
        assert (await answer.get_json())["data"] == [{"object": "embedding", "index": 0, "embedding": [0.5]}]


async def test_embeddings_without_a_key_that_can(runtime):
    runtime.relay.counted = NoCredential("none")
    answer = await runtime.ask("/v1/embeddings", json=EMBED)
    error = (await answer.get_json())["error"]
    assert (answer.status_code, set(error)) == (501, {"message", "type", "param", "code"})
    assert "API key" in error["message"]
    assert answer.headers["x-should-retry"] == "false"


async def test_completions(runtime):
    for path in ("/v1/completions", "/completions"):
        answer = await runtime.ask(path, json={"model": "gemini-2.5-pro", "prompt": "hi"})
        body = await answer.get_json()
        assert (answer.status_code, body["object"], body["choices"][0]["text"]) == (200, "text_completion", "hello")
        assert body["id"].startswith("cmpl-")
    assert runtime.relay.clients[0].path == "/v1/completions"
