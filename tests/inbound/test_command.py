"""``winnow source`` and ``winnow import``, run as a user runs them."""

from __future__ import annotations

import json

import pytest

from tests.classifier.given import a_folder
from tests.importing.given import wxr, wxr_comment
from tests.running import Shell


@pytest.fixture
def winnow(monkeypatch, capsys, tmp_path) -> Shell:
    """The command line with an empty data folder, a small model and a site."""
    shell = Shell(monkeypatch, capsys, tmp_path)
    monkeypatch.setenv("WINNOW_MODEL_DIR", str(a_folder(tmp_path)))
    shell("site", "add", "blog", "--url", "https://blog.example")
    return shell


def test_a_source_is_added_listed_rotated_and_removed(winnow):
    """Its secret is shown once; the one before goes on working until it is dropped."""
    made = json.loads(winnow("source", "add", "blog", "generic", "--label", "our shop", "--json").out)
    assert made["path"] == f"/webhooks/{made['id']}"
    assert made["secret"].startswith("whsec_")
    listed = winnow("source", "list").out
    assert ("our shop" in listed, made["secret"] in listed) == (True, False)
    assert "1 of the former secrets" in winnow("source", "rotate", made["id"]).out
    assert json.loads(winnow("source", "list", "--json").out)[0]["secrets"] == 2
    winnow("source", "rotate", made["id"], "--keep", "0")
    assert json.loads(winnow("source", "list", "--json").out)[0]["secrets"] == 1
    assert "removed" in winnow("source", "remove", made["id"]).out
    assert "no source yet" in winnow("source", "list").out


def test_the_platforms_own_secret_comes_from_a_file(winnow, tmp_path):
    """It is sealed: neither the terminal nor the database file shows it."""
    (tmp_path / "coral.secret").write_text("a secret that Coral made\n")
    options = ("--set", "statuses.accept=APPROVED", "--set", "budget_ms=500")
    said = winnow("source", "add", "blog", "coral", "--secret-file", str(tmp_path / "coral.secret"), *options).out
    assert "a secret that Coral made" not in said
    assert json.loads(winnow("source", "list", "--json").out)[0]["options"] == {
        "budget_ms": 500,
        "statuses": {"accept": "APPROVED"},
    }
    assert not any(b"a secret that Coral made" in file.read_bytes() for file in tmp_path.rglob("winnow.db*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("source", "add", "blog", "mastodon"), "There is no platform named 'mastodon'. Known: "),
        (("source", "add", "blog", "generic", "--set", "colour=red"), "The options are mode"),
        (("source", "add", "blog", "generic", "--set", "mode"), "must have the form PART=VALUE"),
        (("source", "add", "nowhere", "generic"), "There is no site named 'nowhere'"),
        (("source", "rotate", "nothing"), "There is no such source."),
        (("source", "remove", "nothing"), "There is no such source."),
    ],
)
def test_what_is_wrong_is_said(winnow, words, said):
    """In a sentence, with what would be right."""
    assert said in winnow(*words).err


def test_an_export_file_is_imported(winnow, tmp_path):
    """Counted first, stored then, and never twice."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "One"), wxr_comment(2, "Two", "spam")))
    dry = json.loads(winnow("import", "wxr", str(file), "--site", "blog", "--dry-run", "--json").out)
    assert (dry["dry_run"], dry["stored"], dry["labelled"]) == (True, 2, 2)
    assert winnow("import", "wxr", str(file), "--site", "blog").out.startswith(
        "2 comments were read: 2 stored, 2 of them labelled; 0"
    )
    assert json.loads(winnow("import", "wxr", str(file), "--site", "blog", "--anew", "--json").out)["known"] == 2


def test_what_cannot_be_imported_is_said(winnow, tmp_path):
    """Without a traceback, and without a word of the file."""
    file = tmp_path / "bad.xml"
    file.write_text('<!DOCTYPE x [<!ENTITY a "b">]><x/>')
    assert "declares a document type" in winnow("import", "disqus", str(file), "--site", "blog").err
    (tmp_path / "t.csv").write_text("body\nx\n")
    assert "no column 'text'" in winnow("import", "table", str(tmp_path / "t.csv"), "--site", "blog").err
    assert "FIELD=COLUMN" in winnow("import", "table", str(tmp_path / "t.csv"), "--site", "blog", "--map", "text").err


def test_a_notice_is_kept_part_by_part(winnow):
    """What is not named stays."""
    winnow("site", "notice", "blog", "--controller", "Harbour Press")
    assert (
        "'Harbour Press' and privacy@harbour.example"
        in winnow("site", "notice", "blog", "--contact", "privacy@harbour.example").out
    )
