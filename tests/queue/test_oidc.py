"""Signing in with an OpenID Connect provider: a real one, over HTTP."""

from __future__ import annotations

import time

import httpx
import pytest
from joserfc.jwk import ECKey

from service.domain import Role
from service.store import people
from tests.queue.given import Client, link, stored, stranger
from tests.queue.provider import CLIENT, SECRET, providing, shared_key
from tests.serving import serving


@pytest.fixture(scope="module")
def provider():
    with providing() as running:
        yield running


@pytest.fixture(scope="module")
def service(tmp_path_factory, provider):
    settings = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_name": "House ID"}
    with serving(tmp_path_factory.mktemp("oidc"), **settings) as running:
        yield running


@pytest.fixture(autouse=True)
def honest(provider):
    provider.lies, provider.alg, provider.signing = {}, "ES256", None
    provider.claims = {"sub": f"sub-{time.time()}", "email": "max@example.org", "email_verified": True, "name": "Max"}


@pytest.fixture
def max_(service) -> str:
    """The e-mail address of someone who is known here."""
    email = f"{time.time()}@example.org"

    def add(connection):
        people.set_role(connection, people.add_person(connection, email, "Max", time.time()), None, Role.VIEWER)

    stored(service, add)
    return email


def sign_in(service, path: str = "/sign-in/oidc") -> tuple[Client, httpx.Response]:
    """Follow the button to the provider and back again."""
    client = stranger(service)
    return client, client.get(path, follow_redirects=True)


def told(answer) -> str:
    return next(
        (each for each in ("Nobody here is known", "did not work", "took too long") if each in answer.text), answer.url.path
    )


def test_the_button_says_with_what(service):
    """It is a link: forms may not lead elsewhere."""
    assert '<a class="button wide" href="/sign-in/oidc">Sign in with House ID</a>' in stranger(service).get("/sign-in").text


def test_who_is_known_by_a_verified_address_comes_in(service, provider, max_):
    """And is known by the provider's own name for them from then on, whatever the address becomes."""
    provider.claims["email"] = max_.upper()
    answer = sign_in(service)[1]
    assert (answer.status_code, answer.url.path) == (200, "/queue")
    provider.claims["email"] = "married@example.org"
    assert sign_in(service)[1].url.path == "/queue"


def test_an_address_that_nobody_verified_opens_nothing(service, provider, max_):
    """Anyone may claim an address; only a provider that has checked it is believed."""
    for unverified in (False, "true", None):
        provider.claims |= {"email": max_, "email_verified": unverified}
        assert told(sign_in(service)[1]) == "Nobody here is known"


def test_an_address_leads_to_one_account_of_the_provider(service, provider, max_):
    """Another account there with the same address does not take it over."""
    provider.claims["email"] = max_
    assert sign_in(service)[1].url.path == "/queue"
    provider.claims["sub"] = "someone else"
    assert told(sign_in(service)[1]) == "Nobody here is known"


def test_a_stranger_is_told_to_ask(service, provider):
    """Being someone there is not being someone here."""
    provider.claims["email"] = "stranger@example.org"
    assert told(sign_in(service)[1]) == "Nobody here is known"


def test_an_invitation_is_taken_with_it(service, provider):
    """Who has a link joins without a password, and signs in the same way later."""
    provider.claims["email"] = "joins@example.org"
    token = link(service, "join", by="Ana", role=Role.LEAD).rpartition("/")[2]
    assert f"/sign-in/oidc?link={token}" in stranger(service).get(f"/welcome/{token}").text
    assert sign_in(service, f"/sign-in/oidc?link={token}")[1].url.path == "/queue"
    joined = stored(service, lambda connection: people.find_person(connection, "joins@example.org"))
    assert (joined.everywhere, joined.password) == (Role.LEAD, "")
    assert sign_in(service)[1].url.path == "/queue"


def test_an_address_may_come_from_userinfo(service, provider):
    """Some providers keep it out of the token."""
    del provider.claims["email"], provider.claims["email_verified"]
    stored(service, lambda connection: people.add_person(connection, "info@example.org", "Info", time.time()))
    assert sign_in(service)[1].url.path == "/account"


@pytest.mark.parametrize(
    "lies",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"nonce": "another"}, {"exp": 1}, {"aud": [CLIENT, "x"], "azp": "x"}],
    ids=str,
)
def test_a_token_for_someone_else_is_refused(service, provider, max_, lies):
    """Issuer, audience, nonce and time must be ours."""
    provider.claims["email"] = max_
    provider.lies = lies
    assert told(sign_in(service)[1]) == "did not work"


def test_only_the_providers_key_signs(service, provider, max_):
    """Neither another key, nor a shared secret, nor no signature at all."""
    provider.claims["email"] = max_
    provider.signing = ECKey.generate_key("P-256", {"kid": "1"})
    assert told(sign_in(service)[1]) == "did not work"
    provider.signing, provider.alg = shared_key(), "HS256"
    assert told(sign_in(service)[1]) == "did not work"
    provider.alg = "none"
    assert told(sign_in(service)[1]) == "did not work"


def test_a_new_key_is_fetched(service, provider, max_):
    """Providers change their keys without notice."""
    provider.claims["email"] = max_
    assert sign_in(service)[1].url.path == "/queue"
    provider.key = ECKey.generate_key("P-256", {"kid": "1"})
    assert sign_in(service)[1].url.path == "/queue"


def test_an_answer_to_another_browser_is_refused(service, provider, max_):
    """Who lures someone to the address with a code of their own signs nobody in."""
    provider.claims["email"] = max_
    attacker = stranger(service)
    to_provider = attacker.get("/sign-in/oidc").headers["location"]
    back = httpx.get(to_provider).headers["location"]
    victim = stranger(service)
    assert told(victim.get(back.partition(str(service.port))[2])) == "took too long"
    assert told(attacker.get(back.replace("state=", "state=x").partition(str(service.port))[2])) == "took too long"


def test_a_provider_that_is_away_is_no_fault_of_ours(tmp_path):
    """The page says so, and the password still works."""
    with serving(tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id="x") as service:
        answer = stranger(service).get("/sign-in/oidc")
        assert (answer.status_code, told(answer)) == (422, "did not work")
