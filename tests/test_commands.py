"""The command line, run as a user runs it."""

from __future__ import annotations

import csv
import json
import socket
import sqlite3
import urllib.request
from pathlib import Path

import pytest

from service.__main__ import COMMANDS, Commands
from service.classifier.classifier import Classifier
from service.domain import Comment
from service.text.reading import read
from tests.classifier.given import a_folder
from tests.running import Shell, winnow_serve


@pytest.fixture
def winnow(monkeypatch, capsys, tmp_path) -> Shell:
    """The command line with an empty data folder and a small model."""
    shell = Shell(monkeypatch, capsys, tmp_path)
    monkeypatch.setenv("WINNOW_MODEL_DIR", str(a_folder(tmp_path)))
    return shell


def test_no_command_prints_the_menu(winnow):
    """Whoever knows nothing is told the commands."""
    said = winnow()
    assert all(name in said.out + said.err for name in ("serve", "site", "key", "score", "explain", "doctor"))


def test_help_speaks_of_what_a_command_does():
    """The shell's completion is no command's business; none of them lists it."""
    options = {option for name in COMMANDS for each in Commands().get_command(None, name).params for option in each.opts}
    assert [option for option in options if "completion" in option] == []


def test_a_site_is_added_with_a_key_of_twelve_hex_digits(winnow):
    """WordPress takes no other key; it is printed once and never stored."""
    key = winnow("site", "add", "news", "--url", "https://news.example").out.split()[-1]
    assert len(key) == 12
    assert set(key) <= set("0123456789abcdef")
    assert key not in winnow("site", "show", "news").out + winnow("key", "list", "--json").out


def test_a_name_is_taken_once(winnow):
    """Two sites of one name could not be told apart."""
    winnow("site", "add", "news", "--url", "https://news.example")
    assert winnow("site", "add", "news", "--url", "https://x.example") == (1, "", "winnow: There is a site named 'news' already.\n")


@pytest.mark.parametrize("url", ["news.example", "ftp://x", "https://", "https://[", "https://a b"])
def test_a_site_needs_an_address(winnow, url):
    """An address that is none is refused with an example of a right one."""
    assert "https://blog.example.org" in winnow("site", "add", "news", "--url", url).err


def test_an_unknown_site_is_answered_with_the_known_ones(winnow):
    """A typing error is seen at once."""
    winnow("site", "add", "news", "--url", "https://news.example")
    assert winnow("site", "show", "nwes").err == "winnow: There is no site named 'nwes'. Known sites: news.\n"


def test_a_site_can_be_changed_in_every_part(winnow):
    """Name, address, how to hold, and the policy's numbers, lists and lines."""
    winnow("site", "add", "news", "--url", "https://news.example")
    parts = ("max_links=3", "first_time=links", "block.domains=a.example, b.example", "spam.hold_at=0.4", "spam.reject_at=0.9")
    winnow("site", "set", "news", *parts, "--name", "daily", "--url", "https://daily.example", "--hold-as", "spam")
    shown = json.loads(winnow("site", "show", "daily", "--json").out)
    assert (shown["url"], shown["hold_as"], shown["policy_version"]) == ("https://daily.example", "spam", 1)
    assert (shown["policy"]["max_links"], shown["policy"]["first_time"]) == (3, "links")
    assert shown["policy"]["block"]["domains"] == ["a.example", "b.example"]
    assert shown["policy"]["spam"] == {"hold_at": 0.4, "reject_at": 0.9}
    winnow("site", "set", "daily", "spam=default", "block.domains=")
    policy = json.loads(winnow("site", "show", "daily", "--json").out)["policy"]
    assert (policy["spam"], policy["block"]["domains"], policy["max_links"]) == ({"hold_at": 0.5, "reject_at": 0.9}, [], 3)


