"""Google's own SDK against the stand-in: what its service accounts and express keys send is what is checked."""

from collections.abc import Iterator
from typing import Any

import programs
import pytest
from google import genai
from google.genai import types
from google.oauth2 import service_account


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


def ask(client: genai.Client) -> str:
    answer = client.models.generate_content(model="gemini-3.6-flash", contents="Say hello.")
    counted = client.models.count_tokens(model="gemini-3.6-flash", contents="Say hello.")
    assert counted.total_tokens and answer.usage_metadata
    return answer.text or ""


@pytest.mark.filterwarnings("ignore")  # the SDK leaves its connections open
def test_a_service_account_as_googles_library_signs_it(google: str) -> None:
    file: dict[str, Any] = programs.fetch(f"{google}/sim/service-account", {})
    credentials = service_account.Credentials.from_service_account_info(
        {**file, "token_uri": f"{google}/token"}, scopes=["https://www.googleapis.com/auth/cloud-platform"]
    )
    client = genai.Client(
        vertexai=True,
        project=file["project_id"],
        location="europe-west4",
        credentials=credentials,
        http_options=types.HttpOptions(base_url=google),
    )
    assert ask(client)
    entries = programs.fetch(f"{google}/sim/journal")
    assert [entry["status"] for entry in entries] == [200, 200, 200]
    assert entries[1]["path"].startswith("/v1beta1/projects/sim-robots/locations/europe-west4/")


@pytest.mark.filterwarnings("ignore")
def test_an_express_key(google: str) -> None:
    assert ask(
        genai.Client(vertexai=True, api_key="AIza-sim-key-0002", http_options=types.HttpOptions(base_url=google))
    )
