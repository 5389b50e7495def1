"""What stands between WordPress and Winnow: passes requests on, or misbehaves as servers do."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGES = {
    "an error page": (500, b"<html>Internal error</html>"),
    "busy": (503, b"try later"),
    "a page": (200, b"<html>Hello</html>"),
}
WORDS = {"invalid": b"invalid", "nothing": b"", "no guid": b"false"}
SILENT_SECONDS = 20.0


class Between(ThreadingHTTPServer):
    """Listens on ``port``; ``mood`` says what it does: ``pass``, ``reset``, ``silent``, a page or a word of the above.

    ``asked`` counts the comments that it was asked about.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, behind: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.behind = behind
        self.mood = "pass"
        self.asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Between

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        about_a_comment = self.path.endswith("/comment-check")
        self.server.asked += about_a_comment
        mood = self.server.mood if about_a_comment else "pass"
        if mood == "pass":
            self._pass_on(body)
        elif mood == "reset":
            self.connection.close()
        elif mood == "silent":
            time.sleep(SILENT_SECONDS)
        elif mood in PAGES:
            self._say(*PAGES[mood])
        else:
            self._say(200, WORDS[mood])

    do_GET = do_DELETE = do_POST  # noqa: N815 # names of the library

    def _pass_on(self, body: bytes) -> None:
        heads = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        request = urllib.request.Request(self.server.behind + self.path, body or None, heads, method=self.command)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                self._say(answer.status, answer.read(), answer.headers.items())
        except urllib.error.HTTPError as answer:
            self._say(answer.code, answer.read(), answer.headers.items())

    def _say(self, status: int, body: bytes, heads: Any = ()) -> None:
        self.send_response(status)
        for name, value in heads:
            if name.lower() not in {"content-length", "connection", "transfer-encoding", "date"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
