from importlib.resources import files

import pytest

from gcli2api_tui.dialects.openai_chat import parse
from gcli2api_tui.gemini.models_toml import read_catalogue

CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


def understand(**body):
    body = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}], **body}
    return parse(body, {}, CATALOGUE)


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
        return understand(**body).encoder(id="chatcmpl-1", created=7, new_call_id=lambda: f"call_{next(ids)}")

    return make
