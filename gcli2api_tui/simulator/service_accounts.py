"""Service accounts as Google's token endpoint sees them: an assertion goes in, and its account comes out or a refusal.

Signature, key id, issuer, audience, times and scope are checked, with Google's words for each. `make` gives the key
file of a new account. google-auth checks signatures and cryptography makes keys, imported when somebody brings one.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence

from gcli2api_tui.simulator.refusals import OAuthRefusal, Refusal
from gcli2api_tui.simulator.world import ServiceAccount, World

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
LONGEST_S, SKEW_S = 3600.0, 300.0

JSON = dict[str, object]


def verified(assertion: str, world: World, audiences: Sequence[str]) -> ServiceAccount:
    """The account that signed it."""
    head, claims, signed, signature = _taken_apart(assertion)
    account = world.service_accounts.get(str(claims.get("iss")))
    if account is None or not account.enabled:
        raise _invalid("Invalid grant: account not found")
    if head.get("alg") != "RS256" or (account.key_id and head.get("kid") != account.key_id):
        raise _invalid("Invalid JWT Signature.")
    _check_signature(account, signed, signature)
    if claims.get("aud") not in audiences:
        raise _invalid(f"Invalid JWT: Failed audience check. The right audience is {AUDIENCE}")
    _check_times(claims, world.clock.now())
    if SCOPE not in str(claims.get("scope", "")).split():
        raise OAuthRefusal(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    return account


def make(world: World, email: str, project: str) -> JSON:
    """Adds an account with a new key; the answer is the file that Google lets one download, once."""
    private_key, public_key = _new_key()
    key_id = world.mint("key id")
    world.add_service_account(email, public_key, project=project, key_id=key_id)
    return {
        "type": "service_account",
        "project_id": project,
        "private_key_id": key_id,
        "private_key": private_key,
        "client_email": email,
        "client_id": "1",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": AUDIENCE,
        "universe_domain": "googleapis.com",
    }


def _new_key() -> tuple[str, str]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa
    except ImportError:
        raise Refusal(501, "Making a key needs the cryptography package.") from None
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def _taken_apart(assertion: str) -> tuple[JSON, JSON, bytes, bytes]:
    """Head, claims, what is signed, the signature."""
    parts = assertion.split(".")
    if len(parts) != 3:
        raise _invalid("Invalid JWT: Token must be in JWS compact serialization.")
    try:
        head, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts)
        decoded = json.loads(head), json.loads(claims)
    except (binascii.Error, ValueError):
        raise _invalid("Invalid JWT: Failed to decode.") from None
    if not all(isinstance(one, dict) for one in decoded):
        raise _invalid("Invalid JWT: Failed to decode.")
    return *decoded, assertion.rpartition(".")[0].encode(), signature


def _check_signature(account: ServiceAccount, signed: bytes, signature: bytes) -> None:
    from google.auth import crypt

    if not crypt.RSAVerifier.from_string(account.public_key).verify(signed, signature):
        raise _invalid("Invalid JWT Signature.")


def _check_times(claims: Mapping[str, object], now: float) -> None:
    issued, ends = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(ends, int) or not _reasonable(issued, ends, now):
        raise _invalid(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
            "Check your iat and exp values in the JWT claim."
        )


def _reasonable(issued: int, ends: int, now: float) -> bool:
    return issued <= now + SKEW_S and issued < ends <= issued + LONGEST_S and ends > now - SKEW_S


def _invalid(description: str) -> OAuthRefusal:
    return OAuthRefusal(400, "invalid_grant", description)
