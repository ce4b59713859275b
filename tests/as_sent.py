"""A call's request as the model takes it: what the relay does with it first."""

from functools import cache
from importlib.resources import files
from typing import Any

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.gemini.catalogue import Catalogue, abilities_of
from gcli2api_tui.gemini.fit_to_model import fitted
from gcli2api_tui.gemini.models_toml import read_catalogue


@cache
def packaged() -> Catalogue:
    return read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


def as_sent(call: Call) -> Any:
    return fitted(abilities_of(call.model, packaged()), call.request)[0]
