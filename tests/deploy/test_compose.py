"""compose.yaml and compose.tls.yaml: what they name exists, and what they promise fits together."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gcli2api_tui.config.settings_loading import load

DEPLOY = Path(__file__).parent.parent.parent / "deploy"


def read(name: str, environ: dict[str, str]) -> Any:
    """The file as compose reads it: variables filled in, their defaults where they are not set or empty."""

    def value(found: re.Match[str]) -> str:
        name, kind, more = found[1], found[2] or "", found[3] or ""
        if kind == ":?" and not environ.get(name):
            raise ValueError(more)
        return environ.get(name) or more

    return yaml.safe_load(re.sub(r"\$\{([A-Z0-9_]+)(:-|:\?)?([^}]*)\}", value, (DEPLOY / name).read_text()))


def ours(environ: dict[str, str]) -> Any:
    return read("compose.yaml", environ)["services"]["gcli2api-tui"]


def seconds(text: str) -> float:
    assert text.endswith("s")
    return float(text[:-1])


def test_it_builds_our_image_and_keeps_its_home() -> None:
    service = ours({})
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    assert "data:/data" in service["volumes"]
    assert "data" in read("compose.yaml", {})["volumes"]
    assert service["restart"] == "unless-stopped"


def test_its_health_check_is_that_of_the_image() -> None:
    """Written out, because engines that make OCI images forget the image's own."""
    assert ours({})["healthcheck"]["test"] == ["CMD", "python", "-m", "gcli2api_tui.health_check"]


def test_others_reach_it_only_when_that_is_asked_for() -> None:
    assert ours({})["ports"] == ["127.0.0.1:7861:7861"]
    assert ours({"BIND": "0.0.0.0", "PORT": "8080"})["ports"] == ["0.0.0.0:8080:7861"]


@pytest.mark.parametrize(
    ("environ", "keys"),
    [
        ({}, ("", "")),
        ({"PASSWORD": "both-of-them"}, ("both-of-them", "both-of-them")),
        ({"API_PASSWORD": "for-the-tools", "PANEL_PASSWORD": "for-people"}, ("for-the-tools", "for-people")),
    ],
)
def test_the_variables_of_gcli2api_mean_the_same(
    environ: dict[str, str], keys: tuple[str, str], tmp_path: Path
) -> None:
    said = load(tmp_path / "config.toml", ours(environ)["environment"], {}).settings
    assert (said.password.reveal(), said.panel_password.reveal()) == keys


def test_running_answers_end_before_it_is_killed(tmp_path: Path) -> None:
    service = ours({})
    drain_s = load(tmp_path / "config.toml", service["environment"], {}).settings.drain_s
    assert 10 < drain_s <= seconds(service["stop_grace_period"]) - 3


def test_it_writes_nowhere_but_to_its_volume() -> None:
    service = ours({})
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]


def test_with_tls_the_name_must_be_given_and_is_believed_from_caddy_alone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="DOMAIN"):
        read("compose.tls.yaml", {})
    both = read("compose.tls.yaml", {"DOMAIN": "llm.example.org"})
    said = load(tmp_path / "config.toml", both["services"]["gcli2api-tui"]["environment"], {}).settings
    assert said.allowed_hosts == "llm.example.org"
    assert all(
        network.split(".")[0] in ("10", "172", "192", "fc00::/7") for network in said.trusted_proxies.split(", ")
    )


def test_caddy_is_given_our_file_and_its_variables() -> None:
    caddy = read("compose.tls.yaml", {"DOMAIN": "llm.example.org"})["services"]["caddy"]
    site = (DEPLOY / "Caddyfile").read_text()
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in caddy["volumes"]
    assert {*re.findall(r"\{\$([A-Z]+)", site)} == {*caddy["environment"]}
    assert caddy["environment"]["UPSTREAM"] == "gcli2api-tui:7861"
    assert caddy["depends_on"]["gcli2api-tui"]["condition"] == "service_healthy"
