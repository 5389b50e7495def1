"""Signing in with an OpenID Connect provider: the authorization code flow with PKCE, state and nonce.

After OpenID Connect Core 1.0 section 3.1, RFC 7636 (PKCE) and RFC 9207 (issuer in the answer). Only signatures with public keys
count.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from service.people.refusal import NotSo

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
_TIMEOUT = 5.0
_FRESH_SECONDS = 3600.0
_LEEWAY = 60


class Errand(Struct, frozen=True):
    """What the browser carries to the provider and back, signed: no one else can come back with it. ``link`` is an invitation's."""

    state: str
    nonce: str
    verifier: str
    link: str
    until: float


class Identity(Struct, frozen=True):
    """Who someone is, as their provider says. ``subject`` is issuer and subject; ``email`` is empty unless it was verified."""

    subject: str
    email: str
    name: str


class _Description(Struct, frozen=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Provider:
    """One provider. What it says of itself, and its keys, are asked for when needed and kept for an hour."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._described: tuple[float, _Description] | None = None
        self._keys: Any = None

    async def start(self, back: str, link: str, at: float) -> tuple[str, Errand]:
        """Give the provider's address to go to, and what to carry; ``back`` is ours to come back to. Raises NotSo."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415 # not before someone signs in so

        async with _client() as client:
            described = await self._describe(client)
        errand = Errand(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), link, at + 600)
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": "openid email profile",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": create_s256_code_challenge(errand.verifier),
            "code_challenge_method": "S256",
        }
        mark = "&" if "?" in described.authorization_endpoint else "?"
        return f"{described.authorization_endpoint}{mark}{urlencode(query)}", errand

    async def finish(self, back: str, errand: Errand | None, answer: Mapping[str, str], at: float) -> Identity:
        """Take the provider's answer for an errand: trades the code for who it is. Raises NotSo."""
        if (
            errand is None
            or errand.until < at
            or not secrets.compare_digest(errand.state.encode(), answer.get("state", "").encode())
        ):
            raise NotSo("This sign-in took too long, or was begun elsewhere. Try again.")
        if not answer.get("code") or answer.get("iss", self._issuer) != self._issuer:
            raise _failed()
        async with _client() as client:
            described = await self._describe(client)
            tokens = await self._trade(client, described, back, answer["code"], errand)
            claims = await self._verified(client, described, tokens, errand.nonce)
            if "email" not in claims and described.userinfo_endpoint:
                claims = await self._completed(client, described, tokens, claims)
        email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
        return Identity(f"{self._issuer} {claims['sub']}", email, str(claims.get("name") or email.partition("@")[0]))

    async def _describe(self, client: httpx.AsyncClient) -> _Description:
        if self._described is not None and time.monotonic() - self._described[0] < _FRESH_SECONDS:
            return self._described[1]
        raw = await _json(client, "GET", self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        try:
            described = msgspec.convert(raw, _Description)
        except msgspec.ValidationError:
            raise _failed() from None
        if described.issuer != self._issuer:
            raise _failed()
        self._described, self._keys = (time.monotonic(), described), None
        return described

    async def _trade(
        self, client: httpx.AsyncClient, described: _Description, back: str, code: str, errand: Errand
    ) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": errand.verifier}
        basic = "client_secret_basic" in described.token_endpoint_auth_methods_supported and bool(self._client_secret)
        if not basic:
            form |= {"client_id": self._client_id} | ({"client_secret": self._client_secret} if self._client_secret else {})
        credentials = (self._client_id, self._client_secret) if basic else None
        return await _json(client, "POST", described.token_endpoint, data=form, auth=credentials)

    async def _verified(
        self, client: httpx.AsyncClient, described: _Description, tokens: dict[str, Any], nonce: str
    ) -> dict[str, Any]:
        """Check signature and claims of the ID token. A key that is not known may be new: the keys are fetched once more."""
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 # as above
        from joserfc import jwt  # noqa: PLC0415 # as above
        from joserfc.errors import JoseError  # noqa: PLC0415 # as above

        wanted = {"iss": {"value": self._issuer}, "aud": {"value": self._client_id}}
        for fetch in (self._keys is None, True):
            try:
                keys = await self._key_set(client, described, fetch=fetch)
                decoded = jwt.decode(str(tokens.get("id_token", "")), keys, algorithms=_ALGORITHMS)
                params = {"nonce": nonce, "client_id": self._client_id, "access_token": tokens.get("access_token")}
                CodeIDToken(decoded.claims, decoded.header, wanted, params).validate(leeway=_LEEWAY)
            except (JoseError, ValueError, KeyError):
                continue
            return dict(decoded.claims)
        raise _failed()

    async def _key_set(self, client: httpx.AsyncClient, described: _Description, *, fetch: bool) -> Any:  # noqa: ANN401 # joserfc's
        from joserfc.jwk import KeySet  # noqa: PLC0415 # as above

        if fetch:
            self._keys = KeySet.import_key_set(await _json(client, "GET", described.jwks_uri))  # type: ignore[arg-type]
        return self._keys

    async def _completed(
        self, client: httpx.AsyncClient, described: _Description, tokens: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        bearer = {"authorization": f"Bearer {tokens.get('access_token', '')}"}
        told = await _json(client, "GET", described.userinfo_endpoint, headers=bearer)
        return {**told, **claims} if told.get("sub") == claims["sub"] else claims


def _failed() -> NotSo:
    return NotSo("Signing in there did not work. Try again.")


def _client() -> httpx.AsyncClient:
    import httpx  # noqa: PLC0415 # as above

    return httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False, headers={"accept": "application/json"})


async def _json(client: httpx.AsyncClient, method: str, url: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 # httpx's
    """Ask for an object. Raises NotSo for whatever else comes."""
    import httpx  # noqa: PLC0415 # as above

    try:
        response = await client.request(method, url, **more)
        found = response.json() if response.status_code == 200 else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        found = None
    if not isinstance(found, dict):
        raise _failed()
    return found
