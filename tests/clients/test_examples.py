"""The examples of docs/clients.md, run as they stand wherever their language is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import Service

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text("utf-8")
PERSPECTIVE = (Path(__file__).parents[2] / "docs" / "perspective.md").read_text("utf-8")
LANGUAGES = {"php": ["php"], "js": ["node"], "ruby": ["ruby"], "go": ["go", "run"]}


def block(kind: str, page: str = PAGE) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)[0]


def run(words: list[str], folder: Path, **environment: str) -> str:
    known = {**os.environ, "HOME": str(folder), "GOCACHE": str(folder / "go"), "GO111MODULE": "off", **environment}
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=folder, env=known, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("kind", LANGUAGES)
def test_the_example_prints_a_verdict_and_holds_when_nobody_answers(service: Service, tmp_path: Path, kind: str) -> None:
    """As the page says it does."""
    if shutil.which(LANGUAGES[kind][0]) is None:
        pytest.skip(f"there is no {LANGUAGES[kind][0]} here")
    file = tmp_path / f"example.{ {'ruby': 'rb'}.get(kind, kind) }"
    file.write_text(block(kind))
    words = [*LANGUAGES[kind], str(file)]
    address = f"http://127.0.0.1:{service.port}"
    assert run(words, tmp_path, WINNOW_ADDRESS=address, WINNOW_KEY=service.bearer) in {"accept", "hold", "reject"}
    assert run(words, tmp_path, WINNOW_ADDRESS=address, WINNOW_KEY="wrong") == "hold"
    assert run(words, tmp_path, WINNOW_ADDRESS="http://127.0.0.1:9", WINNOW_KEY="x") == "hold"


async def test_the_python_examples_run(service: Service) -> None:
    """Both of them, with this service's address and key."""
    waiting, awaited = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)
    put = {"http://127.0.0.1:8000": f"http://127.0.0.1:{service.port}", '"KEY"': repr(service.bearer)}
    waiting, awaited = (re.sub("|".join(put), lambda found: put[found[0]], text) for text in (waiting, awaited))
    names: dict = {}
    exec(waiting, names)
    assert names["publish"] in {True, False}
    exec("async def main():\n" + "".join(f"    {line}\n" for line in awaited.splitlines()), names)
    await names["main"]()


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_perspective_example_works(service: Service, tmp_path: Path) -> None:
    """The page's request gets a score."""
    put = {"http://127.0.0.1:8000": f"http://127.0.0.1:{service.port}", "KEY": service.key, "curl": "curl --silent --fail"}
    line = re.sub("|".join(put), lambda found: put[found[0]], block("bash", PERSPECTIVE))
    assert "attributeScores" in run(["sh", "-c", line], tmp_path)
