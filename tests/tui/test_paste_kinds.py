"""What a pasted text seems to be."""

import pytest

from gcli2api_tui.tui.screens.pasting import kind_of, path_in

KEY = "AIza" + "Sy_-9" * 7


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"  {KEY}\n", "key"),
        ("AQ." + "Ab8" * 12, "key"),
        (f"vertex:{KEY}", "key"),
        (f"work={KEY}\nhome={KEY}", "key"),
        (f"export GEMINI_API_KEY='{KEY}'", "key"),
        ("new-kind-of_key.1234567890", "key"),
        ('{"type": "service_account",\n "x": 1}', "json"),
        (f'["{KEY}"]', "json"),
        ("http://127.0.0.1:7861/auth/callback?state=abc&code=4/0Ab", "answer"),
        ("http://127.0.0.1:7861/auth/callb\n  ack?state=abc&co\nde=4%2F0Ab", "answer"),
        ("?error=access_denied&state=x", "answer"),
        ("4/0AVMBsJhkq2-pQ", "answer"),
        ("/storage/downloads/oauth_creds.json", "path"),
        ("'/tmp/my files/a.json'", "path"),
        ("~/creds", "path"),
        (r"C:\Users\me\creds.json", "path"),
        ("file:///tmp/a.json", "path"),
        ("creds.zip", "path"),
        ("hello world", ""),
        ("", ""),
        ("https://aistudio.google.com/apikey", ""),
    ],
)
def test_by_its_looks(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("'/tmp/my files/a.json' ", "/tmp/my files/a.json"),
        (r"/tmp/my\ files/a.json", "/tmp/my files/a.json"),
        ("file:///tmp/a.json\n", "/tmp/a.json"),
        (r"C:\Users\me\creds.json", r"C:\Users\me\creds.json"),
    ],
)
def test_a_dropped_file_is_its_path(text: str, path: str) -> None:
    assert path_in(text) == path
