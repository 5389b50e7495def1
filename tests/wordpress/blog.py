"""The WordPress under test: its database, its server, its visitors and its administrator."""

from __future__ import annotations

import html
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.wordpress.packages import Missing

HERE = Path(__file__).parent
COMPANION = HERE.parents[1] / "docs" / "wordpress" / "winnow.php"
STATES = {"1": "approved", "0": "pending", "spam": "spam", "trash": "trash"}
_CONFIG = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';
define( 'WP_HOME', '{url}' );
define( 'WP_SITEURL', '{url}' );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WPCOM_API_KEY', '{key}' );
define( 'WINNOW_URL', '{winnow}' );
define( 'WP_ENVIRONMENT_TYPE', 'local' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {{
	define( $name . '_KEY', 'test key ' . $name );
	define( $name . '_SALT', 'test salt ' . $name );
}}
if ( ! defined( 'ABSPATH' ) ) {{
	define( 'ABSPATH', __DIR__ . '/' );
}}
require_once ABSPATH . 'wp-settings.php';
"""


class Stays(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Blog:
    """A running WordPress."""

    def __init__(self, tree: Path, port: int) -> None:
        self._tree = tree
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self._visitor = urllib.request.build_opener(Stays)
        self.url = f"http://127.0.0.1:{port}"

    def php(self, command: str, argument: str = "") -> Any:
        """Ask WordPress something that has no page."""
        words = ["php", "-d", "display_errors=stderr", HERE / "commands.php", self._tree, command, argument]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=180)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    def comments(self, text: str) -> list[dict[str, Any]]:
        """The comments that say this, with their states."""
        found = [each for each in self.php("comments") if text in each["comment_content"]]
        return [each | {"state": STATES.get(each["comment_approved"], each["comment_approved"])} for each in found]

    def state(self, text: str) -> str:
        """What became of the comment that says this."""
        found = self.comments(text)
        return found[0]["state"] if found else "not stored"

    def visit(self, text: str, author: str = "Maria", email: str = "maria@example.net") -> None:
        """Comment as a visitor with a browser."""
        heads = {
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "X-Visitor": "203.0.113.50",
        }
        page = self._visitor.open(urllib.request.Request(f"{self.url}/bread/", headers=heads), timeout=60).read().decode()
        form = page.partition('id="commentform"')[2].partition("</form>")[0]
        fields = {found[0]: found[1] for found in _inputs(form)}
        fields |= {"author": author, "email": email, "url": "", "comment": text}
        body = urllib.parse.urlencode(fields).encode()
        try:
            self._visitor.open(urllib.request.Request(f"{self.url}/wp-comments-post.php", body, heads), timeout=120).close()
        except urllib.error.HTTPError as answer:
            if answer.code != 302:
                raise RuntimeError(f"WordPress answered {answer.code}") from None

    def sign_in(self) -> None:
        """Sign the administrator in."""
        self._browser.open(f"{self.url}/wp-login.php", timeout=60).close()
        form = {"log": "admin", "pwd": "admin", "wp-submit": "Log In", "testcookie": "1", "redirect_to": f"{self.url}/wp-admin/"}
        self._browser.open(f"{self.url}/wp-login.php", urllib.parse.urlencode(form).encode(), timeout=60).close()

    def list_page(self, status: str = "all") -> str:
        """The administrator's list of comments."""
        page: bytes = self._browser.open(f"{self.url}/wp-admin/edit-comments.php?comment_status={status}", timeout=60).read()
        return page.decode()

    def decide(self, text: str, action: str) -> None:
        """Press a link in the list: ``spam``, ``unspam``, ``approve``."""
        [comment] = self.comments(text)
        number, view = comment["comment_ID"], "spam" if comment["state"] == "spam" else "all"
        links = re.findall(r"href=[\"'](comment\.php\?[^\"']+)", self.list_page(view))
        wanted = [
            html.unescape(link) for link in links if f"action={action}comment" in link and re.search(rf"\bc={number}\b", link)
        ]
        assert wanted, f"the list has no link to {action} comment {number}"
        self._browser.open(f"{self.url}/wp-admin/{wanted[0]}", timeout=60).close()


def _inputs(form: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<(?:input|textarea)[^>]*>", form):
        attributes = dict(re.findall(r"""(\w+)=["']([^"']*)["']""", tag))
        if attributes.get("type") not in {"submit", "checkbox"} and "name" in attributes:
            yield attributes["name"], html.unescape(attributes.get("value", ""))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(holds: Callable[[], Any], seconds: float = 90.0) -> Any:
    """Wait until something holds; gives what it held, or the last that it did not."""
    end = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


@contextmanager
def running(tree: Path, folder: Path, port: int, key: str, winnow: str) -> Iterator[Blog]:
    """Run a WordPress until the block ends: a database on a socket of its own, PHP's own web server."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _put_files(tree)
    with _database(folder) as where, _server(tree, folder, port):
        config = _CONFIG.format(socket=where, url=f"http://127.0.0.1:{port}", key=key, winnow=winnow)
        (tree / "wp-config.php").write_text(config)
        blog = Blog(tree, port)
        blog.php("install", str(where))
        yield blog


def _put_files(tree: Path) -> None:
    plugins, theme = tree / "wp-content" / "mu-plugins", tree / "wp-content" / "themes" / "test"
    for needed in (plugins, theme, tree / "wp-content" / "uploads"):
        needed.mkdir(parents=True, exist_ok=True)
    shutil.copy(COMPANION, plugins)
    shutil.copy(HERE / "harness.php", plugins / "zz-harness.php")
    shutil.copy(HERE / "theme.php", theme / "index.php")
    (theme / "style.css").write_text("/*\nTheme Name: test\n*/\n")


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    """Give the database's socket. Raises Missing where MariaDB cannot run, with what it said."""
    log = folder / "database.log"
    common = ["--no-defaults", f"--datadir={folder / 'data'}", "--innodb-use-native-aio=0"]
    if os.geteuid() == 0:
        common.append("--user=root")
    with log.open("w") as said:  # no kernel must lend its queues for reading and writing, no name of the machine be known
        install = ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db", "--force"]
        made = subprocess.run(install, check=False, stdout=said, stderr=said).returncode
    if made:
        raise Missing(f"MariaDB made no database here: {_end(log)}")
    with tempfile.TemporaryDirectory(prefix="wp") as short:
        where = Path(short) / "socket"  # a socket's path has at most 107 bytes
        serve = ["mariadbd", *common, f"--socket={where}", f"--pid-file={folder / 'pid'}", "--skip-networking"]
        with _process("MariaDB", serve, log, where.exists):
            yield where


@contextmanager
def _server(tree: Path, folder: Path, port: int) -> Iterator[None]:
    command = ["php", "-d", "max_execution_time=120", "-S", f"127.0.0.1:{port}", "-t", str(tree)]
    with _process("PHP", command, folder / "php.log", lambda: _answers(port), PHP_CLI_SERVER_WORKERS="4"):
        yield


@contextmanager
def _process(name: str, command: list[str], log: Path, ready: Callable[[], bool], **environment: str) -> Iterator[None]:
    """Run a program of others until the block ends. Raises Missing where it does not start, with what it said."""
    with (
        log.open("a") as said,
        subprocess.Popen(command, env=os.environ | environment, stdout=said, stderr=said, start_new_session=True) as program,
    ):
        try:
            until(lambda: ready() or program.poll() is not None, seconds=120)
            if program.poll() is not None or not ready():
                raise Missing(f"{name} does not start here: {_end(log)}")
            yield
        finally:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(program.pid, signal.SIGTERM)


def _end(log: Path) -> str:
    return " ".join(log.read_text(errors="replace").split())[-1500:] or "it said nothing."


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
