"""The form parser against the slow ones whose semantics it promises."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl, quote, quote_plus, unquote_to_bytes

from hypothesis import example, given
from hypothesis import strategies as st

from service.api.akismet.comment import decoded, read
from service.api.akismet.form import codec, open_form, parse, unquote, unslash

raw_bodies = st.binary(max_size=200) | st.text("ab=&%+5BD[]\\é", max_size=80).map(str.encode)


@given(raw_bodies)
@example(b"b=%zz&c&b=2&&=x")
def test_forms_are_read_as_the_standard_library_reads_them(body: bytes) -> None:
    """Every name has the value that `parse_qsl` says; of repeated names the last counts, as in PHP."""
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    wanted = {name.encode("latin-1"): value.encode("latin-1") for name, value in pairs}
    fields = parse(body)
    plain = [name for name in wanted if name and not any(raw != name and unquote(raw) == name for raw in fields)]
    assert {name: unquote(fields[name]) for name in plain} == {name: wanted[name] for name in plain}


@given(st.binary(max_size=100))
def test_unquoting_is_that_of_the_standard_library(value: bytes) -> None:
    """Any bytes, broken escapes included, are decoded as `urllib` decodes them, with plus for space."""
    assert unquote(value) == unquote_to_bytes(value.replace(b"+", b" "))


@given(st.text(min_size=1, max_size=20))
def test_escaped_names_are_found(name: str) -> None:
    """A name that a client escapes is found under what it stands for."""
    encoded = quote(name.encode("utf-8", "surrogatepass"), safe="").encode()
    assert unquote(parse(encoded + b"=1")[name.encode("utf-8", "surrogatepass")]) == b"1"


def php_stripslashes(text: str) -> str:
    """PHP's own loop: a backslash goes, what follows stays, a zero becomes NUL, a last backslash goes alone."""
    out, letters = "", iter(text)
    for letter in letters:
        if letter != "\\":
            out += letter
        elif (following := next(letters, "")) == "0":
            out += "\0"
        else:
            out += following
    return out


@given(st.text("\\'\"0a\0\n", max_size=40))
def test_unslashing_is_that_of_php(text: str) -> None:
    """Backslashes are taken off as PHP's stripslashes takes them off."""
    assert unslash(text) == php_stripslashes(text)


@given(st.text(max_size=60))
def test_unslashing_undoes_slashing(text: str) -> None:
    """What WordPress slashed comes back as it was."""
    slashed = text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"').replace("\0", "\\0")
    assert unslash(slashed) == text


@given(st.lists(st.text("a\x1f\\'é&=+\ud800", max_size=10), min_size=1, max_size=5), st.booleans())
def test_decoding_in_one_go_changes_nothing(texts: list[str], slashed: bool) -> None:
    """Values decoded together are those decoded each by itself, even when they hold the separator or end in a backslash."""
    values = [quote_plus(text, errors="surrogatepass").encode() for text in texts]
    alone = [unquote(value).decode("utf-8", "replace") for value in values]
    assert decoded(values, "utf-8", slashed=slashed) == [unslash(text) if slashed else text for text in alone]


@given(st.text(max_size=30))
def test_charsets_are_never_more_than_charsets(name: str) -> None:
    """Whatever a client calls its charset, the codec is one of text, and decodes any bytes."""
    assert isinstance(bytes(range(256)).decode(codec(name), "replace"), str)


def test_latin_1_is_read_as_browsers_write_it() -> None:
    """A blog in ISO-8859-1 gets Windows-1252 from its readers' browsers; unknown charsets are UTF-8."""
    assert [codec(name) for name in ("ISO-8859-1", "Shift_JIS", "zlib", "idna", "")] == [
        "cp1252",
        "cp932",
        "utf-8",
        "utf-8",
        "utf-8",
    ]


field_names = st.sampled_from(["a", "comment_content", "c%6Fmment_content", "user_ip", "comment_author_IP", "%61", "blog", ""])
field_names |= st.sampled_from(
    ["comment_context", "comment_context[0]", "comment_context%5B%5D", "ak_js", "ak_bfs", "POST_%61k_bfs"]
)
field_names |= st.sampled_from(["ak_bfs", "POST_ak_js", "honeypot_field_name", "ak_hp_textarea", "POST%5Fak_hp_textarea"])
field_values = st.text("ab+%4C3zé€\\0'\x1f", max_size=12) | st.sampled_from(
    ["%C3%A9", "%FF", "%E2%82", "%5C", "%5C%C3%A9", "%00", "x" * 400]
)
forms = st.lists(st.tuples(field_names, field_values).map("=".join), max_size=70).map(lambda fields: "&".join(fields).encode())


@given(forms | raw_bodies, st.booleans())
def test_compiled_forms_are_read_as_others(body: bytes, slashed: bool) -> None:
    """The same raw values by every name, and the same texts, slashed or not; where that takes Python, they say so."""
    fields, form = parse(body), open_form(body)
    for name in {*fields, *map(unquote, fields), b"c", b"comment_content"}:
        assert (form.get(name), name in form) == (fields.get(name), name in fields)
    site = "http://a"
    assert read(form, body, slashed=slashed, site_url=site) == read(fields, body, slashed=slashed, site_url=site)


def test_huge_forms_take_linear_time() -> None:
    """64 kB of nothing but separators or escapes are parsed in well under a tenth of a second."""
    for body in (b"&" * 65_536, b"%" * 65_536, b"a%5B=&" * 10_000, b"=" * 65_536):
        started = time.process_time()
        unquote(b"".join(parse(body)))
        read(open_form(body), body, slashed=True, site_url="")
        assert time.process_time() - started < 0.1
