"""Who may do what where, and who says so."""

from __future__ import annotations

import re
import time

from service.domain import Role
from service.store import audit, people, sessions
from tests.queue.given import PASSWORD, link, site_id, someone, stored, stranger


def role_of(service, person) -> tuple:
    found = stored(service, lambda connection: people.get_person(connection, person.person_id))
    return found.everywhere, found.roles


def deeds(service, what: str) -> list[audit.Entry]:
    return stored(service, lambda connection: audit.entries(connection, what=what, limit=1))


def test_an_invitation_brings_its_role(service, admin):
    """A link is shown once; who follows it has the role on the site, and no other."""
    shown = admin.post("/people/invite", email="new@example.org", role="moderator", site=str(site_id(service, "blog"))).text
    path = re.search(r'value="http://[^/]+(/welcome/\w+)"', shown)[1]
    assert path not in admin.get("/people").text
    joined = stranger(service)
    assert "invites you to blog as Moderator" in joined.get(path).text
    joined.post(path, email="new@example.org", name="New", password=PASSWORD)
    person = stored(service, lambda connection: people.find_person(connection, "new@example.org"))
    assert (person.everywhere, person.roles) == (None, {site_id(service, "blog"): Role.MODERATOR})


def test_a_withdrawn_invitation_is_of_no_use(service, admin):
    """From one moment to the next."""
    path = link(service, "join", by="Ana", role=Role.VIEWER, email="w@example.org").partition(str(service.port))[2]
    digest = stored(service, lambda connection: sessions.list_invitations(connection, time.time()))[-1].digest
    assert "The invitation was withdrawn." in admin.post("/people/withdraw", invitation=digest).text
    assert stranger(service).get(path).status_code == 404


def test_a_role_changes_at_once(service, admin):
    """What someone may do is looked up with every request; the log tells from what to what."""
    ben = someone(service, name="Ben", blog=Role.ADMIN)
    assert ben.get("/people").status_code == 200
    blog = str(site_id(service, "blog"))
    assert "The role of Ben was changed." in admin.post(f"/people/{ben.person_id}/role", site=blog, role="viewer").text
    assert ben.get("/people").status_code == 403
    entry = deeds(service, "person.role")[0]
    assert (entry.who, entry.before, entry.after, entry.site_id) == ("Ana Admin", '"admin"', '"viewer"', int(blog))


def test_an_admin_of_one_site_rules_there_only(service):
    """Neither another site nor every site can be given by who does not have it."""
    ben, eve = someone(service, name="Ben", blog=Role.ADMIN), someone(service, name="Eve", blog=Role.VIEWER)
    blog, other = str(site_id(service, "blog")), str(site_id(service, "other"))
    give = {site: ben.post(f"/people/{eve.person_id}/role", site=site, role="admin").status_code for site in (blog, other, "every")}
    assert give == {blog: 200, other: 404, "every": 422}
    assert ben.post("/people/invite", site="every", role="viewer").status_code == 422
    assert role_of(service, eve) == (None, {int(blog): Role.ADMIN})


def test_an_admin_of_one_site_sees_its_people_only(service):
    """Who has no role there does not show."""
    ben = someone(service, name="Ben", blog=Role.ADMIN)
    someone(service, name="Olga of other", other=Role.VIEWER)
    someone(service, name="Bea of blog", blog=Role.VIEWER)
    page = ben.get("/people").text
    assert ("Bea of blog" in page, "Olga of other" in page) == (True, False)


def test_someone_must_remain(tmp_path):
    """The last one who administers everything can neither step down nor be shut out, by nobody."""
    from tests.serving import serving  # noqa: PLC0415 # a service of its own

    with serving(tmp_path) as service:
        ana = someone(service, Role.ADMIN)
        for answer in (
            ana.post(f"/people/{ana.person_id}/role", site="every", role=""),
            ana.post(f"/people/{ana.person_id}/access", disable="1"),
        ):
            assert (answer.status_code, "Someone must remain" in answer.text) == (422, True)
        assert role_of(service, ana)[0] is Role.ADMIN


def test_who_is_shut_out_is_out_at_once(service, admin):
    """Sessions end; letting in again brings the roles back."""
    ben = someone(service, Role.LEAD, name="Ben Shut")
    assert "Ben Shut is shut out." in admin.post(f"/people/{ben.person_id}/access", disable="1").text
    assert ben.get("/account").status_code == 303
    assert "may sign in again" in admin.post(f"/people/{ben.person_id}/access").text
    assert role_of(service, ben)[0] is Role.LEAD


def test_names_are_text(service, admin):
    """Whatever a name holds, it is shown and not run."""
    name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    someone(service, name=name, blog=Role.VIEWER)
    page = admin.get("/people").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
