"""S5: codes, tokens, passwords and prompts in a log that can be downloaded; tests/test_secrets.py runs everything."""

from finding_server import CHAT, CLIENT, PANEL, Served

PROMPT = "a prompt about a planted walrus"


def test_neither_codes_nor_keys_nor_prompts_reach_the_log(served: Served) -> None:
    served.ask("/auth/callback?code=4/planted-code&state=planted-state")
    served.ask("/v1/models?key=planted-wrong-key-in-the-address")
    served.ask("/v1/chat/completions", {**CHAT, "messages": [{"role": "user", "content": PROMPT}]}, key=CLIENT)
    served.ask("/v1/chat/completions", {**CHAT, "messages": [{"role": "walrus", "content": PROMPT}]}, key=CLIENT)
    served.ask("/admin/api/login/finish", {"id": "none", "text": "4/planted-code"}, key=PANEL)
    log, kept = served.log(), [path for path in served.home.rglob("*") if path.is_file()]
    written = "".join(path.read_bytes().decode("latin-1") for path in kept if path.suffix in (".log", ".db", ".db-wal"))
    for planted in ("4/planted-code", "planted-state", "planted-wrong-key-in-the-address", PROMPT, CLIENT, PANEL):
        assert planted not in log and planted not in written, planted
