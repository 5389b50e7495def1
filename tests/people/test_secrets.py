"""Passwords and second factors."""

from __future__ import annotations

import time

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.people import passwords, preferences, second
from service.people.refusal import NotSo
from service.store.ids import Digests

DIGESTS = Digests(b"the secret of these tests")


async def test_a_password_opens_its_own_hash_only():
    """Hashes are salted argon2id; a wrong password, a broken hash and none at all are False."""
    stored = await passwords.hashed("seven wooden giraffes")
    assert stored.startswith("$argon2id$")
    assert stored != await passwords.hashed("seven wooden giraffes")
    tried = [await passwords.verified(word, hashed) for word, hashed in (
        ("seven wooden giraffes", stored), ("seven wooden giraffe", stored), ("x", "no hash"), ("x", ""),
    )]  # fmt: skip
    assert tried == [True, False, False, False]
    assert not passwords.outdated(stored)


async def test_who_does_not_exist_takes_as_long():
    """A name that nobody has is not told from a wrong password by the clock: the same work is done."""
    stored = await passwords.hashed("seven wooden giraffes")
    await passwords.verified("warm", "")

    async def seconds(hashed: str) -> float:
        taken = []
        for _ in range(7):
            start = time.perf_counter()
            await passwords.verified("a wrong password", hashed)
            taken.append(time.perf_counter() - start)
        return min(taken)

    known, unknown = await seconds(stored), await seconds("")
    assert known / 2 < unknown < known * 2


@pytest.mark.parametrize("password", ["short", "a" * 12, "abababababababab", "ana.example@mail.org", "Ana Example1", "x" * 201])
def test_a_guessable_password_is_refused(password):
    """Too short, of few letters, or one's own name with a digit."""
    with pytest.raises(NotSo):
        passwords.check_new(password, "ana.example@mail.org", "Ana Example")


def test_a_few_words_are_fine():
    """No rules of capitals, digits and signs."""
    passwords.check_new("seven wooden giraffes", "ana.example@mail.org", "Ana Example")


def test_an_authenticator_agrees():
    """Its code counts in its own half minute and in the ones beside it."""
    secret, at = second.new_secret(), 1_790_000_000.0
    code = pyotp.TOTP(secret).at(int(at))
    step = int(at) // 30
    assert [second.step_of(secret, code, at + shift) for shift in (-60, -30, 0, 30, 60)] == [None, step, step, step, None]
    assert second.step_of(secret, f" {code[:3]} {code[3:]} ", at) == step


@given(st.text(max_size=12))
@settings(max_examples=50)
def test_any_other_code_is_wrong(code):
    """Whatever is typed, it is looked at and refused."""
    assert second.step_of("A" * 32, code + "x", 1_790_000_000.0) is None


def test_a_sealed_secret_opens_with_its_server_only():
    """Who has the database alone has no second factor."""
    sealed = second.seal(DIGESTS, "A" * 32)
    assert "A" * 8 not in sealed
    assert second.unseal(DIGESTS, sealed) == "A" * 32
    with pytest.raises(NotSo):
        second.unseal(Digests(b"another server's secret"), sealed)


def test_recovery_codes_are_read_with_patience():
    """Dashes, spaces and capitals do not matter; whose code it is does."""
    code = second.new_recovery_codes()[0]
    digest = second.recovery_digest(DIGESTS, 1, code)
    assert second.recovery_digest(DIGESTS, 1, f" {code.upper().replace('-', ' ')} ") == digest
    assert second.recovery_digest(DIGESTS, 2, code) != digest


def test_settings_of_another_version_count_as_none():
    """What cannot be read does not lock anyone out."""
    chosen = preferences.Preferences(theme="dark", keymap={"accept": "y"})
    assert preferences.read(preferences.write(chosen)) == chosen
    assert preferences.read('{"theme": "sepia"}') == preferences.read("nonsense") == preferences.Preferences()
