"""One comment's journey, step by step, through a real service."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest

from service.classifier.classifier import Classifier
from service.domain import Comment, History, Verdict
from service.policy import Policy, decide
from service.store import queries
from service.store.engine import open_engine
from service.text.reading import read
from tests.classifier.given import a_folder
from tests.serving import Service, serving

TEXT = "bad cab, a dab! see https://cab.example"


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Classifier:
    """A small model, alone in its folder."""
    return Classifier.load(a_folder(tmp_path_factory.mktemp("model")))


@pytest.fixture
def service(tmp_path) -> Iterator[Service]:
    """A service with a small model."""
    with serving(tmp_path / "data", model_dir=a_folder(tmp_path)) as running:
        yield running


def test_1_a_request_becomes_a_comment_of_a_site(service):
    """Without a key nothing is judged; with one the site that it stands for has the comment, capped at the door."""
    assert service.api("POST", "/v1/comments", {"text": TEXT}, Authorization="Bearer wrong").status == 401
    assert service.api("POST", "/v1/comments", {"text": "x" * 64_001}).status == 422
    made = service.api("POST", "/v1/comments", {"text": TEXT, "author": "Ada"}).json()
    kept = service.api("GET", f"/v1/comments/{made['id']}").json()["comment"]
    assert (kept["text"], kept["author"]) == (TEXT, "Ada")


def test_2_a_retry_gets_the_same_decision(service):
    """The same id with the same words was decided before; with other words it is another revision."""
    comment = {"text": TEXT, "external_id": "4711"}
    first, again = (service.api("POST", "/v1/comments", comment).json() for _ in range(2))
    assert (again["id"], again["verdict"], again["repeated"]) == (first["id"], first["verdict"], True)
    edited = service.api("POST", "/v1/comments", {**comment, "text": "edited"}).json()
    assert (edited["id"] == first["id"], edited["repeated"]) == (False, False)


def test_3_text_signals_and_scores_are_pure(service, model):
    """Both doors give the very scores that the classifier gives the comment by itself."""
    expected = model.score(read(Comment(text=TEXT, author="Ada")))
    answered = service.api("POST", "/v1/comments", {"text": TEXT, "author": "Ada"}).json()
    assert (answered["scores"], answered["model"]) == ({"spam": expected.spam, "abuse": expected.abuse}, expected.model)
    guid = service.form("/1.1/comment-check", comment_content=TEXT, comment_author="Ada", user_ip="203.0.113.9").headers[
        "x-akismet-guid"
    ]
    through_form = service.api("GET", f"/v1/comments/{guid}").json()["decisions"][0]["scores"]
    assert through_form == answered["scores"]


def test_4_the_policy_decides_and_no_score_means_hold(model):
    """The same comment, scores, history and policy give the same decision; without scores it is never accept."""
    reading, policy = read(Comment(text=TEXT)), Policy().with_defaults(model.lines)
    scores = model.score(reading)
    assert decide(reading, scores, History(), policy, 1.0) == decide(reading, scores, History(), policy, 1.0)
    assert decide(reading, None, History(), policy, 1.0).verdict is Verdict.HOLD


def test_5_the_answer_leaves_after_comment_and_decision_are_on_disk(service):
    """Whoever has the answer finds both in the database, with another connection."""
    made = service.api("POST", "/v1/comments", {"text": TEXT}).json()
    engine = open_engine(service.database_url)
    with engine.connect() as connection:
        found = queries.get_comment(connection, 1, made["id"])
    engine.dispose()
    assert found is not None
    assert (found.comment.text, found.decision.verdict, found.decision.rule) == (TEXT, made["verdict"], made["rule"])


def test_6_a_humans_word_is_a_label_and_a_decision(service):
    """The former decision stays; the new one names its source."""
    made = service.api("POST", "/v1/comments", {"text": TEXT}).json()
    service.api("POST", f"/v1/comments/{made['id']}/feedback", {"label": "spam", "by": "ana"})
    found = service.api("GET", f"/v1/comments/{made['id']}").json()
    assert found["verdict"] == "reject"
    assert [decision["source"] for decision in found["decisions"]] == [made["source"], "moderator"]
    assert [(label["label"], label["by"]) for label in found["labels"]] == [("spam", "ana")]


def test_9_a_refused_model_leaves_the_old_one_and_none_holds_everything(service, tmp_path):
    """Damage to the model's folder changes no verdict; a start without a model accepts nothing."""
    version = service.ask("GET", "/version").json()["model"]
    with (tmp_path / "model" / "weights.bin").open("r+b") as file:
        file.write(b"no model at all")
    time.sleep(1.5)  # the service looks at the folder every second
    assert service.ask("GET", "/version").json()["model"] == version
    shutil.rmtree(tmp_path / "model")
    with serving(tmp_path / "other", model_dir=tmp_path / "model") as bare:
        answered = bare.api("POST", "/v1/comments", {"text": "Thank you, that helped."}).json()
        assert (answered["verdict"], answered["rule"], answered["scores"]) == ("hold", "no_score", None)
        assert bare.ask("GET", "/readyz").status == 503
