"""instructor, over the OpenAI SDK: structured output is all that it is for. `SCRIPT MODE URL KEY MODEL SCENARIO`."""

import sys
from typing import Any

import instructor
from driver import CITY, Place, main
from openai import OpenAI
from pydantic import BaseModel

MODE = sys.argv.pop(1)


class Weather(BaseModel):
    city: str
    degrees: int


def client_of(place: Place) -> Any:
    return OpenAI(base_url=f"{place.url}/v1", api_key=place.key, max_retries=0)


def structured(place: Place) -> Any:
    patched = instructor.from_openai(client_of(place), mode=instructor.Mode[MODE])
    found = patched.create(
        model=place.model, response_model=Weather, messages=[{"role": "user", "content": CITY}], max_retries=1
    )
    return {"value": found.model_dump()}


main({"structured": structured})
