"""The documents say what is there, all of it, and what they show works."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from service.__main__ import COMMANDS, app
from service.classifier.card import Card
from service.commands.policies import part_names
from service.settings import Settings
from tests.classifier.given import a_folder
from tests.running import Serving, winnow_serve

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page.name: page.read_text("utf-8") for page in PAGES}
ALL = "\n".join(TEXT.values())


def tree(command: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words."""
    command = command or typer.main.get_command(app)
    names = COMMANDS if not words else list(getattr(command, "commands", {}))
    if not names:
        yield words, command
    for name in names:
        yield from tree(command.get_command(None, name), (*words, name))


LEAVES = dict(tree())


def blocks(kind: str) -> list[str]:
    """The blocks of code of a kind, without their indentation."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", ALL, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def shown() -> list[list[str]]:
    """Every command line that the documents show, in words."""
    lines = "\n".join(blocks("sh")).replace("\\\n", " ")
    return [shlex.split(line, comments=True) for line in re.split(r"\n(?=\S)", lines) if line.strip() and not line.startswith("#")]


def test_every_setting_is_documented_with_its_default():
    """Operators find each variable, and no other, in one table."""
    rows = dict(re.findall(r"^\| `(WINNOW_\w+)` \| (.*?) \|", TEXT["operators.md"], re.MULTILINE))
    assert set(rows) == {f"WINNOW_{name.upper()}" for name in Settings.model_fields}
    for name in ("host", "port", "max_body", "max_batch_body", "deadline_ms"):
        assert rows[f"WINNOW_{name.upper()}"] == f"`{Settings.model_fields[name].default}`"


@pytest.mark.parametrize("words", [" ".join(words) for words in LEAVES])
def test_every_command_is_documented(words):
    """Whatever can be called is shown somewhere."""
    assert f"winnow {words}" in ALL


@pytest.mark.parametrize("line", [words for words in shown() if Path(words[0]).name == "winnow"], ids=" ".join)
def test_every_command_shown_exists(line):
    """Its name, and each of its options."""
    words = next(words for words in LEAVES if tuple(line[1 : 1 + len(words)]) == words)
    options = {option for parameter in LEAVES[words].params for option in parameter.opts}
    assert {word for word in line if word.startswith("--")} <= options


def test_every_target_of_make_shown_exists():
    """What the documents tell to make can be made."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {word for words in shown() if words[0] == "make" for word in words[1:]} <= targets
    assert set(re.findall(r"`make (\w+)`", ALL)) <= targets


def test_every_part_of_a_policy_is_documented():
    """Operators find each part, and no other."""
    names = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", TEXT["operators.md"].partition("## Policy")[2].partition("## What")[0]))
    for part in part_names():
        group, _, entry = part.partition(".")
        assert part in names or (entry in names and f"`{group}.…`" in TEXT["operators.md"]), part


def test_every_field_of_the_card_is_documented():
    """A reader of a card finds what each field says."""
    told = set(re.findall(r"`(\w+)`", TEXT["trainers.md"].partition("## What the card says")[2]))
    assert set(Card.__struct_fields__) - {"format", "weights_bytes"} <= told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Links between files resolve, and to a heading where they name one."""
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text("utf-8")):
        found = page.parent / target if target else page
        assert found.exists(), target
        lines = found.read_text("utf-8").splitlines() if anchor else []
        headings = {re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in lines}
        assert not anchor or anchor in headings


@pytest.fixture(scope="module")
def serving(tmp_path_factory) -> Iterator[tuple[Serving, str]]:
    """A first run with a small model, and the key that it printed."""
    folder = tmp_path_factory.mktemp("docs")
    with winnow_serve(folder / "data", WINNOW_MODEL_DIR=str(a_folder(folder))) as running:
        yield running, running.said.partition("'WPCOM_API_KEY', '")[2][:12]


def ask(running: tuple[Serving, str], words: list[str], comment_id: str = "ID") -> str:
    """Run a curl of the documents against the service, with its address and key."""
    serving, key = running
    put = {"http://127.0.0.1:8000": serving.url, "KEY": key, "ID": comment_id}
    words = [re.sub("|".join(put), lambda found: put[found[0]], word) for word in words]
    return subprocess.run(
        [*words, "--silent", "--fail", "--max-time", "60"], capture_output=True, text=True, check=True, timeout=90
    ).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_every_curl_shown_works(serving):
    """The documents' requests get the documents' answers."""
    curls = [words for words in shown() if words[0] == "curl"]
    made = json.loads(ask(serving, curls[0]))
    assert {"verdict", "rule", "reasons", "scores", "clues", "id"} <= set(made)
    for words in curls:
        answer = ask(serving, words, made["id"])
        assert answer == "true" if "1.1" in words[1] else json.loads(answer)["verdict"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_curl_of_the_first_run_works(serving):
    """What the terminal tells to try gets a verdict."""
    printed = serving[0].said.partition("  curl ")[2].partition("\n\n")[0].replace("\\\n", " ")
    assert json.loads(ask(serving, shlex.split(f"curl {printed}")))["verdict"] in {"accept", "hold", "reject"}


def test_the_python_client_shown_works(serving):
    """The example connects the unmodified client."""
    running, key = serving
    port = running.url.rpartition(":")[2]
    names: dict[str, Any] = {}
    exec(blocks("python")[0].replace("8000", port).replace("0123456789ab", key), names)
    with names["client"] as client:
        assert client.comment_check(user_ip="203.0.113.7", comment_author="viagra-test-123", comment_content="x").name == "SPAM"


def test_the_two_lines_for_wordpress_are_the_same_everywhere(serving):
    """First run, page and plugin name the same constants."""
    plugin = (ROOT / "docs" / "wordpress" / "winnow.php").read_text("utf-8")
    for name in ("WPCOM_API_KEY", "WINNOW_URL"):
        assert all(f"define( '{name}', '" in text for text in (serving[0].said, TEXT["integrators.md"], plugin))
    assert "defined( 'WINNOW_URL' )" in plugin


@pytest.mark.skipif(shutil.which("php") is None, reason="there is no PHP here")
def test_the_plugin_is_php():
    """WordPress loads it without a syntax error."""
    subprocess.run(["php", "-l", ROOT / "docs" / "wordpress" / "winnow.php"], check=True, capture_output=True)
