"""The Akismet-compatible door, as its clients use it."""

from __future__ import annotations

import socket
from urllib.parse import urlencode

import pytest

from service import settings
from tests.serving import BLOG, SECRET, Answer, Service, new_site

WORDPRESS = "WordPress/6.8 | Akismet/5.5"
THANKS = b"Thanks for making the web a better place."


def stored(service: Service, answer: Answer) -> dict:
    """The comment behind an answer's guid."""
    return service.api("GET", f"/v1/comments/{answer.headers['x-akismet-guid']}").json()["comment"]


@pytest.mark.parametrize("field", ["key", "api_key"])
def test_a_key_is_verified_in_either_field(service: Service, field: str) -> None:
    """verify-key takes `key` or `api_key` and says exactly `valid` or `invalid`."""
    right = service.ask("POST", "/1.1/verify-key", urlencode({field: service.key, "blog": BLOG}))
    wrong = service.ask("POST", "/1.1/verify-key", urlencode({field: "000000000000", "blog": BLOG}))
    assert (right.status, right.body, wrong.status, wrong.body) == (200, b"valid", 200, b"invalid")


def test_key_in_the_host_name(service: Service) -> None:
    """Old clients send the key as the host's first label, in any case."""
    answer = service.ask("POST", "/1.1/comment-check", f"blog={BLOG}", Host=f"{service.key.upper()}.rest.akismet.com")
    assert answer.body in {b"true", b"false"}


def test_key_in_the_query(service: Service) -> None:
    """The key may stand in the address."""
    assert service.ask("POST", f"/1.1/comment-check?api_key={service.key}", f"blog={BLOG}").body in {b"true", b"false"}


def test_every_check_has_a_guid_of_its_own(service: Service) -> None:
    """The guid is the comment's id; the same text twice gets two."""
    first, second = (service.form("/1.1/comment-check", comment_content="Good bread.") for _ in range(2))
    guids = {first.headers["x-akismet-guid"], second.headers["x-akismet-guid"]}
    assert len(guids) == 2
    assert {service.api("GET", f"/v1/comments/{guid}").status for guid in guids} == {200}


def test_good_answers_carry_no_help(service: Service) -> None:
    """Debug help and alerts appear on errors only: clients throw when they see them."""
    answer = service.form("/1.1/comment-check", comment_content="Good bread.")
    assert not {"x-akismet-debug-help", "x-akismet-alert-code", "x-akismet-pro-tip"} & set(answer.headers)


def test_wordpress_is_told_why(service: Service) -> None:
    """Verdict, scores and reason go to WordPress, in plain ASCII; other clients get nothing that they did not ask for."""
    service.api("PUT", "/v1/policy", {"block": {"words": ["größe\u2028"]}})
    said = service.form("/1.1/comment-check", WORDPRESS, comment_content="Die größe\u2028 zählt").headers
    assert (said["x-winnow-verdict"], "x-winnow-score" in said) == ("reject", True)
    assert said["x-winnow-reason"].isascii()
    assert not any(name.startswith("x-winnow") for name in service.form("/1.1/comment-check", "other/1").headers)
    service.api("PUT", "/v1/policy", {})


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"comment_author": "viagra-test-123"}, b"true"),
        ({"comment_author": "akismet-guaranteed-spam"}, b"true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, b"true"),
        ({"user_role": "administrator"}, b"false"),
        ({"user_role": "editor,administrator"}, b"false"),
    ],
)
def test_documented_values(service: Service, fields: dict[str, str], body: bytes) -> None:
    """The protocol's test values get the answers that it documents."""
    assert service.form("/1.1/comment-check", comment_content="x", **fields).body == body


@pytest.mark.parametrize("missing", ["key", "blog"])
def test_a_check_that_cannot_be_made_is_held_by_wordpress(service: Service, missing: str) -> None:
    """A wrong key or no blog is `invalid` with help, and with guid and error, or newer plugins would publish the comment."""
    fields = {"api_key": "0" * 12 if missing == "key" else service.key, "blog": "" if missing == "blog" else BLOG}
    answer = service.ask("POST", "/1.1/comment-check", urlencode(fields), User_Agent=WORDPRESS)
    assert (answer.status, answer.body) == (200, b"invalid")
    assert {"x-akismet-debug-help", "x-akismet-guid", "x-akismet-error"} <= set(answer.headers)


@pytest.mark.parametrize(
    ("hold_as", "agent", "body", "error"),
    [
        ("auto", WORDPRESS, b"false", "hold"),
        ("auto", "Discourse/3.1", b"true", None),
        ("pending", "curl/8", b"false", "hold"),
        ("spam", WORDPRESS, b"true", None),
        ("ham", WORDPRESS, b"false", None),
    ],
)
def test_a_hold_in_every_tongue(service: Service, hold_as: str, agent: str, body: bytes, error: str | None) -> None:
    """A hold is said as the site wants; by itself as pending to WordPress, as spam to clients that know no third verdict."""
    config = settings.load(database_url=service.database_url, secret=SECRET)
    key, _ = new_site(config, f"{hold_as} {agent}", hold_as=hold_as)
    service.until(lambda: service.ask("POST", "/1.1/verify-key", f"key={key}&blog=x").body == b"valid")
    form = urlencode({"api_key": key, "blog": BLOG, "comment_content": "x", "POST_ak_hp_textarea": "filled"})
    answer = service.ask("POST", "/1.1/comment-check", form, User_Agent=agent)
    assert (answer.body, answer.headers.get("x-akismet-error")) == (body, error)


