"""Export files and tables: what becomes of each comment, and that no file can do harm."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Source
from service.importing.disqus import Disqus
from service.importing.elements import ElementFile
from service.importing.pages import CannotImport, moment
from service.importing.rows import Rows
from service.importing.wxr import Wxr
from service.store.imports import Counts
from tests.importing.given import DISQUS, WXR_HEAD, wxr, wxr_comment


def judged(each) -> tuple:
    """Verdict, and the newest label with its hand and trust."""
    label = each.labels[-1] if each.labels else None
    return (each.decision.verdict.value, label and (label.label.value, label.hand, label.trust))


def test_wordpress_statuses_become_verdicts_and_labels(tmp_path, imported, stored):
    """What a status says is little trusted; what a moderator told Akismet is trusted more, and wins."""
    file = tmp_path / "export.xml"
    file.write_text(
        wxr(
            wxr_comment(1, "Lovely & <b>true</b>"),
            wxr_comment(2, "Perhaps", "0"),
            wxr_comment(3, "Thrown away", "trash"),
            wxr_comment(4, "It was ham", "1", akismet_result="true", akismet_user_result="false", akismet_user="ana"),
            wxr_comment(5, "It was spam", "trash", akismet_user_result="true", akismet_user="ben"),
        )
    )
    assert imported(Wxr(file)) == Counts(read=5, stored=5, labelled=3)
    found = stored()
    assert {number: judged(each) for number, each in found.items()} == {
        "1": ("accept", ("ham", "import:wordpress status", 0.5)),
        "2": ("hold", None),
        "3": ("reject", None),
        "4": ("accept", ("ham", "import:wordpress ana", 0.9)),
        "5": ("reject", ("spam", "import:wordpress ben", 0.9)),
    }
    assert found["1"].comment.text == "Lovely & <b>true</b>"
    assert (found["1"].comment.article_id, found["1"].comment.permalink) == ("7", "https://harbour.example/ferries")
    assert found["1"].received_at == moment("2024-05-01T10:00:01Z", 4e9)
    assert (found["4"].decision.source, found["2"].decision.source) == (Source.MODERATOR, Source.RULE)


def test_disqus_posts_know_their_thread(tmp_path, imported, stored):
    """Address, parent, author and status; a post without text is counted and left out."""
    file = tmp_path / "disqus.xml.gz"
    file.write_bytes(gzip.compress(DISQUS.encode()))
    assert imported(Disqus(file)) == Counts(read=3, stored=2, labelled=2, empty=1)
    found = stored()
    assert (found["900"].comment.author, found["900"].comment.user_ip, judged(found["900"])[0]) == ("Io", "203.0.113.9", "accept")
    assert found["900"].comment.permalink == "https://harbour.example/ferries"
    assert (found["901"].comment.parent_id, judged(found["901"])) == ("900", ("reject", ("spam", "import:disqus status", 0.5)))


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_tables_are_mapped(tmp_path, imported, stored, kind):
    """Our fields lie in columns of any name; a label is a human's word, a status is not."""
    file = tmp_path / f"comments.{kind}"
    if kind == "csv":
        file.write_text(
            "nr,body,who,when,verdict\n1,Good words,Ida,2020-01-01 10:00:00,ham\n2,Bad words,Bot,1577876400,spam\n3,,x,,\n"
        )
    else:
        rows = [
            {"nr": 1, "body": "Good words", "who": "Ida", "when": "2020-01-01T11:00:00+01:00", "verdict": False},
            {"nr": 2, "body": "Bad words", "who": "Bot", "when": "2020-01-01T11:00:00Z", "verdict": True},
            {"nr": 3, "body": None},
        ]
        file.write_text("\n".join(map(json.dumps, rows)))
    columns = {"text": "body", "author": "who", "external_id": "nr", "date": "when", "label": "verdict"}
    assert imported(Rows(file, columns)) == Counts(read=3, stored=2, labelled=2, empty=1)
    found = stored()
    assert [judged(found[number]) for number in "12"] == [
        ("accept", ("ham", "import:table", 0.9)),
        ("reject", ("spam", "import:table", 0.9)),
    ]
    assert (found["1"].received_at, found["2"].received_at) == (1577872800.0, 1577876400.0)


