"""The command line, on an installation with a fitted champion, a site and a database."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from service.commands import Refused
from service.domain import Comment, Label
from service.moderation import Moderation
from service.settings import Settings
from service.shadow import Shadow
from service.store import sites
from service.store.endpoints import add_endpoint
from service.store.engine import open_engine
from service.store.feedback import Word
from service.store.schema import comments, outbox
from service.store.upgrade import upgrade
from tests.store.given import DIGESTS
from tests.training.conftest import World
from tests.training.given import otherwise, some_labels
from training import snapshot
from training.__main__ import app
from training.registry import Registry

WIDE = ("--missed", "0.05", "--false-rejects", "0.05")


class Installation:
    """A data folder with the champion, its snapshot, and a site named blog; ``run`` gives a command's JSON."""

    def __init__(self, folder: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        shutil.copytree(world.folder / "models" / "champion", folder / "models" / "champion-1")
        shutil.copytree(world.folder / "snapshots", folder / "snapshots")
        self.models = Registry(folder / "models")
        self.models.point("champion", "champion-1")
        monkeypatch.setenv("WINNOW_DATA_DIR", str(folder))
        monkeypatch.delenv("WINNOW_MODEL_DIR", raising=False)
        monkeypatch.delenv("WINNOW_DATABASE_URL", raising=False)
        self.url = f"sqlite:///{folder / 'winnow.db'}"
        engine = open_engine(self.url)
        upgrade(engine)
        with engine.begin() as connection:
            self.site, self.other = (
                sites.add_site(connection, name, f"https://{name}.example/", time.time()) for name in ("blog", "other")
            )
        engine.dispose()

    def run(self, *arguments: str) -> Any:
        answer = self.say(*arguments, "--json")
        return json.loads(answer)

    def say(self, *arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *arguments: str) -> str:
        with pytest.raises(Refused) as refusal:
            CliRunner().invoke(app, [*arguments], catch_exceptions=False, standalone_mode=False)
        return str(refusal.value)

    def labelled(self, rows: pd.DataFrame) -> Any:
        """Take a snapshot of these labels, from a file, as the blog's; gives its papers."""
        return self.run("snapshot", "--corpora", "none", "--labels", str(self.file(rows)), "--site", "blog", "--no-store")

    def file(self, rows: pd.DataFrame) -> Path:
        label = rows["spam"].map({1.0: "spam", 0.0: "ham"}).where(rows["abuse"] == 0, "abuse")
        path = self.folder / "labels.csv"
        rows.assign(label=label)[["text", "author", "label", "lang"]].to_csv(path, index=False)
        return path


@pytest.fixture
def installation(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, world, monkeypatch)


async def served(installation: Installation, count: int = 60, label: bool = True, seed: int = 11) -> list[str]:
    """Let the service judge comments, and a moderator label them; gives their ids."""
    settings = Settings(data_dir=installation.folder)
    engine = open_engine(installation.url)
    moderation = Moderation(engine, DIGESTS, lambda: settings.model_folders, 5, shadow=Shadow(installation.models.folder))
    await moderation.start()
    rows = some_labels(count, seed=seed)
    found = []
    for number, row in enumerate(rows.itertuples()):
        stored = await moderation.check(installation.site, Comment(text=row.text, author=row.author), time.time() - count + number)
        found.append(stored.id)
        if label:
            kind = Label.SPAM if row.spam else Label.ABUSE if row.abuse else Label.HAM
            await moderation.feedback(installation.site, stored.id, Word(kind, "ana", 1.0, time.time()))
    await moderation.stop()
    engine.dispose()
    return found


def test_labels_become_a_model_that_decides(installation: Installation) -> None:
    """Fit, evaluate, report, promote: the whole way in four commands, and one back."""
    card = installation.run("fit", "--version", "new", *WIDE)
    assert (card["version"], card["parent"]) == ("new", "champion-1")
    trial = installation.run("evaluate", "new")["trial"]
    assert {measure["name"] for measure in trial["measures"]} >= {"wrong verdicts per 1,000", "ROC-AUC", "OC-accuracy at 10%"}
    assert installation.run("promote", "new", *WIDE)["reasons"] == []
    assert installation.models.pointed("champion") == "new"
    assert installation.run("rollback")["version"] == "champion-1"
    roles = {entry["version"]: entry["roles"] for entry in installation.run("models")}
    assert roles == {"starter": [], "champion-1": ["champion"], "new": []}


def test_the_end_of_a_fit_is_told(installation: Installation) -> None:
    """To every endpoint that asked for it: the new model's name, or why there is none."""
    engine = open_engine(installation.url)
    with engine.begin() as connection:
        kinds = ("training.finished", "training.failed")
        add_endpoint(connection, DIGESTS, installation.site.id, "http://127.0.0.1:1999/", time.time(), events=kinds)
    installation.run("fit", "--version", "new", *WIDE)
    installation.refused("fit", "--version", "new", *WIDE)
    installation.refused("fit", "--version", "lonely", "--site", "nowhere", *WIDE)
    with engine.connect() as connection:
        told = [(row.kind, row.payload) for row in connection.execute(outbox.select().order_by(outbox.c.id))]
    engine.dispose()
    assert [kind for kind, _ in told] == ["training.finished", "training.failed"]
    assert ('"model":"new"' in told[0][1], '"model":"lonely"' in told[1][1]) == (True, True)


def test_a_report_is_one_page_that_asks_nobody(installation: Installation) -> None:
    """No script, no font, no picture from elsewhere; only its owner may read it; the same is there as JSON."""
    installation.models.point("champion", "champion-1")
    shutil.copytree(installation.folder / "models" / "champion-1", installation.folder / "models" / "twin")
    installation.say("report", "twin")
    page, data = (installation.folder / "reports" / "twin" / name for name in ("report.html", "report.json"))
    assert not any(word in page.read_text() for word in ("http:", "https:", "<script", "src=", "@import", "url("))
    assert page.stat().st_mode & 0o077 == 0
    assert {chart["title"] for chart in json.loads(data.read_text())["charts"]} >= {
        "Precision and recall",
        "What an error budget buys",
    }


def test_a_file_of_labels_becomes_a_snapshot(installation: Installation) -> None:
    """With the site it is said to be of."""
    taken = installation.labelled(some_labels(200, seed=7))
    assert taken["rows"] > 190
    assert {count["source"] for count in taken["counts"]} == {"site blog"}


def test_the_same_seed_gives_the_same_weights(installation: Installation) -> None:
    """Two fits of one snapshot differ in nothing but name and time."""
    first, second = (installation.run("fit", "--version", name)["weights_sha256"] for name in ("a", "b"))
    assert first == second


def test_an_interrupted_fit_goes_on(installation: Installation) -> None:
    """Finished folds are kept and used again, and give the same model."""
    first = installation.run("fit", "--version", "a")
    kept = sorted((installation.folder / "work").glob("*.npy"))
    assert len(kept) == 5
    kept[0].unlink()
    assert installation.run("fit", "--version", "b")["weights_sha256"] == first["weights_sha256"]


def test_a_promotion_is_refused_with_reasons(installation: Installation) -> None:
    """The pointer stays where it was, and the command fails."""
    weights = shutil.copytree(installation.folder / "models" / "champion-1", installation.folder / "models" / "bad") / "weights.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert "cannot be loaded" in installation.refused("promote", "bad")
    assert installation.models.pointed("champion") == "champion-1"


def test_a_site_gets_its_own_layer(installation: Installation) -> None:
    """Fitted in seconds on its labels alone, promoted for that site alone, dropped alone."""
    installation.labelled(otherwise(some_labels(100, abuse=0.0)))
    card = installation.run("fit", "--site", "blog", "--version", "layer", *WIDE)
    assert (card["parent"], card["parameters"]["site"]) == ("champion", "blog")
    installation.run("promote", "layer", *WIDE)
    pointer = f"site-{installation.site.id}"
    assert installation.models.pointers() == {"champion": "champion-1", pointer: "layer"}
    installation.run("rollback", "--site", "blog", "--drop")
    assert installation.models.pointers() == {"champion": "champion-1"}


def test_what_the_starter_model_was_fitted_on_does_not_measure(installation: Installation) -> None:
    """Its card names sources instead of a snapshot: their labels would flatter it."""
    known, own = some_labels(400, source="yt_tubespam").assign(site=""), some_labels(60, seed=7)
    snapshot.take([known, own], installation.folder / "snapshots")
    installation.run("fit", "--version", "new", *WIDE)
    installation.models.point("champion", "")
    trial = installation.run("evaluate", "new")["trial"]
    assert trial["rows"] == 60
    assert trial["champion"] not in installation.models.versions()


def test_a_layer_is_held_against_the_layer_that_decides(installation: Installation) -> None:
    """Not against the shared model, which does not decide there any more; and what decides cannot be in shadow."""
    for version, count in (("first", 100), ("second", 200)):
        installation.labelled(otherwise(some_labels(count, abuse=0.0)))
        installation.run("fit", "--site", "blog", "--version", version, *WIDE)
    assert installation.run("evaluate", "first")["trial"]["champion"] == "champion"
    assert "first decides on blog now, after the shared model" in installation.say("promote", "first", *WIDE)
    assert installation.run("evaluate", "second")["trial"]["champion"] == "first"
    assert "decides already" in installation.refused("shadow", "first")
    assert "the shared model decides on blog again, after first" in installation.say("rollback", "--site", "blog")


def test_a_layer_is_replayed_on_its_site(installation: Installation) -> None:
    """It would never decide on another."""
    ids = asyncio.run(served(installation))
    installation.run("fit", "--site", "other", "--version", "layer", *WIDE)
    assert installation.run("replay", "layer", "--days", "1")["comments"] == 0
    assert installation.run("replay", "layer", "--days", "1", "--site", "blog")["comments"] == len(ids)


def test_the_store_is_replayed_and_learned_from(installation: Installation) -> None:
    """The labels of the moderators become a snapshot; the stored comments are decided again and every change is listed."""
    ids = asyncio.run(served(installation))
    taken = installation.run("snapshot", "--corpora", "none")
    assert taken["rows"] == len(ids)
    again = installation.run("replay", "--days", "1")
    assert again["comments"] == len(ids)
    assert again["changes"] == []
    fresh = installation.run("fit", "--site", "blog", "--version", "layer")
    changed = installation.run("replay", fresh["version"], "--days", "1")
    assert sum(sum(row.values()) for row in changed["pairs"].values()) == len(ids)


def test_a_shadow_is_read_back(installation: Installation) -> None:
    """What the challenger would have done is counted, and the comments on which the two differ are named."""
    installation.run("fit", "--site", "other", "--version", "layer")
    installation.run("shadow", "layer")
    ids = asyncio.run(served(installation, 40, label=False))
    found = installation.run("shadow")
    assert found["comments"] == len(ids)
    assert {each["comment"] for each in found["disagreements"]} <= set(ids)
    assert "layer in shadow" in installation.say("shadow")
    installation.run("shadow", "--stop")
    assert "No model is in shadow" in installation.refused("shadow")


def test_the_erased_are_forgotten_and_their_models_flagged(installation: Installation) -> None:
    """A comment that the store no longer has leaves every snapshot, and the model that saw it is named."""
    ids = asyncio.run(served(installation))
    installation.run("snapshot", "--corpora", "none")
    installation.run("fit", "--site", "blog", "--version", "layer")
    engine = open_engine(installation.url)
    with engine.begin() as connection:
        connection.execute(comments.update().where(comments.c.id == ids[0]).values(text=""))
    engine.dispose()
    assert list(installation.run("snapshot", "--forget").values()) == [["layer"]]
    [entry] = [entry for entry in installation.run("models") if entry["version"] == "layer"]
    assert "erased" in entry["warnings"][0]
    assert installation.run("snapshot", "--forget") == {}


def test_a_layer_learns_from_what_nobody_labelled(installation: Installation) -> None:
    """The snapshot has the site's other comments beside its labels; who is erased is gone from both."""
    asyncio.run(served(installation))
    alone = installation.run("snapshot", "--corpora", "none")
    without = installation.run("fit", "--site", "blog", "--version", "without", "--snapshot", alone["digest"])
    silent = asyncio.run(served(installation, 40, label=False, seed=12))
    taken = installation.run("snapshot", "--corpora", "none")
    assert (taken["rows"], [shard["rows"] for shard in taken["unlabelled"]]) == (alone["rows"], [40])
    layer = installation.run("fit", "--site", "blog", "--version", "layer")
    assert (without["parameters"]["unlabelled"], layer["parameters"]["unlabelled"]) == (0, 40)
    assert layer["weights_sha256"] != without["weights_sha256"]
    assert installation.run("evaluate", "layer")["trial"]["rows"] == alone["rows"]
    [seen], [unseen] = layer["data"], without["data"]
    assert [seen[kind] for kind in ("ham", "spam", "abuse")] == [unseen[kind] for kind in ("ham", "spam", "abuse")]
    engine = open_engine(installation.url)
    with engine.begin() as connection:
        connection.execute(comments.update().where(comments.c.id == silent[0]).values(text=""))
    engine.dispose()
    assert list(installation.run("snapshot", "--forget").values()) == [["layer"]]
    assert installation.run("snapshot", "--forget") == {}


def test_lines_are_drawn_and_say_what_is_missing(installation: Installation) -> None:
    """A narrow budget cannot be certified by these labels, and is not put into a policy."""
    [drawn, *_] = installation.run("lines", "--missed", "0.001", "--false-rejects", "0.001")
    assert drawn["of"] == "all comments"
    assert drawn["certificate"]["accepted"]["missing"] > 0
    assert "too few labels" in installation.refused("lines", "--apply", "blog", "--missed", "0.001")


def test_a_model_needs_a_name_that_can_be_a_folder(installation: Installation) -> None:
    """It is refused before anything is fitted; so is a name that is taken, and dropping a layer of no site."""
    for name in ("../x", "a b", "starter", "x" * 65):
        assert "A model's name has" in installation.refused("fit", "--version", name)
    assert "already" in installation.refused("fit", "--version", "champion-1")
    assert "--site" in installation.refused("rollback", "--drop")


def test_an_unknown_engine_is_refused(installation: Installation) -> None:
    """With a sentence, before anything is computed."""
    assert "dask://" in installation.refused("fit", "--engine", "spark://x")
    assert "No Dask scheduler answers" in installation.refused("replay", "--engine", "dask://127.0.0.1:1")