def test_wordpress_slashes_are_taken_off(service: Service) -> None:
    """Only what WordPress sends to comment-check carries backslashes; a recheck comes from its database and does not."""
    said = {"comment_content": r"it\'s \"x\" \\ y"}
    texts = [
        stored(service, service.form("/1.1/comment-check", WORDPRESS, **said))["text"],
        stored(service, service.form("/1.1/comment-check", "curl/8", **said))["text"],
        stored(service, service.form("/1.1/comment-check", WORDPRESS, recheck_reason="retry", comment_ID="9", **said))["text"],
    ]
    assert texts == ['it\'s "x" \\ y', said["comment_content"], said["comment_content"]]


def test_the_blogs_charset_counts(service: Service) -> None:
    """Bytes are read in the charset that the blog names."""
    body = f"api_key={service.key}&blog={BLOG}&blog_charset=ISO-8859-1&comment_content=Sch%F6n+%80".encode()
    assert stored(service, service.ask("POST", "/1.1/comment-check", body))["text"] == "Schön €"


@pytest.mark.parametrize("spelling", ["comment_context[]", "comment_context[0]", "comment_context", "comment_context%5B%5D"])
def test_context_in_every_spelling(service: Service, spelling: str) -> None:
    """Tags arrive with brackets, with numbers, bare, and escaped."""
    body = f"api_key={service.key}&blog={BLOG}&{spelling}=food&{spelling.replace('0', '1')}=bread+%26+butter&xcomment_context=no"
    assert stored(service, service.ask("POST", "/1.1/comment-check", body))["context"] == ["food", "bread & butter"]


def test_discourse_names_the_type_its_own_way(service: Service) -> None:
    """`content_type` stands for `comment_type`."""
    assert stored(service, service.form("/1.1/comment-check", content_type="forum-post"))["type"] == "forum-post"


@pytest.mark.parametrize(
    ("callback", "kept"),
    [
        (f"{BLOG}/wp-json/akismet/v1/webhook", True),
        ("https://blog.example.net/x", True),
        ("http://evil.example/x", False),
        ("http://blog.example.net@evil.example/", False),
        ("http://evil.example\\@blog.example.net/", False),
        ("http://blog.example.net:22/", False),
        ("ftp://blog.example.net/", False),
        ("//blog.example.net/", False),
    ],
)
def test_only_the_sites_own_host_is_called_back(service: Service, callback: str, kept: bool) -> None:
    """A callback elsewhere is dropped: clients must not point the service at other machines."""
    assert stored(service, service.form("/1.1/comment-check", callback=callback))["callback"] == (callback if kept else "")


def test_typing_behaviour_becomes_numbers(service: Service) -> None:
    """The plugin's hidden fields are counted and averaged; the samples themselves are not kept."""
    fields = {"ak_js": "1795403341134", "ak_bib": "1795403341560", "ak_bfs": "1795403342698", "ak_bkpc": "4", "ak_bck": "37;37"}
    fields |= {"ak_bkp": "20;22,1;24,3;", "ak_bmm": "229,92;", "ak_bsc": "²"}
    behaviour = stored(service, service.form("/1.1/comment-check", **{f"POST_{name}": value for name, value in fields.items()}))[
        "behaviour"
    ]
    assert behaviour == {
        "javascript": 1,
        "first_input_ms": 426,
        "submit_ms": 1564,
        "keys": 4,
        "corrections": 2,
        "key_ms": 22,
        "gap_ms": 2,
    }


def test_a_filled_honeypot_is_held(service: Service) -> None:
    """The field that the form names as its trap is looked at under the name it gives."""
    answer = service.form(
        "/1.1/comment-check", WORDPRESS, honeypot_field_name="trap[1]", **{"trap[1]": "x", "comment_content": "Hello."}
    )
    assert answer.headers["x-akismet-error"] == "hold"


@pytest.mark.parametrize(("verb", "verdict"), [("submit-spam", "reject"), ("submit-ham", "accept")])
def test_feedback_finds_its_comment_without_a_guid(service: Service, verb: str, verdict: str) -> None:
    """A moderator's correction comes in clean text, without the guid, and decides the comment that was checked."""
    common = {"user_ip": "203.0.113.9", "comment_author": f"O'Neil {verb}", "comment_post_ID": "7", "permalink": f"{BLOG}/7"}
    sent = {**common, "comment_author": f"O\\'Neil {verb}", "comment_content": r"it\'s good"}
    checked = service.form("/1.1/comment-check", WORDPRESS, **sent)
    thanks = service.form(f"/1.1/{verb}", WORDPRESS, **common, comment_content="it's good", reporter="admin")
    found = service.api("GET", f"/v1/comments/{checked.headers['x-akismet-guid']}").json()
    assert (thanks.body, found["verdict"], found["labels"][0]["by"]) == (THANKS, verdict, "akismet:admin")