def test_akismets_metadata_is_found_by_its_name(tmp_path, imported, stored):
    """A table made from WordPress's own database needs no map for it."""
    file = tmp_path / "meta.csv"
    file.write_text("external_id,text,status,akismet_user_result\n1,One,1,true\n2,Two,spam,false\n3,Three,spam,\n")
    imported(Rows(file, {}))
    assert [judged(stored()[number])[1][::2] for number in "123"] == [("spam", 0.9), ("ham", 0.9), ("spam", 0.5)]


@pytest.mark.parametrize(
    ("columns", "said"),
    [({}, "no column 'text'"), ({"text": "nowhere"}, "no column 'nowhere'"), ({"txt": "body"}, "There are no fields txt")],
)
def test_a_map_that_does_not_fit_is_refused(tmp_path, imported, columns, said):
    """With what is missing, and the fields that there are."""
    file = tmp_path / "t.csv"
    file.write_text("body\nWords\n")
    with pytest.raises(CannotImport, match=said):
        imported(Rows(file, columns))


HOSTILE = {
    "billion laughs": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>',
    "external": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
    "external subset": '<!DOCTYPE rss SYSTEM "http://203.0.113.1/x.dtd"><rss/>',
    "parameter": '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://203.0.113.1/x">%p;]><rss/>',
    "undeclared": "<rss>&nothing;</rss>",
    "deep": "<a>" * 5_000,
    "cut": WXR_HEAD + "<item><wp:comment>",
    "no XML": "comment;text\n1;x",
    "empty": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(tmp_path, name):
    """In a sentence that quotes nothing of the file; no entity is expanded, nothing is fetched."""
    file = tmp_path / "hostile.xml"
    file.write_text(HOSTILE[name])
    with pytest.raises(CannotImport) as refusal:
        list(ElementFile(file).elements({"rss/channel/item/comment"}))
    assert not {"passwd", "203.0.113.1", "nothing;"} & set(str(refusal.value).split())


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, raw):
    """Nothing but a refusal comes out of a file of any bytes."""
    file = tmp_path_factory.mktemp("any") / "any.xml"
    file.write_bytes(b"<disqus><post>" + raw + b"</post></disqus>")
    with suppress(CannotImport):
        assert len(list(Disqus(file).pages(""))) <= 1


def test_memory_does_not_grow_with_the_file(tmp_path):
    """Twenty thousand comments under one article, and one of twenty million letters, pass in some megabytes."""
    file = tmp_path / "large.xml"
    with file.open("w") as out:
        out.write(wxr().removesuffix("</item></channel></rss>"))
        for number in range(20_000):
            out.write(wxr_comment(number, "Words " * 50))
        out.write(wxr_comment(1, "x" * 20_000_000) + "</item></channel></rss>")
    tracemalloc.start()
    count = sum(len(page.records) for page in Wxr(file).pages(""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, peak < 12e6) == (20_001, True)


@pytest.mark.parametrize("text", ["", "yesterday", "1e400", "nan", "9999-12-31", "-5", "0001-01-01T00:00:00", "3000000000"])
def test_a_time_that_is_none_is_now(text):
    """Nothing is older than comments are, and nothing comes from the future."""
    assert moment(text, 1_790_000_000.0) == 1_790_000_000.0


def test_what_is_held_waits_for_a_moderator(tmp_path, imported, engine):
    """As it did on its site."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(wxr_comment(1, "Perhaps", "0"), wxr_comment(2, "Surely")))
    imported(Wxr(file))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT why, state FROM queue_items").all() == [("held", "waiting")]