def test_a_site_keeps_comments_for_so_many_days(winnow):
    """At least a week, or with 0 for good."""
    winnow("site", "add", "weekly", "--url", "https://weekly.example")
    assert winnow("site", "set", "weekly", "--keep-days", "30").code == 0
    refused = winnow("site", "set", "weekly", "--keep-days", "3")
    assert (refused.code, "7 to 36,500 days" in refused.err) == (1, True)


def test_a_site_has_its_own_undo_window(winnow):
    """A number of seconds up to an hour, or the installation's again."""
    winnow("site", "add", "evening", "--url", "https://evening.example")
    for given, kept in (("0", 0), ("90", 90), ("default", None)):
        assert winnow("site", "set", "evening", "--undo", given).code == 0
        assert json.loads(winnow("site", "show", "evening", "--json").out)["undo_seconds"] == kept
    for wrong in ("3601", "-1", "soon"):
        refused = winnow("site", "set", "evening", f"--undo={wrong}")
        assert (refused.code, "--undo takes 0 to 3,600 seconds" in refused.err) == (1, True)


def test_a_whole_policy_comes_from_a_file(winnow, tmp_path):
    """What the file does not say is as for a new site."""
    (tmp_path / "policy.json").write_text('{"max_links": 1, "hold": {"words": ["parking"]}}')
    winnow("site", "add", "news", "--url", "https://news.example")
    winnow("site", "set", "news", "max_links=9", "trusted_after=0")
    winnow("site", "set", "news", "--policy", "policy.json")
    policy = json.loads(winnow("site", "show", "news", "--json").out)["policy"]
    assert (policy["max_links"], policy["hold"]["words"], policy["trusted_after"]) == (1, ["parking"], 3)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("max_links", "must have the form PART=VALUE"),
        ("max_link=3", "'max_link' is no part of a policy. Parts: trusted_after,"),
        ("block.domain=x", "'block.domain' is no part"),
        ("max_links=-1", "used: max_links: must be between 0 and 1,000,000.\n"),
        ("max_links=many", "max_links: expected int"),
        ("spam.hold_at=0.4", "spam: object missing required field reject_at"),
        ("spam.hold_at.x=1", "'spam.hold_at.x'"),
        ("block.ips=1.2.3.4.5", "block.ips: must hold addresses"),
        ("block.patterns=(", "RE2"),
    ],
)
def test_a_wrong_part_of_a_policy_is_named(winnow, part, said):
    """The refusal says which part is wrong, and nothing is changed."""
    winnow("site", "add", "news", "--url", "https://news.example")
    done = winnow("site", "set", "news", part)
    assert done.code == 1
    assert said in done.err
    assert json.loads(winnow("site", "list", "--json").out)[0]["policy_version"] == 0


def test_keys_are_made_listed_and_revoked(winnow):
    """A list shows what a key is for and its last four characters; a revoked key stays on it."""
    winnow("site", "add", "news", "--url", "https://news.example")
    made = json.loads(winnow("key", "create", "news", "--kind", "bearer", "--scope", "admin", "--label", "ana", "--json").out)
    assert winnow("key", "revoke", str(made["id"])).code == 0
    assert (
        winnow("key", "revoke", str(made["id"])).err == f"winnow: There is no key {made['id']} that works; see winnow key list.\n"
    )
    listed = json.loads(winnow("key", "list", "news", "--json").out)
    assert [(key["label"], key["scopes"], key["revoked"] is None) for key in listed] == [
        ("site add", ["check", "feedback", "read"], True),
        ("ana", ["admin"], False),
    ]
    assert listed[1]["hint"] == made["key"][-4:]


def test_a_short_key_is_no_administrator(winnow):
    """Twelve digits are enough to send comments, not to change a policy."""
    winnow("site", "add", "news", "--url", "https://news.example")
    assert "--kind bearer" in winnow("key", "create", "news", "--scope", "admin").err


