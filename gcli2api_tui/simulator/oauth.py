"""Google's OAuth: the consent page, the token endpoint, tokeninfo, revoke and userinfo.

The consent page redirects at once to the first account, or to `sim_account` / `login_hint`; `deny=1` refuses, and
`choose=1` shows a page with links. Codes work once; PKCE S256, the redirect address and the client pair are checked.
Service accounts bring an assertion (service_accounts.py).
"""

import base64
import hashlib
import hmac
import html
from typing import Any
from urllib.parse import urlencode

from quart import Quart, Response, jsonify, redirect, request

from gcli2api_tui.simulator import incoming, service_accounts
from gcli2api_tui.simulator.generation import next_fault
from gcli2api_tui.simulator.refusals import OAuthRefusal
from gcli2api_tui.simulator.world import Account, Client, Grant, World

CODE_LIFE_S = 600.0
SCOPE = (
    "openid https://www.googleapis.com/auth/userinfo.profile https://www.googleapis.com/auth/userinfo.email "
    "https://www.googleapis.com/auth/cloud-platform"
)
DEAD = "Token has been expired or revoked."


class OAuth:
    def __init__(self, world: World) -> None:
        self._world = world

    def attach(self, app: Quart) -> None:
        for number, path in enumerate(("/o/oauth2/v2/auth", "/o/oauth2/auth")):
            app.add_url_rule(path, f"consent_{number}", self.consent)
        app.add_url_rule("/token", "token", self.token, methods=["POST"])
        app.add_url_rule("/tokeninfo", "tokeninfo", self.tokeninfo, methods=["GET", "POST"])
        app.add_url_rule("/revoke", "revoke", self.revoke, methods=["POST"])
        for number, path in enumerate(("/oauth2/v2/userinfo", "/oauth2/v1/userinfo", "/oauth2/v3/userinfo")):
            app.add_url_rule(path, f"userinfo_{number}", self.userinfo)

    async def consent(self) -> Any:
        asked = request.args
        for name in ("client_id", "redirect_uri", "response_type", "scope"):
            if not asked.get(name):
                raise OAuthRefusal(400, "invalid_request", f"Missing required parameter: {name}")
        client = self._client(asked["client_id"])
        if client.redirect_uris and asked["redirect_uri"] not in client.redirect_uris:
            raise OAuthRefusal(400, "redirect_uri_mismatch", "Bad Request")
        if asked.get("choose"):
            return Response(self._page(), content_type="text/html; charset=utf-8")
        state = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("deny"):
            return _back(asked["redirect_uri"], {"error": "access_denied", **state})
        code = self._code(self._chosen(asked.get("sim_account") or asked.get("login_hint") or ""))
        return _back(
            asked["redirect_uri"], {**state, "code": code, "scope": SCOPE, "authuser": "0", "prompt": "consent"}
        )

    async def token(self) -> Response:
        form = await incoming.form()
        entry, grant = incoming.entry(), form.get("grant_type", "")
        entry.rpc = "token"
        fault = next_fault(self._world, "", "", "token", entry)
        if fault and fault.kind == "slow_first_byte":
            await self._world.clock.sleep(fault.option("delay_s", 30))
        client = incoming.basic() or (form.get("client_id", ""), form.get("client_secret", ""))
        if grant == "authorization_code":
            return jsonify(self._exchanged(form, client))
        if grant == "refresh_token":
            return jsonify(self._refreshed(form, client))
        if grant == service_accounts.GRANT:
            return jsonify(self._asserted(form))
        if not grant:
            raise OAuthRefusal(400, "invalid_request", "Missing required parameter: grant_type")
        raise OAuthRefusal(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")

    async def tokeninfo(self) -> Response:
        token = incoming.bearer() or request.args.get("access_token") or (await incoming.form()).get("access_token", "")
        held = self._world.holder(token)
        if held is None:
            raise OAuthRefusal(400, "invalid_token", "Invalid Value")
        account, ends_at = held
        incoming.entry().credential = account.email
        left = str(int(ends_at - self._world.clock.now()))
        person = {"sub": _number(account), "email": account.email, "email_verified": "true"}
        client = {"azp": account.client_id, "aud": account.client_id, "scope": SCOPE, "access_type": "offline"}
        return jsonify({**client, **person, "exp": str(int(ends_at)), "expires_in": left})

    async def revoke(self) -> Response:
        token = request.args.get("token") or (await incoming.form()).get("token", "")
        if not self._world.revoke(token):
            raise OAuthRefusal(400, "invalid_token", "Token expired or revoked")
        return jsonify({})

    async def userinfo(self) -> Any:
        held = self._world.holder(incoming.bearer())
        if held is None:
            answer = jsonify({"error": {"code": 401, "message": "Invalid Credentials", "status": "UNAUTHENTICATED"}})
            answer.status_code = 401
            return answer
        email = held[0].email
        incoming.entry().credential = email
        name = email.split("@")[0].title()
        person = {"id": _number(held[0]), "email": email, "verified_email": True, "name": f"{name} Example"}
        return jsonify({**person, "given_name": name, "family_name": "Example", "hd": "example.com"})

    def _chosen(self, email: str) -> Account:
        accounts = self._world.accounts
        if email and email not in accounts:
            raise OAuthRefusal(400, "invalid_request", f"The simulator has no account {email!r}")
        return accounts[email or next(iter(accounts))]

    def _code(self, account: Account) -> str:
        asked = request.args
        if asked.get("code_challenge") and asked.get("code_challenge_method", "plain") != "S256":
            raise OAuthRefusal(400, "invalid_request", "The simulator knows only S256")
        code = f"4/0A{self._world.mint('code')}"
        self._world.codes[code] = Grant(
            email=account.email,
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            challenge=asked.get("code_challenge", ""),
            scope=asked["scope"],
            expires_at=self._world.clock.now() + CODE_LIFE_S,
        )
        return code

    def _exchanged(self, form: dict[str, str], client: tuple[str, str]) -> dict[str, object]:
        """A code is used up by the first try, also by one that fails on PKCE."""
        if not form.get("code"):
            raise OAuthRefusal(400, "invalid_request", "Missing required parameter: code")
        grant = self._world.codes.pop(form["code"], None)
        if grant is None or grant.expires_at <= self._world.clock.now():
            raise OAuthRefusal(
                400, "invalid_grant", "Bad Request" if _looks_real(form["code"]) else "Malformed auth code."
            )
        account = self._world.accounts[grant.email]
        self._check_client(client, grant.client_id)
        if grant.redirect_uri != form.get("redirect_uri"):
            raise OAuthRefusal(400, "redirect_uri_mismatch", "Bad Request")
        _check_verifier(grant.challenge, form.get("code_verifier", ""))
        self._revive(account)
        return {**self._tokens(account), "refresh_token": self._world.grant(account, grant.client_id)}

    def _refreshed(self, form: dict[str, str], client: tuple[str, str]) -> dict[str, object]:
        token = form.get("refresh_token", "")
        if not token:
            raise OAuthRefusal(400, "invalid_request", "Missing required parameter: refresh_token")
        account = self._world.by_refresh_token(token)
        if account is None:
            raise OAuthRefusal(400, "invalid_grant", "Bad Request")
        incoming.entry().credential = account.email
        fault = next_fault(self._world, account.email, "", "refresh", incoming.entry())
        self._check_client(client, self._world.client_of(token, account))
        if account.dead or (fault and fault.kind == "invalid_grant"):
            raise OAuthRefusal(400, "invalid_grant", DEAD)
        answer = self._tokens(account)
        if account.rotating and token == account.refresh_token:
            account.refresh_token = answer["refresh_token"] = f"1//sim-{self._world.mint('refresh')}"
        return answer

    def _asserted(self, form: dict[str, str]) -> dict[str, object]:
        """A service account's token; no refresh token comes with it."""
        if not form.get("assertion"):
            raise OAuthRefusal(400, "invalid_request", "Missing required parameter: assertion")
        audiences = (service_accounts.AUDIENCE, f"{request.host_url}token")
        account = service_accounts.verified(form["assertion"], self._world, audiences)
        incoming.entry().credential = account.email
        next_fault(self._world, account.email, "", "refresh", incoming.entry())
        return {"access_token": self._world.issue_token(account.email), "expires_in": 3599, "token_type": "Bearer"}

    def _client(self, client_id: str) -> Client:
        known = self._world.client(client_id)
        if known is None:
            raise OAuthRefusal(401, "invalid_client", "The OAuth client was not found.")
        return known

    def _check_client(self, given: tuple[str, str], owner: str) -> None:
        """The pair must be whole, and the one that the code or token was made for."""
        client = self._client(given[0])
        if client.id != owner:
            raise OAuthRefusal(401, "unauthorized_client", "Unauthorized")
        if given[1] != client.secret:
            raise OAuthRefusal(401, "invalid_client", "The provided client secret is invalid.")

    def _revive(self, account: Account) -> None:
        """A new consent gives a dead account a new refresh token."""
        if account.dead:
            account.dead, account.refresh_token = False, f"1//sim-{self._world.mint('refresh')}"

    def _tokens(self, account: Account) -> dict[str, object]:
        incoming.entry().credential = account.email
        token = self._world.issue_token(account.email)
        return {
            "access_token": token,
            "expires_in": int(self._world.token_life_s),
            "scope": SCOPE,
            "token_type": "Bearer",
            "id_token": "sim.id.token",
        }

    def _page(self) -> str:
        asked = {name: value for name, value in request.args.items() if name != "choose"}
        links = "".join(
            f'<li><a href="?{html.escape(urlencode({**asked, "sim_account": email}))}">{html.escape(email)}</a></li>'
            for email in self._world.accounts
        )
        no = html.escape(urlencode({**asked, "deny": "1"}))
        return f'<!doctype html><title>Simulated sign-in</title><ul>{links}</ul><a href="?{no}">Deny</a>'


def _back(address: str, fields: dict[str, str]) -> object:
    return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}")


def _check_verifier(challenge: str, verifier: str) -> None:
    if not challenge:
        return
    if not verifier:
        raise OAuthRefusal(400, "invalid_grant", "Missing code verifier.")
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not hmac.compare_digest(made, challenge):
        raise OAuthRefusal(400, "invalid_grant", "Invalid code verifier.")


def _looks_real(code: str) -> bool:
    return code.startswith("4/")


def _number(account: Account) -> str:
    return str(int(hashlib.sha256(account.email.encode()).hexdigest()[:12], 16))
