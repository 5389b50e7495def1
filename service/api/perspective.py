"""``/v1alpha1``: the part of the Perspective API that comment systems use, for those that must leave it.

``comments:analyze`` scores and stores nothing, whether asked to store or not; ``comments:suggestscore`` takes a moderator's word as
a label. Only attributes are known that a head of the model stands for; another one is refused by name instead of guessed.
Request and answer as in the published reference (developers.perspectiveapi.com); errors in the shape of Google's APIs.
"""

from __future__ import annotations

import re
import time
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from service.api import auth, strict
from service.api.limits import MAX_CHARACTERS, RateLimit
from service.api.problems import Problem
from service.domain import Comment, Head, Label, Scores
from service.moderation import Access, Moderation, Overloaded, Unavailable, Word

ATTRIBUTES: dict[str, Head] = {"TOXICITY": "abuse", "SPAM": "spam"}
"""What is asked for, and the head that answers."""

_LABELS: dict[Head, Label] = {"abuse": Label.ABUSE, "spam": Label.SPAM}
_TRUST = 0.7
"""Weight of a label that comes with nothing but a site's key, against 1 for a known moderator's."""

_MOST_SENTENCES = 100
_FEEDBACK_A_MINUTE = 600
_STATUS = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+|\n|$)\s*")

router = APIRouter(include_in_schema=False)
_limit = RateLimit(_FEEDBACK_A_MINUTE)


class Refused(Exception):
    """An answer other than success, in Google's shape."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    def response(self) -> JSONResponse:
        """Give it as a response."""
        headers = {"Retry-After": "5"} if self.code in {429, 503} else None
        error = {"code": self.code, "message": str(self), "status": _STATUS[self.code]}
        return JSONResponse({"error": error}, self.code, headers)


@router.post("/v1alpha1/comments:analyze")
async def analyze(request: Request) -> Response:
    """Score a text."""
    try:
        _, asked = await _asked(request, "check")
        return JSONResponse(_scored(request.app.state.moderation, asked))
    except Refused as error:
        return error.response()


@router.post("/v1alpha1/comments:suggestscore")
async def suggest(request: Request) -> Response:
    """Take a moderator's word on a text."""
    try:
        access, asked = await _asked(request, "feedback")
        _check_rate(access)
        await _learn(request, access, asked)
        return JSONResponse(_echo(asked))
    except Refused as error:
        return error.response()
    except (Overloaded, Unavailable):
        return Refused(503, "Nothing could be stored. Try again.").response()


def _check_rate(access: Access) -> None:
    if wait := _limit.wait(access.key_id):
        raise Refused(429, f"Too many suggestions; try again in {wait:.0f} s.")


async def _asked(request: Request, scope: str) -> tuple[Access, dict[str, Any]]:
    """Give whom a request speaks for and its body. Raises Refused."""
    key = request.query_params.get("key", "") or request.headers.get("x-goog-api-key", "")
    access = request.app.state.moderation.access(key[: auth.LONGEST_KEY])
    if access is None:
        raise Refused(400, "API key not valid. Please pass a valid API key.")
    if not auth.may(access, scope):
        raise Refused(403, f"The key may not do this; it lacks the scope {scope}.")
    try:
        body = strict.read(await request.body())
    except Problem as error:
        raise Refused(400, str(error.detail)) from None
    if not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object.")
    return access, body


def _text(asked: dict[str, Any]) -> str:
    comment = asked.get("comment")
    text = comment.get("text") if isinstance(comment, dict) else None
    if not isinstance(text, str) or not text:
        raise Refused(400, "comment.text must not be empty.")
    if len(text) > MAX_CHARACTERS["text"]:
        raise Refused(400, f"comment.text is longer than {MAX_CHARACTERS['text']:,} characters.")
    return text