def test_scoring_a_file_gives_each_row_what_the_service_would(winnow, tmp_path):
    """Scores are those of the classifier to the last bit; author fields count; other columns pass through."""
    rows = [("1", "bad cab 😀", "Ada", "https://cab.example"), ("2", "a dab of $$$", "", "")]
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "text", "author", "author_url"), *rows])
    assert winnow("score", "in.csv", "--output", "out.jsonl") == (0, "", "")
    model = Classifier.load(tmp_path / "model")
    for line, (number, text, author, url) in zip((tmp_path / "out.jsonl").read_text().splitlines(), rows, strict=True):
        found, expected = json.loads(line), model.score(read(Comment(text=text, author=author, author_url=url)))
        assert (found["id"], found["spam"], found["abuse"]) == (number, expected.spam, expected.abuse)
        assert found["verdict"] in {"accept", "hold", "reject"}
        assert found["reason"]


def test_scoring_follows_a_sites_policy_when_asked(winnow, tmp_path):
    """Without a site a new site's policy decides."""
    (tmp_path / "in.jsonl").write_text('{"text": "about parking"}\n')
    winnow("site", "add", "news", "--url", "https://news.example")
    winnow("site", "set", "news", "block.words=parking")
    winnow("score", "in.jsonl", "--output", "out.jsonl", "--site", "news")
    assert json.loads((tmp_path / "out.jsonl").read_text())["verdict"] == "reject"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"text": "a"}\n{"txt": "secret"}', "Row 2: the column 'text' must hold text."),
        ('{"text": "a", "author": {"name": "secret"}}', "Row 1: the column 'author' must hold text."),
        ('{"text": true}', "Row 1: the column 'text' must hold text."),
    ],
)
def test_scoring_names_row_and_column_never_the_text(winnow, tmp_path, content, said):
    """A comment is private, in an error too."""
    (tmp_path / "in.jsonl").write_text(content)
    assert winnow("score", "in.jsonl", "--output", "out.csv") == (1, "", f"winnow: {said}\n")


def test_scoring_needs_a_text_and_another_file(winnow, tmp_path):
    """The input is never written to."""
    (tmp_path / "in.csv").write_text("comment\nx\n")
    assert "no column 'text'" in winnow("score", "in.csv", "--output", "out.csv").err
    assert "another file" in winnow("score", "in.csv", "--output", "in.csv").err
    assert (tmp_path / "in.csv").read_text() == "comment\nx\n"


def test_scoring_again_takes_a_prefix(winnow, tmp_path):
    """A table that has a column spam already keeps it."""
    (tmp_path / "in.csv").write_text("text,spam\nx,1\n")
    assert "--prefix" in winnow("score", "in.csv", "--output", "out.csv").err
    assert winnow("score", "in.csv", "--output", "out.csv", "--prefix", "winnow_").code == 0
    assert (tmp_path / "out.csv").read_text().startswith("text,spam,winnow_verdict,winnow_spam,winnow_abuse,winnow_reason\nx,1,")


def test_an_explanation_adds_up_to_the_score(winnow):
    """Base and clues are the logit; nothing is left out."""
    told = json.loads(winnow("explain", "bad cab a dab!", "--author", "Ada", "--json").out)
    for head in ("spam", "abuse"):
        account = told["heads"][head]
        assert account["base"] + sum(clue["weight"] for clue in account["clues"]) == pytest.approx(account["logit"], abs=1e-9)
    assert told["rule"] in winnow("explain", "bad cab a dab!", "--author", "Ada").out


def test_an_explanation_names_the_rule_that_decided(winnow):
    """The documented test value is spam whatever the score."""
    assert winnow("explain", "hello", "--author", "viagra-test-123").out.startswith("reject: documented test value")


def test_without_a_model_nothing_is_scored(winnow, monkeypatch, tmp_path):
    """The reason is said, and no half output is left."""
    monkeypatch.setenv("WINNOW_MODEL_DIR", str(tmp_path / "none"))
    done = winnow("explain", "hello")
    assert (done.code, done.out) == (1, "")
    assert "refused" in done.err


