"""Tables of comments: what goes in comes out, with new columns at the right."""

from __future__ import annotations

import csv
import gzip
import json
import random
import string
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from service.tables import UnusableTable, open_sink, open_source

MORE = {"verdict": str, "spam": float}
NAMES = ("t.csv", "t.jsonl", "t.parquet", "t.csv.gz", "t.ndjson.gz", "t.parquet.gz")
cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def copy(source: Path, target: Path) -> None:
    """Copy a table and add two columns."""
    with open_source(source) as table, open_sink(target, table, MORE) as sink:
        for batch in table.batches():
            sink.write(batch, {"verdict": ["hold"] * len(batch), "spam": [0.25] * len(batch)})


def rows_of(path: Path) -> list[dict[str, object]]:
    with open_source(path) as table:
        return [row for batch in table.batches() for row in batch.rows()]


def refusal(path: Path) -> str:
    with pytest.raises(UnusableTable) as caught:
        copy(path, path.with_name("out.csv"))
    return str(caught.value)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=st.lists(st.tuples(cells, cells), max_size=5), end=st.sampled_from(["\n", "\r\n"]), delimiter=st.sampled_from(",;\t"))
def test_every_csv_value_survives(tmp_path, rows, end, delimiter):
    """Line ends, quotes, NUL and delimiters inside values come out as they went in."""
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("text", "more"), *rows])
    copy(tmp_path / "in.csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file, delimiter=delimiter))
    assert found == [["text", "more", "verdict", "spam"], *([*row, "hold", "0.25"] for row in rows)]


def test_bytes_that_are_no_utf8_pass_through_csv(tmp_path):
    """A table's bytes are its owner's business."""
    (tmp_path / "in.csv").write_bytes(b"\xef\xbb\xbftext,x\r\ncaf\xe9,\xff\xfe\r\n")
    copy(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"\xef\xbb\xbftext,x,verdict,spam\r\ncaf\xe9,\xff\xfe,hold,0.25\r\n"


def test_lines_of_json_only_grow_at_their_end(tmp_path):
    """Numbers, escapes and spaces keep their bytes, even those that strict readers refuse."""
    lines = [b'{ "text": "a\\ud83d", "n": 1.50, "big": 123456789012345678901234567890 , "x": NaN}', b"{}"]
    (tmp_path / "in.jsonl").write_bytes(b"\n\n".join(lines))
    copy(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    first, second = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert first == lines[0][:-1] + b',"verdict":"hold","spam":0.25}'
    assert second == b'{"verdict":"hold","spam":0.25}'


def test_parquet_keeps_types_and_metadata(tmp_path):
    """Nanoseconds, decimals, lists and nulls are the same values of the same types."""
    table = pa.table(
        {
            "text": pa.array(["a", None], pa.large_string()),
            "at": pa.array([1, None], pa.timestamp("ns")),
            "kinds": pa.array([["x"], []], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        }
    ).replace_schema_metadata({"made": "by hand"})
    parquet.write_table(table, tmp_path / "in.parquet")
    copy(tmp_path / "in.parquet", tmp_path / "out.parquet")
    found = parquet.read_table(tmp_path / "out.parquet")
    assert found.drop_columns(list(MORE)).equals(table)
    assert found.schema.metadata[b"made"] == b"by hand"


@pytest.mark.parametrize("target", NAMES)
@pytest.mark.parametrize("source", NAMES)
def test_every_kind_becomes_every_other(tmp_path, source, target):
    """The rows are the same whatever the kinds."""
    (tmp_path / "in.jsonl").write_text('{"text": "é, \\"x\\"\\n", "author": "a"}\n{"text": "", "author": "b"}\n')
    copy(tmp_path / "in.jsonl", tmp_path / f"from-{source}")
    (tmp_path / "out").mkdir()
    with open_source(tmp_path / f"from-{source}") as table, open_sink(tmp_path / "out" / target, table, {"more": str}) as sink:
        for batch in table.batches():
            sink.write(batch, {"more": ["m"] * len(batch)})
    found = [{name: str(value) for name, value in row.items()} for row in rows_of(tmp_path / "out" / target)]
    new = {"verdict": "hold", "spam": "0.25", "more": "m"}
    assert found == [{"text": 'é, "x"\n', "author": "a", **new}, {"text": "", "author": "b", **new}]


def test_lines_with_different_columns_become_one_table(tmp_path):
    """A column that only some lines have is empty in the others; what has no type of its own is JSON."""
    (tmp_path / "in.jsonl").write_text('{"text": "a", "n": 1}\n{"text": "b", "n": 2.5, "tags": ["x"], "ok": true}\n')
    copy(tmp_path / "in.jsonl", tmp_path / "out.parquet")
    found = parquet.read_table(tmp_path / "out.parquet").drop_columns(list(MORE)).to_pylist()
    assert found == [{"text": "a", "n": 1.0, "tags": None, "ok": None}, {"text": "b", "n": 2.5, "tags": '["x"]', "ok": True}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "The file is empty"),
        ("t.csv", b"text,a\nx\n", "Row 1 (line 2) has 1 values, but the header names 2 columns."),
        ("t.csv", b"text,text\n", "The header names the column 'text' twice."),
        ("t.csv", b"text,spam\nx,y\n", "The table has a column 'spam' already"),
        ("t.csv", "text\nä".encode("utf-16"), "The file is UTF-16"),
        ("t.csv.gz", b"text\nx\n", "The file is damaged or not what its name says"),
        (
            "t.csv.gz",
            gzip.compress(("text\n" + "".join(random.Random(1).choices(string.ascii_letters, k=9000))).encode())[:-900],
            "damaged",
        ),
        ("t.jsonl", b'{"text": "a"}\n{"text": secret}\n', "Row 2 is not JSON."),
        ("t.jsonl", b'["text"]\n', "Row 1 is not a JSON object."),
        ("t.jsonl", b"[" * 100_000, "Row 1 is not JSON."),
        ("t.parquet", b"PAR1secretPAR1", "The file is damaged or no parquet file."),
        ("t.parquet.gz", b"secret", "The file is damaged or no parquet file."),
        ("t.xlsx", b"", "The name 't.xlsx' must end with one of .csv"),
    ],
)
def test_an_unusable_table_is_refused_with_its_place(tmp_path, name, content, said):
    """The message names row and column, never a value, and no output is left behind."""
    (tmp_path / name).write_bytes(content)
    message = refusal(tmp_path / name)
    assert said in message
    assert "secret" not in message
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_failed_run_leaves_the_former_output(tmp_path):
    """The output appears whole or not at all."""
    (tmp_path / "out.csv").write_text("precious")
    (tmp_path / "t.jsonl").write_text('{"text": "a"}\n' * 2500 + "x")
    refusal(tmp_path / "t.jsonl")
    assert (tmp_path / "out.csv").read_text() == "precious"


def test_lines_that_have_the_new_column_are_named(tmp_path):
    """From lines to lines every line is looked at."""
    (tmp_path / "t.jsonl").write_text('{"text": "a"}\n{"text": "b", "spam": 1}\n')
    with pytest.raises(UnusableTable, match="Row 2 has a column 'spam' already"):
        copy(tmp_path / "t.jsonl", tmp_path / "out.jsonl")


def test_batches_are_bounded(tmp_path):
    """However long the file, no batch is: a thousand rows, or some megabytes."""
    (tmp_path / "t.jsonl").write_text('{"text": "a"}\n' * 2100 + json.dumps({"text": "b" * (9 << 20)}) + "\n" + '{"text": "c"}\n')
    with open_source(tmp_path / "t.jsonl") as table:
        assert [(batch.first, len(batch)) for batch in table.batches()] == [(1, 1000), (1001, 1000), (2001, 101), (2102, 1)]
