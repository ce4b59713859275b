from importlib.resources import files

import pytest

from gcli2api_tui.dialects.anthropic_messages import parse
from gcli2api_tui.gemini.models_toml import read_catalogue

CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


def understand(headers=None, **body):
    body = {
        "model": "gemini-2.5-pro",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "hi"}],
        **body,
    }
    return parse({key: value for key, value in body.items() if value is not ...}, headers or {}, CATALOGUE)


@pytest.fixture(name="understand")
def understand_fixture():
    return understand


@pytest.fixture
def catalogue():
    return CATALOGUE


@pytest.fixture
def encoder():
    def make(**body):
        ids = iter(range(1000))
        return understand(**body).encoder(id="msg_1", request_id="req_1", new_call_id=lambda: f"toolu_{next(ids)}")

    return make
