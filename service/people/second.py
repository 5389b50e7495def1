"""The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for a lost one."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from functools import cache
from typing import TYPE_CHECKING

from service.people.refusal import NotSo
from service.store.ids import Digests

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP_SECONDS = 30
_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like another


def new_secret() -> str:
    """Make a secret for an authenticator: 160 bits in base 32."""
    import pyotp  # noqa: PLC0415 # only few pages need it

    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """Give the otpauth address that an authenticator reads from its picture."""
    import pyotp  # noqa: PLC0415 # as above

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Winnow")


def step_of(secret: str, code: str, at: float | None = None) -> int | None:
    """Give the time step whose code this is, now or one step off; None for a wrong code."""
    import pyotp  # noqa: PLC0415 # as above

    digits, totp = "".join(code.split()), pyotp.TOTP(secret)
    now = int(time.time() if at is None else at) // STEP_SECONDS
    for step in (now, now - 1, now + 1):
        if digits.isascii() and secrets.compare_digest(totp.at(step * STEP_SECONDS), digits):
            return step
    return None


@cache
def _seal(digests: Digests) -> Fernet:
    from cryptography.fernet import Fernet  # noqa: PLC0415 # as above

    return Fernet(urlsafe_b64encode(digests.derived(b"winnow totp")))


def seal(digests: Digests, secret: str) -> str:
    """Encrypt a secret for the database."""
    return _seal(digests).encrypt(secret.encode()).decode()


def unseal(digests: Digests, sealed: str) -> str:
    """Give the secret back. Raises NotSo when the server's own secret is another one than then."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 # as above

    try:
        return _seal(digests).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise NotSo("The second step cannot be checked any more. Ask who administers everything to switch it off.") from None


def new_recovery_codes() -> list[str]:
    """Make ten codes of 49 bits, each good for one sign-in."""
    return ["-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(_CODES)]


def recovery_digest(digests: Digests, person_id: int, code: str) -> str:
    """Give what is stored of a recovery code; spaces, dashes and the case of letters do not matter."""
    letters = "".join(each for each in code.casefold() if each.isalnum())
    return digests.token("recovery", f"{person_id}\0{letters}")


def is_secret(text: str) -> bool:
    """Tell whether a text has the form of ``new_secret``."""
    return len(text) == 32 and set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
