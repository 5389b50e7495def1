"""Exports of the recorded shape with invented comments, and a WordPress that answers its REST API over real HTTP."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

WXR_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- An export made by WordPress -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Harbour</title><link>https://harbour.example</link><wp:wxr_version>1.2</wp:wxr_version>
"""


def wxr_comment(number: int, text: str, approved: str = "1", **meta: str) -> str:
    metas = "".join(
        f"<wp:commentmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:commentmeta>"
        for key, value in meta.items()
    )
    return f"""<wp:comment><wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[Reader {number}]]></wp:comment_author>
<wp:comment_author_email><![CDATA[reader{number}@example.org]]></wp:comment_author_email>
<wp:comment_author_url></wp:comment_author_url><wp:comment_author_IP>203.0.113.{number % 250}</wp:comment_author_IP>
<wp:comment_date>2024-05-01 12:00:00</wp:comment_date><wp:comment_date_gmt>2024-05-01 10:00:{number % 60:02d}</wp:comment_date_gmt>
<wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_approved>{approved}</wp:comment_approved>
<wp:comment_type>comment</wp:comment_type><wp:comment_parent>0</wp:comment_parent><wp:comment_user_id>0</wp:comment_user_id>
{metas}</wp:comment>"""


def wxr(*comments: str) -> str:
    item = "<item><title>Ferries</title><link>https://harbour.example/ferries</link><content:encoded><![CDATA[Long <b>text</b>]]>"
    item += f"</content:encoded><wp:post_id>7</wp:post_id>{''.join(comments)}</item>"
    return f"{WXR_HEAD}{item}</channel></rss>"


DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="1"><forum>harbour</forum><title>General</title></category>
<thread dsq:id="50"><id>ferries</id><forum>harbour</forum><link>https://harbour.example/ferries</link><title>Ferries</title>
<createdAt>2015-03-01T08:00:00Z</createdAt><author><name>Editor</name></author><isClosed>false</isClosed></thread>
<post dsq:id="900"><id/><message><![CDATA[<p>Is there one on Sundays?</p>]]></message><createdAt>2015-03-02T09:00:00Z</createdAt>
<isDeleted>false</isDeleted><isSpam>false</isSpam><author><email>io@example.org</email><name>Io</name><isAnonymous>true</isAnonymous></author>
<ipAddress>203.0.113.9</ipAddress><thread dsq:id="50"/></post>
<post dsq:id="901"><id/><message><![CDATA[<p>Cheap watches here</p>]]></message><createdAt>2015-03-02T10:00:00Z</createdAt>
<isDeleted>true</isDeleted><isSpam>true</isSpam><author><name>Watches</name></author><thread dsq:id="50"/>
<parent dsq:id="900"/></post>
<post dsq:id="902"><id/><message/><createdAt>2015-03-02T11:00:00Z</createdAt><isDeleted>true</isDeleted><isSpam>false</isSpam>
<author><name>Gone</name></author><thread dsq:id="50"/></post>
</disqus>
"""


def rest_comment(number: int, status: str = "approved", text: str = "") -> dict[str, Any]:
    """A comment as ``context=edit`` shows it."""
    return {
        "id": number,
        "post": 7,
        "parent": 0,
        "author": 0,
        "author_name": f"Reader {number}",
        "author_email": f"reader{number}@example.org",
        "author_url": "",
        "author_ip": f"203.0.113.{number % 250}",
        "author_user_agent": "Mozilla/5.0",
        "date": "2024-05-01T12:00:00",
        "date_gmt": "2024-05-01T10:00:00",
        "content": {"rendered": f"<p>{text or f'Words {number}'}</p>\n", "raw": text or f"Words {number}"},
        "link": f"https://harbour.example/ferries#comment-{number}",
        "status": status,
        "type": "comment",
        "meta": [],
    }


class Blog:
    """What a WordPress has, and how it misbehaves."""

    def __init__(self, comments: list[dict[str, Any]]) -> None:
        self.comments = comments
        self.requests: list[dict[str, str]] = []
        self.failures: list[int] = []
        self.after_page = lambda: None
        self.pretty = True
        self.url = ""


def _handler(blog: Blog) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(place.query).items()}
            blog.requests.append(query)
            if blog.failures:
                return self.say(blog.failures.pop(0), {"code": "unavailable"})
            found = place.path == "/wp-json/wp/v2/comments" if blog.pretty else query.get("rest_route") == "/wp/v2/comments"
            if not found:
                return self.say(404, "<html>Not here</html>")
            if self.headers["Authorization"] != "Basic " + base64.b64encode(b"ana:abcd efgh").decode():
                return self.say(401, {"code": "rest_forbidden_context"})
            start, size = int(query["offset"]), int(query["per_page"])
            wanted = sorted(blog.comments, key=lambda each: each["id"])[start : start + size]
            self.say(200, wanted, {"X-WP-Total": str(len(blog.comments))})
            return blog.after_page()

        def say(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, each in ({"Content-Length": str(len(body))} | (headers or {})).items():
                self.send_header(name, each)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def wordpress(*comments: dict[str, Any]) -> Iterator[Blog]:
    """Serve a blog until the block ends."""
    blog = Blog(list(comments))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(blog))
    blog.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield blog
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
