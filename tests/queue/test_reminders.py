"""Moderators are reminded of what waits, seldom, and without a word of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from service import settings
from service.commands.examine import mail_server
from service.domain import Comment, Role
from service.moderation import Moderation
from service.people import preferences
from service.people.preferences import Preferences
from service.queue.mail import Mailer, NotSent
from service.queue.reminders import Reminders
from service.settings import BadSettings
from service.store import people, sites
from service.store.engine import open_engine
from service.store.upgrade import upgrade
from tests.queue.postbox import Postbox, postbox
from tests.store.given import DIGESTS, NOON

HOUR = 3600.0


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest_asyncio.fixture
async def moderation(database_url: str, tmp_path: Path) -> AsyncIterator[Moderation]:
    """Two sites without a model, so that everything waits; a moderator of the first and a viewer of it."""
    engine = open_engine(database_url)
    upgrade(engine)
    with engine.begin() as connection:
        first, _ = (sites.add_site(connection, name, f"https://{name}.example/", 0.0) for name in ("blog", "other"))
        for name, role in (("ana", Role.MODERATOR), ("vic", Role.VIEWER)):
            people.set_role(connection, people.add_person(connection, f"{name}@example.org", name, 0.0), first.id, role)
    made = Moderation(engine, DIGESTS, lambda: {"champion": tmp_path / "none"}, deadline=5)
    await made.start()
    yield made
    await made.stop()
    engine.dispose()


async def comes(moderation: Moderation, at: float, site: int = 0) -> None:
    known = await moderation.look(sites.list_sites)
    await moderation.check(known[site], Comment(text="Kanarienvogel"), at)


def reminders(moderation: Moderation, box: Postbox, **more: object) -> Reminders:
    known = settings.load(smtp_url=box.url, mail_from="winnow@example.org", public_url="https://m.example.org", **more)
    return Reminders(moderation, known, Mailer(known.smtp_url, known.mail_sender))


async def chosen(moderation: Moderation, **values: object) -> None:
    """Everyone's preferences."""
    for person in await moderation.look(people.list_people):
        stored = preferences.write(Preferences(**values))
        await moderation.writer.run(
            lambda connection, who=person.id, stored=stored: people.change_person(connection, who, settings=stored)
        )


async def test_who_moderates_is_reminded_of_what_waits_long(moderation, box):
    """Of their own site, with its numbers and a link, and without what the comment says; who may only look is not."""
    for site in (0, 1):
        await comes(moderation, NOON, site)
    remind = reminders(moderation, box)
    assert [await remind.once(NOON + 3.9 * HOUR), await remind.once(NOON + 4.1 * HOUR)] == [0, 1]
    [mail] = box.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "ana@example.org",
        "winnow@example.org",
        "Comments wait for a moderator",
    )
    text = mail.get_content()
    assert "blog: 1 waiting, the oldest for 4 hours" in text
    assert "https://m.example.org/queue" in text
    assert [word for word in ("other", "Kanarienvogel") if word in mail.as_string()] == []


async def test_a_long_queue_is_told_before_it_is_late(moderation, box):
    """From the threshold on; counted no further."""
    for _ in range(3):
        await comes(moderation, NOON)
    assert [await reminders(moderation, box, queue_threshold=most).once(NOON) for most in (4, 3)] == [0, 1]
    assert "blog: 3+ waiting, the oldest for 0 hours" in box.mails[0].get_content()


async def test_nobody_is_reminded_twice_in_the_interval(moderation, box):
    """Not by another process either; after it they are, as long as something waits."""
    await comes(moderation, NOON)
    one, other = reminders(moderation, box), reminders(moderation, box)
    moments = [NOON + hours * HOUR for hours in (5, 6, 16.9, 17.1)]
    assert [await one.once(at) + await other.once(at) for at in moments] == [1, 0, 0, 1]


async def test_a_server_that_takes_nothing_costs_no_turn(moderation, box):
    """Whoever was not reached is reminded once it works again."""
    await comes(moderation, NOON)
    remind, box.refuses = reminders(moderation, box), True
    with pytest.raises(NotSent, match="from the mail server 127"):
        await remind.once(NOON + 5 * HOUR)
    box.refuses = False
    assert await remind.once(NOON + 5 * HOUR) == 1


async def test_each_chooses_language_and_silence(moderation, box):
    """As set in their account."""
    await comes(moderation, NOON)
    remind = reminders(moderation, box)
    await chosen(moderation, reminders=False)
    assert await remind.once(NOON + 5 * HOUR) == 0
    await chosen(moderation, language="de")
    assert await remind.once(NOON + 5 * HOUR) == 1
    assert "blog: 1 warten, der älteste seit 5 Stunden" in box.mails[0].get_content()


def test_no_password_is_told_in_the_clear(box):
    """A server without TLS is told neither user nor password, and gets no e-mail."""
    url = box.url.replace("smtp://", "smtp://ana:hidden@")
    with pytest.raises(NotSent) as refusal:
        Mailer(url, "winnow@example.org").send("ana@example.org", "Hello", "Hello.")
    assert ("hidden" in str(refusal.value), box.mails, [line for line in box.said if "AUTH" in line]) == (False, [], [])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"smtp_url": "http://mail.example.org"}, "WINNOW_SMTP_URL must be"),
        ({"smtp_url": "smtp://mail.example.org"}, "WINNOW_MAIL_FROM must be set"),
        ({"mail_from": "a b@example.org"}, "WINNOW_MAIL_FROM must be"),
        ({"remind_hours": 0}, "WINNOW_REMIND_HOURS must be"),
        ({"remind_every_hours": "often"}, "WINNOW_REMIND_EVERY_HOURS must be"),
    ],
)
def test_wrong_settings_are_refused(given, why):
    """With a sentence at the start, and not when the first e-mail is due."""
    with pytest.raises(BadSettings, match=why):
        settings.load(**given)


def test_the_user_of_the_mail_server_is_the_sender():
    """Unless another is set; percent signs in the URL are understood."""
    assert settings.load(smtp_url="smtps://me%40example.org:x@mail.example.org").mail_sender == "me@example.org"


async def test_a_mail_server_that_takes_nothing_is_left_alone_for_a_while(moderation: Moderation, box: Postbox):
    """A quarter of an hour later it is asked again, and the reminder arrives."""
    await comes(moderation, NOON)
    told, late = reminders(moderation, box, remind_hours=1), NOON + 2 * HOUR
    box.refuses = True
    await told.look_round(late)
    box.refuses = False
    await told.look_round(late + 60)
    assert box.mails == []
    await told.look_round(late + 901)
    assert len(box.mails) == 1


def test_the_doctor_asks_the_mail_server(box: Postbox):
    """One that answers is fine, and so is none; one that is not there is told in a sentence. No e-mail is sent."""
    known = settings.load(smtp_url=box.url, mail_from="winnow@example.org")
    assert (list(mail_server(known)), list(mail_server(settings.load())), box.mails) == ([], [], [])
    gone = settings.load(smtp_url="smtp://127.0.0.1:9", mail_from="winnow@example.org")
    assert [each.sentence for each in mail_server(gone)] == [
        "No reminder can be sent: ConnectionRefusedError from the mail server 127.0.0.1; see WINNOW_SMTP_URL."
    ]
    with_password = settings.load(smtp_url=box.url.replace("//", "//ana:secret@"), mail_from="winnow@example.org")
    assert "ValueError" in next(mail_server(with_password)).sentence  # the server offers no TLS