def _attributes(asked: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """Give the attributes of a request, each with what is said of it. Raises Refused for those that no head stands for."""
    given = asked.get(name)
    if not isinstance(given, dict) or not given:
        raise Refused(400, f"{name} must name at least one attribute.")
    unknown = sorted(each[:40] for each in given if each not in ATTRIBUTES)
    if unknown:
        known = " and ".join(ATTRIBUTES)
        raise Refused(400, f"There is no model for the attributes {', '.join(unknown[:10])}; there is one for {known}.")
    return {attribute: said if isinstance(said, dict) else {} for attribute, said in given.items()}


def _languages(asked: dict[str, Any]) -> list[str]:
    given = asked.get("languages")
    return [each[:35] for each in given[:10] if isinstance(each, str)] if isinstance(given, list) else []


def _echo(asked: dict[str, Any]) -> dict[str, Any]:
    """Give back what the client recognises its request by, and the languages it named; there is no model to detect them."""
    token, languages = asked.get("clientToken"), _languages(asked)
    answer: dict[str, Any] = {"languages": languages} if languages else {}
    return answer | {"clientToken": token[:1000]} if isinstance(token, str) else answer


def _scored(moderation: Moderation, asked: dict[str, Any]) -> dict[str, Any]:
    text, wanted, languages = _text(asked), _attributes(asked, "requestedAttributes"), _languages(asked)
    lang = ", ".join(languages)[: MAX_CHARACTERS["lang"]]
    whole = _scores(moderation, text, lang)
    parts = [(0, len(text), whole)]
    if asked.get("spanAnnotations") is True:
        parts = [(begin, end, _scores(moderation, text[begin:end], lang)) for begin, end in _sentences(text)]
    answer = {}
    for attribute, said in wanted.items():
        head, least = ATTRIBUTES[attribute], said.get("scoreThreshold", 0)
        if said.get("scoreType", "PROBABILITY") not in {"PROBABILITY", "SCORE_TYPE_UNSPECIFIED"}:
            raise Refused(400, f"The score type of {attribute} must be PROBABILITY.")
        if not isinstance(least, int | float) or whole.of(head) >= least:
            answer[attribute] = _attribute(head, whole, parts)
    return {"attributeScores": answer} | _echo(asked)


def _attribute(head: Head, whole: Scores, parts: list[tuple[int, int, Scores]]) -> dict[str, Any]:
    spans = [{"begin": begin, "end": end, "score": _value(part.of(head))} for begin, end, part in parts]
    return {"spanScores": spans, "summaryScore": _value(whole.of(head))}


def _value(score: float) -> dict[str, Any]:
    return {"value": score, "type": "PROBABILITY"}


def _scores(moderation: Moderation, text: str, lang: str) -> Scores:
    """Score by the model in use. Raises Refused when there is none: a made-up score would be worse."""
    scores = moderation.score(Comment(text=text, lang=lang, door="perspective"))
    if scores is None:
        raise Refused(503, "The text could not be scored.")
    return scores


def _sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text into its sentences, without gaps; the last of very many takes the rest."""
    cuts = [found.end() for found in _SENTENCE.finditer(text) if found.group().strip()][: _MOST_SENTENCES - 1]
    ends = [*cuts, len(text)] if not cuts or cuts[-1] < len(text) else cuts
    return list(zip([0, *ends[:-1]], ends, strict=True))


async def _learn(request: Request, access: Access, asked: dict[str, Any]) -> None:
    """Store the label that the suggested scores say on the comment that the client means; none for a score of 0.5."""
    text = _text(asked)
    said = {ATTRIBUTES[name]: _suggested(each, name) for name, each in _attributes(asked, "attributeScores").items()}
    head = max(said, key=lambda each: said[each])
    sure = abs(2 * said[head] - 1)
    if sure == 0 or asked.get("doNotStore") is True:
        return
    label = _LABELS[head] if said[head] > 0.5 else Label.HAM
    by = asked.get("communityId")
    hand = f"perspective:{by[:100]}" if isinstance(by, str) and by else "perspective"
    comment = Comment(text=text, external_id=_named(asked), lang=", ".join(_languages(asked))[:64], door="perspective")
    word = Word(label, hand, _TRUST * sure, time.time(), tell_site=False)
    moderation: Moderation = request.app.state.moderation
    if comment.external_id:
        stored = await moderation.check(access.site, comment, word.at)  # the same id and text is the comment of then
        await moderation.feedback(access.site, stored.id, word)
    else:
        await moderation.feedback_on(access.site, comment, word)
    request.app.state.meters.labelled("perspective", label.value)


def _suggested(said: dict[str, Any], name: str) -> float:
    summary = said.get("summaryScore")
    value = summary.get("value", 0) if isinstance(summary, dict) else None  # a zero may be left out
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Refused(400, f"attributeScores.{name}.summaryScore.value must be a number between 0 and 1.")
    return float(value)


def _named(asked: dict[str, Any]) -> str:
    """Give the site's own id of the comment, as Coral tells it: ``comment:<id>``."""
    token = asked.get("clientToken")
    if isinstance(token, str) and token.startswith("comment:"):
        return token.removeprefix("comment:")[: MAX_CHARACTERS["external_id"]]
    return ""