def test_feedback_on_a_comment_never_seen_is_kept(service: Service) -> None:
    """A comment from before the service came is stored with its label."""
    service.form("/1.1/submit-spam", comment_content="Never checked here.", comment_post_ID="99")
    newest = service.api("GET", "/v1/comments?limit=1").json()["comments"][0]
    assert (newest["comment"]["text"], newest["verdict"]) == ("Never checked here.", "reject")


def test_tests_are_not_learned_from(service: Service) -> None:
    """`is_test` feedback is thanked for and forgotten."""
    before = service.api("GET", "/v1/comments?limit=1").json()["comments"][0]["id"]
    assert service.form("/1.1/submit-spam", comment_content="A test.", is_test="1").body == THANKS
    assert service.api("GET", "/v1/comments?limit=1").json()["comments"][0]["id"] == before


def test_what_the_plugins_settings_page_asks(service: Service) -> None:
    """Subscription, statistics, token, connection test and deactivation have the shapes that the plugin expects."""
    assert service.form("/1.1/get-subscription").json()["status"] == "active"
    assert {"spam", "ham", "accuracy", "breakdown"} <= set(service.form("/1.1/get-stats", **{"from": "all"}).json())
    assert len(service.form("/1.1/token").body) == 32
    assert service.ask("GET", "/1.1/test").body == b"connected"
    assert service.form("/1.1/deactivate").body == b"deactivated"


def test_key_pages_answer_get_and_post(service: Service) -> None:
    """The 1.2 endpoints take their fields from the address as well; sites come as JSON or CSV."""
    asked = f"?api_key={service.key}"
    assert service.ask("GET", f"/1.2/usage-limit{asked}").json()["limit"] == "none"
    assert service.form("/1.2/key-sites").json()["total"] == 1
    assert service.ask("GET", f"/1.2/key-sites{asked}&format=csv").body.split(b"\n")[1].startswith(b"Site,Total API Calls")


def test_a_large_body_is_held(service: Service) -> None:
    """A body beyond the cap gets 413, with what makes WordPress hold the comment and others see spam."""
    wordpress = service.form("/1.1/comment-check", WORDPRESS, comment_content="a" * 200_000)
    other = service.form("/1.1/comment-check", comment_content="a" * 200_000)
    assert (wordpress.status, wordpress.body, "x-akismet-error" in wordpress.headers) == (413, b"false", True)
    assert (other.status, other.body) == (413, b"true")


def test_http_1_0(service: Service) -> None:
    """The plugin speaks HTTP/1.0: the connection is closed after the answer."""
    body = urlencode({"api_key": service.key, "blog": BLOG}).encode()
    answer = service.raw(b"POST /1.1/comment-check HTTP/1.0\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith((b"\r\n\r\nfalse", b"\r\n\r\ntrue"))


def test_bodies_in_pieces_and_in_chunks(service: Service) -> None:
    """However a body arrives, it is the same comment."""
    body = urlencode({"api_key": service.key, "blog": BLOG, "user_role": "administrator"}).encode()
    head = b"POST /1.1/comment-check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    assert service.raw(chunked).endswith(b"\r\n\r\nfalse")
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body))
        for place in range(0, len(body), 7):
            connection.sendall(body[place : place + 7])
        assert b"".join(iter(lambda: connection.recv(4096), b"")).endswith(b"\r\n\r\nfalse")


def test_a_client_that_asks_first_is_told_to_continue(service: Service) -> None:
    """`Expect: 100-continue`, as curl sends it with larger bodies, gets its go-ahead."""
    body = urlencode({"api_key": service.key, "blog": BLOG, "user_role": "administrator"}).encode()
    head = b"POST /1.1/comment-check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    answer = service.raw(head % len(body) + body)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n")
    assert answer.endswith(b"\r\n\r\nfalse")


def test_pipelined_requests_are_answered_in_order(service: Service) -> None:
    """Several requests sent at once are answered one after the other, whichever way each goes."""
    wanted = [("administrator", b"false"), ("", b"true")] * 3
    said = b""
    for number, (role, _) in enumerate(wanted):
        body = urlencode(
            {"api_key": service.key, "blog": BLOG, "user_role": role, "comment_author": "viagra-test-123" if not role else ""}
        )
        end = b"Connection: close\r\n" if number == len(wanted) - 1 else b""
        path = b"/1.1/comment-check" + (b"?x=1" if number == 2 else b"")
        said += b"POST %b HTTP/1.1\r\nHost: x\r\n%bContent-Length: %d\r\n\r\n%b" % (path, end, len(body), body.encode())
    bodies = [part.split(b"\r\n\r\n")[1] for part in service.raw(said).split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies == [body for _, body in wanted]


def test_other_methods_and_paths(service: Service) -> None:
    """Only POST checks; what is not of the protocol is not found."""
    assert service.ask("GET", "/1.1/comment-check").status == 405
    assert service.ask("GET", "/1.2/compatible-plugins").status == 404
