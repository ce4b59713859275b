"""Sign-in, PKCE, refresh, rotation and what a dead token says."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gcli2api_tui.simulator.journal import fingerprint
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET

BACK = "http://127.0.0.1:7861/auth/callback"
VERIFIER = "v" * 64


async def code(google: Any, **more: str) -> str:
    made = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "scope": "s", "state": "st&1"}
    pkce = {"code_challenge": made, "code_challenge_method": "S256"}
    answer = await google.http.get("/o/oauth2/v2/auth", params={**asked, **pkce, **more})
    assert answer.status_code == 302 and answer.headers["location"].startswith(BACK)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["st&1"]
    return query.get("code", query.get("error", [""]))[0]


async def exchange(google: Any, value: str, **more: str) -> Any:
    fields = {
        "grant_type": "authorization_code",
        "code": value,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **more,
    }
    return await google.token(**fields)


async def refresh(google: Any, token: str, **more: str) -> Any:
    return await google.token(grant_type="refresh_token", refresh_token=token, **more)


async def test_a_code_works_once_and_its_tokens_work(google: Any) -> None:
    value = await code(google)
    answer = await exchange(google, value)
    tokens = answer.json()
    assert (
        tokens["token_type"] == "Bearer" and tokens["refresh_token"] == "1//sim-alice" and "openid" in tokens["scope"]
    )
    assert (await exchange(google, value)).json() == {"error": "invalid_grant", "error_description": "Bad Request"}
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert (await google.http.get("/oauth2/v2/userinfo", headers=bearer)).json()["email"] == "alice@example.com"
    info = (await google.http.post("/tokeninfo", headers=bearer)).json()
    assert info["expires_in"] == "3599" and info["aud"] == CLIENT_ID


async def test_pkce_the_address_and_the_code_are_checked(google: Any) -> None:
    wrong = await exchange(google, await code(google), code_verifier="w" * 64)
    assert wrong.json()["error_description"] == "Invalid code verifier."
    missing = await exchange(google, await code(google), code_verifier="")
    assert missing.json()["error_description"] == "Missing code verifier."
    elsewhere = await exchange(google, await code(google), redirect_uri="http://127.0.0.1:1/")
    assert (elsewhere.status_code, elsewhere.json()["error"]) == (400, "redirect_uri_mismatch")
    assert (await exchange(google, "hello")).json()["error_description"] == "Malformed auth code."
    late = await code(google)
    google.hand.at += 601
    assert (await exchange(google, late)).status_code == 400


async def test_a_person_may_refuse_or_be_someone_else(google: Any) -> None:
    google.world.add_account("bob@example.com")
    assert await code(google, deny="1") == "access_denied"
    tokens = (await exchange(google, await code(google, sim_account="bob@example.com"))).json()
    assert tokens["refresh_token"] == "1//sim-bob"


async def test_basic_client_authentication_is_accepted(google: Any) -> None:
    fields = {"grant_type": "refresh_token", "refresh_token": "1//sim-alice"}
    answer = await google.http.post("/token", data=fields, auth=(CLIENT_ID, CLIENT_SECRET))
    assert answer.status_code == 200 and "refresh_token" not in answer.json()


async def test_wrong_clients_are_refused(google: Any) -> None:
    google.world.add_account("bob@example.com", client_id="other")
    unknown = await refresh(google, "1//sim-alice", client_id="nobody")
    assert (unknown.status_code, unknown.json()["error_description"]) == (401, "The OAuth client was not found.")
    secret = await refresh(google, "1//sim-alice", client_secret="no")
    assert secret.json() == {"error": "invalid_client", "error_description": "The provided client secret is invalid."}
    assert (await refresh(google, "1//sim-bob")).json()["error"] == "unauthorized_client"


async def test_a_dead_refresh_token_says_so_until_the_next_consent(google: Any) -> None:
    google.world.kill_refresh_token("alice@example.com")
    answer = await refresh(google, "1//sim-alice")
    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    renewed = (await exchange(google, await code(google))).json()["refresh_token"]
    assert renewed != "1//sim-alice" and (await refresh(google, renewed)).status_code == 200


async def test_rotation_retires_the_old_refresh_token(google: Any) -> None:
    google.world.add_account("rita@example.com", rotating=True)
    second = (await refresh(google, "1//sim-rita")).json()["refresh_token"]
    assert (await refresh(google, "1//sim-rita")).status_code == 400
    assert (await refresh(google, second)).status_code == 200


async def test_revoking_ends_access_and_refresh(google: Any) -> None:
    assert (await google.http.post("/revoke", data={"token": "1//sim-alice"})).status_code == 200
    assert (await refresh(google, "1//sim-alice")).status_code == 400


async def test_the_journal_keeps_fingerprints_only(google: Any) -> None:
    await refresh(google, "1//sim-alice")
    entry = google.world.journal.calls("token")[0]
    assert entry.body["refresh_token"] == fingerprint("1//sim-alice")
    assert "1//sim-alice" not in repr(entry) and CLIENT_SECRET not in repr(entry)


OWN = {"client_id": "own.apps", "client_secret": "own-secret"}


async def test_tokens_belong_to_the_client_they_were_made_for(google: Any) -> None:
    google.world.add_client("own.apps", "own-secret")
    tokens = (await exchange(google, await code(google, client_id="own.apps"), **OWN)).json()
    assert (await refresh(google, tokens["refresh_token"], **OWN)).status_code == 200
    foreign = await refresh(google, tokens["refresh_token"])
    assert (foreign.status_code, foreign.json()["error"]) == (401, "unauthorized_client")
    wrong = await refresh(google, tokens["refresh_token"], **{**OWN, "client_secret": "x"})
    assert wrong.json()["error"] == "invalid_client"
    assert (await exchange(google, await code(google, client_id="own.apps"))).json()["error"] == "unauthorized_client"


async def test_a_web_client_returns_only_where_it_said(google: Any) -> None:
    google.world.add_client("web.apps", "s", ("http://127.0.0.1:9/auth/callback",))
    asked = {"client_id": "web.apps", "redirect_uri": BACK, "response_type": "code", "scope": "s"}
    answer = await google.http.get("/o/oauth2/v2/auth", params=asked)
    assert answer.status_code == 400 and answer.json()["error"] == "redirect_uri_mismatch"
