"""The manifests: one server a home, told apart alive and ready, private, and stopped without cutting answers."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gcli2api_tui.config.settings_loading import load
from gcli2api_tui.events.secret import guessable

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "kubernetes"


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


@pytest.fixture(scope="module")
def deployment() -> Any:
    return read("deployment.yaml")["spec"]


@pytest.fixture(scope="module")
def pod(deployment: Any) -> Any:
    return deployment["template"]["spec"]


@pytest.fixture(scope="module")
def container(pod: Any) -> Any:
    (one,) = pod["containers"]
    return one


def test_kustomize_takes_every_file_or_says_how() -> None:
    text = (FOLDER / "kustomization.yaml").read_text()
    others = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    taken = {*read("kustomization.yaml")["resources"]}
    assert taken == {"volume.yaml", "deployment.yaml", "service.yaml"}
    assert all(f"# - {name}" in text for name in others - taken)


def test_a_home_has_one_server_at_a_time(deployment: Any) -> None:
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})


def test_alive_is_not_ready(container: Any) -> None:
    """Who has no credential that serves is not ready, and must not be killed for it."""
    paths = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    named = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert named == {"http": 7861}
    assert {container[f"{name}Probe"]["httpGet"]["port"] for name in paths} == {"http"}


def test_clients_hear_why_it_is_not_ready(deployment: Any) -> None:
    service = read("service.yaml")["spec"]
    assert service["publishNotReadyAddresses"] is True
    assert service["selector"] == deployment["selector"]["matchLabels"]
    assert service["selector"].items() <= deployment["template"]["metadata"]["labels"].items()
    assert service["ports"][0]["targetPort"] == "http"


def test_it_may_do_nothing_that_it_need_not(pod: Any, container: Any) -> None:
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 1000
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_what_it_writes_to_is_mounted(pod: Any, container: Any) -> None:
    mounted = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    assert set(mounted) == {"/data", "/tmp"}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    claim = volumes[mounted["/data"]]["persistentVolumeClaim"]["claimName"]
    assert claim == read("volume.yaml")["metadata"]["name"]
    assert pod["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"


def test_running_answers_end_before_it_is_killed(pod: Any, container: Any, tmp_path: Path) -> None:
    environ = {one["name"]: one["value"] for one in container["env"]}
    said = load(tmp_path / "config.toml", environ, {}).settings
    assert 10 < said.drain_s <= pod["terminationGracePeriodSeconds"] - 3
    assert said.allowed_hosts == "*.svc, *.svc.cluster.local"


def test_the_keys_that_are_shipped_are_refused(container: Any, tmp_path: Path) -> None:
    secret = read("secret.yaml")
    assert container["envFrom"] == [{"secretRef": {"name": secret["metadata"]["name"], "optional": True}}]
    said = load(tmp_path / "config.toml", secret["stringData"], {}).settings
    assert guessable(said.password) and guessable(said.panel_password)


def test_streams_pass_the_ingress_as_they_come() -> None:
    ingress = read("ingress.yaml")
    asked = {name.rpartition("/")[2]: value for name, value in ingress["metadata"]["annotations"].items()}
    assert asked["proxy-buffering"] == "off"
    assert int(asked["proxy-read-timeout"]) >= 600
    (rule,) = ingress["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == read("service.yaml")["metadata"]["name"]
    assert rule["host"] in ingress["spec"]["tls"][0]["hosts"]
