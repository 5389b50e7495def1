"""An import from end to end: by REST from a real server, again, interrupted, dry; and what it leaves in the store."""

from __future__ import annotations

import pytest

from service.domain import Label
from service.importing import run as runs
from service.importing import wordpress as rest
from service.importing.pages import CannotImport
from service.importing.wordpress import WordPress
from service.importing.wxr import Wxr
from service.store.batch import Batch
from service.store.feedback import Word, record_label
from service.store.identities import Ledger, author_key
from service.store.imports import Counts, progress
from service.store.statements import Statements
from tests.importing.given import rest_comment, wordpress, wxr, wxr_comment
from tests.store.given import DIGESTS, comment, decided, submission


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """No pauses between attempts."""
    monkeypatch.setattr(rest, "_PAUSE", 0.0)
    monkeypatch.setattr(runs, "_BREATH", 0.0)


def reader(blog, user="ana", password="abcd efgh"):
    return WordPress(blog.url, user, password)


def test_every_status_comes_by_rest(imported, stored):
    """Spam too, which the export file leaves out; with address and browser."""
    statuses = ("approved", "hold", "spam", "trash")
    with wordpress(*(rest_comment(number, status) for number, status in enumerate(statuses, 1))) as blog:
        assert imported(reader(blog)) == Counts(read=4, stored=4, labelled=2)
    found = stored()
    assert [found[str(number)].decision.verdict.value for number in range(1, 5)] == ["accept", "hold", "reject", "reject"]
    assert (found["3"].labels[0].label, found["3"].labels[0].trust) == (Label.SPAM, 0.5)
    assert (found["1"].comment.text, found["1"].comment.user_agent) == ("Words 1", "Mozilla/5.0")
    assert (blog.requests[0]["context"], blog.requests[0]["status"]) == ("edit", "any")


def test_pages_overlap_so_that_deletions_hide_nothing(imported, stored):
    """Comments that are deleted while others are read do not push any past the reader."""
    with wordpress(*(rest_comment(number) for number in range(1, 251))) as blog:
        blog.after_page = lambda: blog.comments.__delitem__(slice(0, 3)) if len(blog.requests) < 3 else None
        imported(reader(blog))
    assert {str(number) for number in range(7, 251)} <= set(stored())


def test_a_second_run_stores_only_what_is_new(imported, stored):
    """It goes on behind the first; from the start it stores nothing twice."""
    with wordpress(*(rest_comment(number) for number in range(1, 131))) as blog:
        first = imported(reader(blog))
        blog.comments += [rest_comment(131)]
        second, third = imported(reader(blog)), imported(reader(blog), anew=True)
    assert (first.stored, second.stored, third.stored, third.known, len(stored())) == (130, 131, 0, 131, 131)


