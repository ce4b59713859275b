"""Open WebUI, started for this, in one of its ways: `SCRIPT WAY URL KEY MODEL SCENARIO`.

`api` asks its /api/chat/completions as a program does, with tools of the program's own. `page` does what its page does:
a chat that is kept, whose tools Open WebUI itself calls; what a person would see is read from the kept chat.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from driver import CITY, STORY, TOOL_SCHEMAS, WEATHER, WEATHER_SCHEMA, Place, broken_tool, get_weather, main

WAY = sys.argv.pop(1)
SETTINGS = {
    "OFFLINE_MODE": "true",
    "WEBUI_AUTH": "false",
    "ENABLE_OLLAMA_API": "false",
    "BYPASS_EMBEDDING_AND_RETRIEVAL": "true",
    "RAG_EMBEDDING_ENGINE": "openai",  # else it loads a model from a hub at its start
    "ANONYMIZED_TELEMETRY": "false",
    "WEBUI_SECRET_KEY": "not a secret",
}
PATIENCE_S = 110
TOOLS = '''
class Tools:
    def get_weather(self, city: str) -> str:
        """
        Tell the weather of a city.
        :param city: Its name.
        """
        return f"21 degrees in {city}"

    def broken_tool(self, reason: str) -> str:
        """
        A tool that never works.
        :param reason: Why it is tried.
        """
        raise ValueError(f"The tool is broken: {reason}")
'''


class OpenWebUI:
    """One that runs, and its first person, who administers it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token = ""

    def sign_in(self) -> None:
        self._token = self.asked("/api/v1/auths/signin", {"email": "", "password": ""})["token"]

    def asked(self, path: str, body: Any = None) -> Any:
        return json.loads(self.read(path, body))

    def read(self, path: str, body: Any = None) -> str:
        """Its answer; what it refuses is raised with its words."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self._url + path, data, headers), timeout=PATIENCE_S
            ) as one:
                return str(one.read().decode())
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{error.code} {error.read().decode()}") from None


@contextlib.contextmanager
def running(place: Place) -> Iterator[OpenWebUI]:
    """With this one model server; what its dialog for connections says where that one lists no models is raised."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        ours = {"OPENAI_API_BASE_URL": f"{place.url}/v1", "OPENAI_API_KEY": place.key, "DATA_DIR": home, "HOME": home}
        words = [str(Path(sys.executable).with_name("open-webui")), "serve", "--host", "127.0.0.1", "--port", str(port)]
        with subprocess.Popen(
            words,
            env={**os.environ, **SETTINGS, **ours},
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                webui = OpenWebUI(f"http://127.0.0.1:{port}")
                until_it_runs(webui)
                webui.sign_in()
                if not any(model["id"] == place.model for model in webui.asked("/api/models")["data"]):
                    webui.read("/openai/verify", {"url": f"{place.url}/v1", "key": place.key})
                yield webui
            finally:
                process.terminate()


def until_it_runs(webui: OpenWebUI) -> None:
    for _ in range(PATIENCE_S * 2):
        with contextlib.suppress(OSError):
            webui.read("/health")
            return
        time.sleep(0.5)
    raise TimeoutError("It does not start.")


def answered(webui: OpenWebUI, place: Place, prompt: str) -> dict[str, Any]:
    """What its page does with a first message: a chat that is kept, looked at until the answer is there."""
    tool = {"id": "weather", "name": "Weather", "content": TOOLS, "meta": {"description": "Weather."}}
    webui.read("/api/v1/tools/create", tool)
    mine, its = str(uuid.uuid4()), str(uuid.uuid4())
    message = {"id": mine, "parentId": None, "childrenIds": [its], "role": "user", "content": prompt}
    begun = webui.asked(
        "/api/chat/completions",
        {
            "model": place.model,
            "stream": True,
            "session_id": str(uuid.uuid4()),
            "parent_id": None,
            "id": its,
            "user_message": {**message, "timestamp": int(time.time()), "models": [place.model]},
            "messages": [{"role": "user", "content": prompt}],
            "tool_ids": ["weather"],
        },
    )
    for _ in range(PATIENCE_S * 4):
        kept = webui.asked(f"/api/v1/chats/{begun['chat_id']}")["chat"]["history"]["messages"].get(its) or {}
        if kept.get("error"):
            return {"text": kept.get("content") or "", "error": json.dumps(kept["error"])}
        if kept.get("done"):
            return {"text": kept["content"], "told": [said(one) for one in kept["output"] if "output" in one]}
        time.sleep(0.25)
    return {"error": f"no answer after {PATIENCE_S} s"}


def said(output: Any) -> str:
    text = "".join(part["text"] for part in output["output"])
    return "broken" if "broken" in text else text


def streamed(webui: OpenWebUI, place: Place, messages: list[Any], **more: Any) -> dict[str, Any]:
    """One answer of its API: the message, joined of a stream's pieces as OpenAI's SDK does."""
    asked = {"model": place.model, "stream": True, "messages": messages, **more}
    lines = webui.read("/api/chat/completions", asked).splitlines()
    found = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    if wrong := next((one["error"] for one in found if one.get("error")), None):
        raise RuntimeError(json.dumps(wrong))
    deltas = [choice["delta"] for one in found for choice in one.get("choices") or ()]
    calls = [call for delta in deltas for call in delta.get("tool_calls") or ()]
    text = "".join(delta.get("content") or "" for delta in deltas)
    return {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}


def story(place: Place) -> Any:
    with running(place) as webui:
        began = time.monotonic()
        if WAY == "page":
            found = answered(webui, place, STORY)
        else:
            found = {"text": streamed(webui, place, [{"role": "user", "content": STORY}])["content"]}
        return {**found, "seconds": time.monotonic() - began}


def tools(place: Place) -> Any:
    with running(place) as webui:
        return answered(webui, place, WEATHER) if WAY == "page" else called(webui, place)


def called(webui: OpenWebUI, place: Place) -> Any:
    messages: list[Any] = [{"role": "user", "content": WEATHER}]
    told: list[str] = []
    for _ in range(6):
        messages.append(message := streamed(webui, place, messages, tools=TOOL_SCHEMAS))
        if "tool_calls" not in message:
            return {"text": message["content"], "told": told}
        for call in message["tool_calls"]:
            told.append(result_of(call["function"]["name"], json.loads(call["function"]["arguments"])))
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": told[-1]})
    return {"error": "It calls tools for ever."}


def result_of(name: str, args: dict[str, str]) -> str:
    try:
        return {"get_weather": get_weather, "broken_tool": broken_tool}[name](**args)
    except ValueError:
        return "broken"


def structured(place: Place) -> Any:
    schema = {"name": "weather", "schema": WEATHER_SCHEMA, "strict": True}
    form = {"type": "json_schema", "json_schema": schema}
    with running(place) as webui:
        asked = {"model": place.model, "messages": [{"role": "user", "content": CITY}], "response_format": form}
        answer = webui.asked("/api/chat/completions", asked)
        return {"value": json.loads(answer["choices"][0]["message"]["content"])}


main({"story": story, "tools": tools, "structured": structured})
