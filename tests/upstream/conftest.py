"""A Google made of one function, and a clock that never waits."""

import json
from dataclasses import replace
from importlib import import_module

import httpx
import pytest
from mock_google import mocked

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind, OAuthTokens
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret

import_module("anyio._backends._asyncio")
"""Else httpcore imports it at its first request, on the loop, where pytest reads it from the disk."""


class Google:
    """Answers by path; remembers what it was asked."""

    def __init__(self):
        self.answers, self.asked, self.slept, self.now = {}, [], [], 1000.0
        self.client = mocked(self._answer)
        self.clock = Clock(now=lambda: self.now, monotonic=lambda: self.now, sleep=self._sleep)

    def on(self, path, *answers):
        """(status, body) pairs or callables, the last one for ever."""
        self.answers[path] = list(answers)

    async def _answer(self, request):
        self.asked.append(request)
        path = request.url.path
        left = self.answers[path]
        answer = left.pop(0) if len(left) > 1 else left[0]
        if callable(answer):
            answer = await answer(request)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return httpx.Response(status, content=body if isinstance(body, bytes) else json.dumps(body).encode())

    async def _sleep(self, seconds):
        self.slept.append(seconds)

    def bodies(self, path):
        return [json.loads(r.content or b"null") for r in self.asked if r.url.path == path]


@pytest.fixture
async def google():
    it = Google()
    yield it
    await it.client.aclose()


@pytest.fixture
def oauth():
    tokens = OAuthTokens(Secret("1//refresh"), "id", Secret("pair"), Secret("old"), 1000.0)
    return lambda project="", **more: Credential(
        CredentialId("c1"), Kind.OAUTH, "a@x", replace(tokens, **more), project=project
    )


@pytest.fixture
def key():
    return Credential(CredentialId("k1"), Kind.API_KEY, "key", ApiKey(Secret("AIzaTest")))