def test_rest_and_export_file_know_each_other(tmp_path, imported, stored):
    """The same comment from both is one."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "Words 1")))
    with wordpress(rest_comment(1)) as blog:
        imported(reader(blog))
    assert imported(Wxr(file)).known == 1
    assert len(stored()) == 1


@pytest.mark.parametrize("file_first", [True, False])
def test_of_two_imports_the_better_word_stays(tmp_path, imported, engine, site, stored, file_first):
    """A moderator's word in the export file and the status by REST: in either order the moderator's is kept, and counted once."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "Words 1", "1", akismet_user_result="true", akismet_user="ana")))
    with wordpress(rest_comment(1)) as blog:
        for reads in (Wxr(file), reader(blog)) if file_first else (reader(blog), Wxr(file)):
            imported(reads)
    assert [(each.label, each.hand) for each in stored()["1"].labels] == [(Label.SPAM, "import:wordpress ana")]
    key = author_key(DIGESTS, site.id, comment(author_email="reader1@example.org"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT ham, spam FROM identities WHERE key = {key}").one() == (0, 1)


def test_a_comment_twice_in_one_file_is_one(tmp_path, imported, stored):
    """Exports that were pasted together."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "Words"), wxr_comment(1, "Words")))
    assert imported(Wxr(file)) == Counts(read=2, stored=1, known=1, labelled=1)


def test_what_came_through_a_door_is_not_stored_again(tmp_path, imported, engine, site, stored):
    """A comment that WordPress had judged by us when it was written, without an id yet."""
    said = comment("Words 1", author="Reader 1", author_email="reader1@example.org", user_ip="203.0.113.1", article_id="7")
    live = submission(site, said, at=1714557601.0)
    with engine.begin() as connection:
        Batch(Statements(connection), DIGESTS, decided, Ledger(deferred=False)).write([live])
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "Words 1")))
    assert imported(Wxr(file)) == Counts(read=1, known=1)


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path, imported, engine, site, stored):
    """What was stored stays, the mark with it."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(*(wxr_comment(number, f"Words {number}") for number in range(1, 351))))

    def stop(counts):
        if counts.read >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(Wxr(file), told=stop)
    with engine.connect() as connection:
        assert progress(connection, site.id, Wxr(file).origin) == ("200", Counts(read=200, stored=200, labelled=200))
    assert imported(Wxr(file)) == Counts(read=350, stored=350, labelled=350)
    assert len(stored()) == 350


def test_a_changed_file_is_read_from_its_start(tmp_path, imported):
    """A mark belongs to what was read."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "One")))
    imported(Wxr(file))
    file.write_text(wxr(wxr_comment(0, "Zero"), wxr_comment(1, "One")))
    assert imported(Wxr(file)) == Counts(read=2, stored=1, known=1, labelled=1)


def test_a_dry_run_leaves_nothing(tmp_path, imported, engine, site, stored):
    """It counts as the real one would, and the real one begins at the start."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(*(wxr_comment(number, f"Words {number}") for number in range(1, 151))))
    dry = imported(Wxr(file), dry=True)
    with engine.connect() as connection:
        assert progress(connection, site.id, Wxr(file).origin) is None
    assert (stored(), dry) == ({}, imported(Wxr(file)))


def test_authors_are_known_by_what_was_imported(tmp_path, imported, engine, site):
    """Accepted comments and labels count for the author, as if they had been judged here."""
    file = tmp_path / "export.xml"
    again = wxr_comment(1, "Words").replace("<wp:comment_id>1<", "<wp:comment_id>8<").replace("Words", "More words")
    file.write_text(wxr(wxr_comment(1, "Words"), again))
    imported(Wxr(file))
    key = author_key(DIGESTS, site.id, comment(author_email="reader1@example.org"))
    with engine.connect() as connection:
        query = f"SELECT accepted, ham, spam FROM identities WHERE key = {key}"
        assert connection.exec_driver_sql(query).one() == (2, 2, 0)


def test_a_moderator_can_correct_what_was_imported(tmp_path, imported, engine, site, stored):
    """The import's word is the first of its labels, not the last."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "Words")))
    imported(Wxr(file))
    comment_id = stored()["1"].id
    with engine.begin() as connection:
        record_label(connection, site.id, comment_id, Word(Label.SPAM, "ana", 1.0, 1_790_000_000.0))
    assert [(each.label.value, each.hand) for each in stored()["1"].labels] == [("ham", "import:wordpress status"), ("spam", "ana")]


def test_it_tries_again_when_the_site_cannot_answer(imported):
    """Three failures in a row are borne."""
    with wordpress(rest_comment(1)) as blog:
        blog.failures = [503, 500, 429]
        assert imported(reader(blog)).stored == 1


def test_a_site_without_pretty_addresses_is_read_too(imported):
    """By the query that WordPress takes instead."""
    with wordpress(rest_comment(1)) as blog:
        blog.pretty = False
        assert imported(reader(blog)).stored == 1


@pytest.mark.parametrize(
    ("failures", "password", "said"),
    [([], "wrong", "application password"), ([302], "abcd efgh", "redirection"), ([503] * 9, "abcd efgh", "status 503")],
)
def test_what_a_site_refuses_is_said(imported, failures, password, said):
    """In a sentence that says what would help, without the password."""
    with wordpress(rest_comment(1)) as blog:
        blog.failures = list(failures)
        with pytest.raises(CannotImport, match=said) as refusal:
            imported(reader(blog, password=password))
    assert password not in str(refusal.value)


def test_a_site_that_is_not_there_is_said(imported):
    """Without a traceback."""
    with wordpress() as blog:
        gone = reader(blog)
    with pytest.raises(CannotImport, match="cannot be reached"):
        imported(gone)
