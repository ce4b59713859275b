"""Lines that people type outside of the container that they read them of."""

from pathlib import Path

import pytest

from gcli2api_tui import container_detection
from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.lifecycle import announcement

ID = "3f9c01d2e4a7"


def root_with(tmp_path: Path, *marks: str) -> Path:
    for mark in marks:
        (tmp_path / mark).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / mark).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("marks", "environ", "hostname", "said"),
    [
        ((), {}, ID, ""),
        ((".dockerenv",), {}, ID, f"docker exec {ID} "),
        (("run/.containerenv",), {}, ID, f"podman exec {ID} "),
        ((".dockerenv",), {}, "my-server", "docker exec CONTAINER "),
        ((), {"container": "docker"}, ID, f"docker exec {ID} "),
        ((), {"container": "systemd-nspawn"}, ID, ""),
        ((".dockerenv",), {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "proxy-0", "kubectl exec proxy-0 -- "),
        ((), {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "`rm`", "kubectl exec POD -- "),
    ],
)
def test_what_stands_before_a_command(
    marks: tuple[str, ...], environ: dict[str, str], hostname: str, said: str, tmp_path: Path
) -> None:
    assert container_detection.inside(environ, root_with(tmp_path, *marks), hostname) == said


def test_who_reads_the_log_of_a_container_is_told_how_to_see_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container_detection, "inside", lambda environ: f"docker exec {ID} ")
    made = prepare({"home": str(tmp_path)}, {})
    lines = "\n".join(announcement.key_lines(made))
    assert f"`docker exec {ID} gcli2api-tui key` prints it" in lines
    assert made.settings.password.reveal() not in lines
    given = prepare({"home": str(tmp_path)}, {"PASSWORD": "a-long-enough-key"})
    assert announcement.key_lines(given) == ["client key: set by PASSWORD"]
