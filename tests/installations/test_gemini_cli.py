"""Gemini CLI's folder: the sign-in with its account, keys and project; what it has locked away is said in words."""

from collections.abc import Callable
from pathlib import Path

from other_programs import KEY, PEM, gemini_cli, put, stamps

from gcli2api_tui.credentials.credential import Kind
from gcli2api_tui.installations.installation import Installation, Program

Read = Callable[[Program, Path], Installation]


def test_all_of_it_from_the_folder_or_the_one_above(tmp_path: Path, read: Read, why) -> None:
    folder = gemini_cli(tmp_path)
    before = stamps(tmp_path)
    found = read("gemini-cli", tmp_path)
    assert read("gemini-cli", folder).credentials == found.credentials and stamps(tmp_path) == before
    assert [(one.file, one.credential.kind, one.credential.label) for one in found.credentials] == [
        ("oauth_creds.json", Kind.OAUTH, "anna@example.com"),
        (".env GEMINI_API_KEY", Kind.API_KEY, f"key …{KEY[-4:]}"),
    ]
    assert [(one.name, one.value) for one in found.settings] == [("google_cloud_project", "my-project")]
    assert set(why(found.left_out)) == {"installation_id", "mcp-oauth-tokens.json", "settings.json"}


def test_an_encrypted_sign_in_is_told(tmp_path: Path, read: Read, why) -> None:
    folder = gemini_cli(tmp_path)
    (folder / "oauth_creds.json").unlink()
    put(folder / "gemini-credentials.json", "00" * 12 + ":" + "11" * 16 + ":2233")
    said = why(read("gemini-cli", folder).left_out)
    assert "encrypted" in said["gemini-credentials.json"] and "creds login" in said["gemini-credentials.json"]


def test_a_sign_in_in_the_keychain_is_told(tmp_path: Path, read: Read, why) -> None:
    folder = gemini_cli(tmp_path)
    (folder / "oauth_creds.json").unlink()
    assert "keychain" in why(read("gemini-cli", folder).left_out)["anna@example.com"]


def test_a_key_for_vertex_and_a_service_account_inside(tmp_path: Path, read: Read, why) -> None:
    folder = tmp_path / ".gemini"
    account = {"type": "service_account", "client_email": "bot@p.iam.gserviceaccount.com", "private_key": PEM}
    put(folder / "keys" / "bot.json", {**account, "project_id": "p"})
    put(
        folder / ".env",
        f"GOOGLE_API_KEY={KEY}\nGOOGLE_GENAI_USE_VERTEXAI=true\nGOOGLE_APPLICATION_CREDENTIALS=keys/bot.json\n"
        "GOOGLE_GEMINI_BASE_URL=https://mirror.invalid\nHTTPS_PROXY=http://10.0.0.1:3128\n",
    )
    found = read("gemini-cli", folder)
    assert {one.credential.kind for one in found.credentials} == {Kind.VERTEX_EXPRESS, Kind.SERVICE_ACCOUNT}
    assert {one.credential.settings.proxy.reveal() for one in found.credentials} == {"http://10.0.0.1:3128"}
    assert set(why(found.settings_left_out)) == {"GOOGLE_GEMINI_BASE_URL", "HTTPS_PROXY"}


def test_a_service_account_outside_is_not_read(tmp_path: Path, read: Read, why) -> None:
    put(tmp_path / "bot.json", "{}")
    folder = tmp_path / ".gemini"
    put(folder / ".env", f"GOOGLE_APPLICATION_CREDENTIALS={tmp_path / 'bot.json'}\nGEMINI_API_KEY={KEY}\n")
    assert "outside of the folder" in why(read("gemini-cli", folder).left_out)[".env GOOGLE_APPLICATION_CREDENTIALS"]