def wrong(winnow: Shell) -> list[str]:
    """What doctor finds wrong, but for the disk of the machine that runs the tests."""
    done = winnow("doctor", "--json")
    found = [finding for finding in json.loads(done.out)["findings"] if finding["wrong"]]
    assert done.code == bool(found)
    return [finding["sentence"] for finding in found if not finding["check"].startswith("disk")]


def test_a_sound_installation_has_nothing_wrong(winnow):
    """Neither before the first start nor after it."""
    assert wrong(winnow) == []
    winnow("site", "add", "news", "--url", "https://news.example")
    assert wrong(winnow) == []


def test_doctor_changes_nothing(winnow, tmp_path):
    """Not even the data folder is made."""
    winnow("doctor")
    assert not (tmp_path / "data").exists()


def test_doctor_sees_mistyped_and_wrong_settings(winnow, monkeypatch):
    """A variable that is no setting is named; so is one whose value is wrong."""
    monkeypatch.setenv("WINNOW_PROT", "80")
    assert wrong(winnow) == ["WINNOW_PROT is no setting; see docs/operators.md for their names."]
    monkeypatch.setenv("WINNOW_PORT", "eighty")
    assert any(sentence.startswith("WINNOW_PORT must be") for sentence in wrong(winnow))


def test_doctor_sees_a_damaged_model(winnow, tmp_path):
    """With a refused model every comment is held."""
    with (tmp_path / "model" / "weights.bin").open("r+b") as file:
        file.seek(200)
        file.write(b"\xff\xff")
    assert "do not match the digest" in wrong(winnow)[0]


def test_doctor_sees_what_is_wrong_with_data(winnow, tmp_path):
    """A secret that is gone, a file that others can read, and comments from the future."""
    winnow("site", "add", "news", "--url", "https://news.example")
    (tmp_path / "data" / "winnow.db").chmod(0o644)
    (tmp_path / "data" / "secret").unlink()
    found = wrong(winnow)
    assert [words for words in ("chmod 600", "no key works") if not any(words in sentence for sentence in found)] == []


def test_doctor_sees_a_newer_schema_and_a_damaged_database(winnow, tmp_path):
    """Neither is touched."""
    winnow("site", "list")
    with sqlite3.connect(path := tmp_path / "data" / "winnow.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "schema 9999 of a newer Winnow" in wrong(winnow)[0]
    path.write_bytes(b"this is no database, " * 500)
    assert "does not answer" in wrong(winnow)[0]


def test_doctor_sees_another_program_on_the_port(winnow, monkeypatch):
    """A listener that is not Winnow has the port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("WINNOW_PORT", str(other.getsockname()[1]))
        assert "is used by another program" in wrong(winnow)[0]


def test_a_busy_port_is_said_before_anything_is_made(winnow, monkeypatch, tmp_path):
    """The first run's keys are not shown to nobody."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("WINNOW_PORT", str(other.getsockname()[1]))
        done = winnow("serve")
    assert (done.code, done.out) == (1, "")
    assert "is in use" in done.err
    assert not (tmp_path / "data").exists()


def test_the_first_run_prints_keys_once_and_its_curl_gets_a_verdict(tmp_path):
    """Later runs print no key; those of the first go on working."""
    model = {"WINNOW_MODEL_DIR": str(a_folder(tmp_path))}
    with winnow_serve(tmp_path / "data", **model) as first:
        key = first.said.partition("'WPCOM_API_KEY', '")[2][:12]
    with winnow_serve(tmp_path / "data", **model) as second:
        assert second.said.endswith(f"Winnow listens on {second.url} (Ctrl+C stops it)\n")
        assert "WPCOM_API_KEY" not in second.said
        request = urllib.request.Request(f"{second.url}/v1/comments", b'{"text": "hello"}', {"Content-Type": "application/json"})
        request.add_header("Authorization", f"Bearer {key}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert json.load(answer)["verdict"] in {"accept", "hold", "reject"}
        status = Path(f"/proc/{second.process.pid}/status")
        resident = int(status.read_text().partition("VmRSS:")[2].split()[0]) if status.exists() else 0
    assert resident < 140_000
