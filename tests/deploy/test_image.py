"""deploy/Dockerfile and what it is given: all that the build needs, nothing private, and variables that are ours."""

import fnmatch
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcli2api_tui.cli import commands
from gcli2api_tui.config.settings_loading import load

ROOT = Path(__file__).parent.parent.parent
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
JOINED = re.sub(r"\\\n(\s*#.*\n)*", "", DOCKERFILE)
"""With each instruction on a line of its own."""


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", JOINED, re.M)


def final_stage() -> str:
    return JOINED[JOINED.rindex("FROM ") :]


def variables() -> dict[str, str]:
    return dict(
        pair.split("=", 1) for pair in re.findall(r"[A-Z0-9_]+=\S+", re.findall(r"^ENV (.*)$", final_stage(), re.M)[0])
    )


def given(path: str) -> bool:
    """Whether the context has it: the last line of .dockerignore that fits decides."""
    kept = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = path.split("/")
        above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        below = parts if line.startswith("**/") else above
        if any(fnmatch.fnmatchcase(one, pattern) and (pattern != "*" or "/" not in one) for one in below):
            kept = line.startswith("!")
    return kept


def test_what_the_build_needs_is_given() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    built = project["tool"]["hatch"]["build"]
    needed = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    needed |= {*built["targets"]["wheel"].get("force-include", {})}
    needed |= {"hatch_build.py"} if "custom" in built.get("hooks", {}) else set()
    tracked = subprocess.run(["git", "ls-files", "gcli2api_tui"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [path for path in (*needed, *tracked.stdout.splitlines()) if not given(path)] == []


@pytest.mark.parametrize(
    "path",
    [".git/config", ".env", "data/creds/a.json", "config.toml", "credentials/a.json", "deploy/compose.yaml",
     "tests/x.py", "gcli2api_tui/__pycache__/cli.cpython-313.pyc", ".venv/pyvenv.cfg"],
)  # fmt: skip
def test_nothing_private_and_nothing_that_changes_without_need_is_given(path: str) -> None:
    assert not given(path)


def test_it_is_not_root_and_others_of_its_group_may_run_it() -> None:
    """Kubernetes believes only a number not to be root."""
    assert re.findall(r"^USER (.*)$", final_stage(), re.M) == ["1000:0"]
    assert "chown 1000:0 /data; chmod 0770 /data" in final_stage()
    assert final_stage().index("chmod 0770 /data") < final_stage().index("VOLUME /data")


def test_what_it_starts_is_ours_and_gets_signals_itself() -> None:
    """A shell in between would keep SIGTERM for itself."""
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["gcli2api-tui"]
    words = json.loads(instructions("CMD")[-1])
    assert CliRunner().invoke(commands.main, [*words, "--help"]).exit_code == 0
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_the_health_check_is_a_module_of_ours() -> None:
    check = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", final_stage(), re.M)
    assert json.loads(check[0]) == ["python", "-m", "gcli2api_tui.health_check"]


def test_its_variables_are_settings(tmp_path: Path) -> None:
    """And all that a person sets beside them wins or adds; the drain ends before `docker stop` kills."""
    said = load(tmp_path / "config.toml", variables(), {})
    assert said.sources == {"host": "HOST", "drain_s": "GCLI2API_DRAIN_S"}
    assert said.settings.host == "0.0.0.0" and 0 < said.settings.drain_s < 10
    assert variables()["GCLI2API_HOME"].startswith("/data/")
    space = {"PORT": "7860", "PASSWORD": "a-long-enough-key", "SPACE_HOST": "me-it.hf.space"}
    set_too = load(tmp_path / "config.toml", {**variables(), **space}, {}).settings
    assert (set_too.port, set_too.allowed_hosts) == (7860, "me-it.hf.space")
    assert set_too.password == set_too.panel_password


def test_every_package_is_pinned_by_its_hash() -> None:
    run = re.findall(r"^RUN (.*)$", JOINED[: JOINED.rindex("FROM ")], re.M)[0]
    installed = re.findall(r"pip (?:--python \S+ )?install ([^;]*)", run)
    assert ["--require-hashes" in one or "--no-deps" in one for one in installed] == [True, True, True]


def test_a_space_speaks_to_the_port_that_we_listen_on() -> None:
    front = (ROOT / "deploy" / "huggingface" / "README.md").read_text().split("---")[1]
    assert "sdk: docker" in front
    assert f"app_port: {instructions('EXPOSE')[0]}" in front
