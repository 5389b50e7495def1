"""Nouns for the store's tests: a comment, a submission, the policy's decision."""

from __future__ import annotations

from service.domain import Comment, Decision, History, Reading, Scores, Site
from service.policy import Policy, decide
from service.store.batch import Submission
from service.store.ids import Digests, new_id

NOON = 1_790_000_000.0
DIGESTS = Digests(b"the secret of these tests")
POLICY = Policy(audit=0.0).with_defaults({})


def comment(text: str = "A good read.", **fields) -> Comment:
    """What a reader wrote under the first article."""
    known = {"author": "Ana", "author_email": "ana@example.org", "user_ip": "203.0.113.7", "article_id": "1"}
    return Comment(text=text, **(known | fields))


def submission(site: Site, said: Comment | None = None, at: float = NOON, *, spam: float = 0.1, policy=POLICY, **more):
    """The comment on its way to the writer, scored."""
    said = said or comment()
    reading = Reading(said, said.text, "", ())
    return Submission(site, reading, Scores(spam, 0.05, "m1"), policy, at, new_id(at), **more)


def decided(each: Submission[Policy], history: History) -> Decision:
    """What the service's rules say."""
    return decide(each.reading, each.scores, history, each.policy, each.at)
