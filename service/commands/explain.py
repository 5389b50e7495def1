"""``winnow explain``: why a comment gets its verdict, to the last part of its scores."""

from __future__ import annotations

import sys
import time
from typing import Annotated, Any, NamedTuple

import typer
from msgspec import structs

from service import policy as rules
from service.classifier.explain import Account
from service.commands.installation import load_model, load_settings, policy_for, print_json
from service.domain import HEADS, Comment, Decision, Head, History, Reading, Scores
from service.policy import Policy
from service.text.reading import read
from service.text.signals import SIGNALS

app = typer.Typer(add_completion=False)


class Explained(NamedTuple):
    """Everything that led to a decision."""

    reading: Reading
    scores: Scores
    decision: Decision
    policy: Policy
    accounts: dict[Head, Account]


@app.command()
def explain(  # noqa: PLR0913, PLR0917 # a comment has many fields
    text: Annotated[str, typer.Argument(help="The comment; - reads it from standard input.")],
    author: str = "",
    author_email: str = "",
    author_url: str = "",
    user_ip: str = "",
    user_agent: str = "",
    permalink: str = "",
    site: Annotated[str | None, typer.Option(help="Judge by this site's policy; else by a new site's.")] = None,
    top: Annotated[int, typer.Option(min=1, help="So many clues of each head.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program, with every clue.")] = False,
) -> None:
    """Say what verdict a comment gets and why: the rule, the scores, and what each word, author field and signal adds to them.

    Weights are log-odds: above 0 they speak for spam or abuse. Base and clues add up to the logit; the score is 1/(1+exp(-logit)).
    """
    config = load_settings()
    model = load_model(config)
    policy = policy_for(config, model, site)
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    comment = Comment(
        text=text,
        author=author,
        author_email=author_email,
        author_url=author_url,
        user_ip=user_ip,
        user_agent=user_agent,
        permalink=permalink,
    )
    reading = read(comment)
    scores = model.score(reading)
    decision = rules.decide(reading, scores, History(), policy, time.time())
    explained = Explained(reading, scores, decision, policy, model.account(reading))
    if as_json:
        print_json(_record(explained))
    else:
        typer.echo("\n".join(_page(explained, top)))


def _record(explained: Explained) -> dict[str, Any]:
    reading, scores, decision, policy, accounts = explained
    return {
        "verdict": decision.verdict,
        "rule": decision.rule,
        "reasons": decision.reasons,
        "scores": scores,
        "normalised": reading.normalised,
        "signals": {spec.name: value for spec, value in zip(SIGNALS, reading.signals, strict=True)},
        "heads": {head: {"lines": policy.lines(head), **structs.asdict(accounts[head])} for head in HEADS},
    }


def _page(explained: Explained, top: int) -> list[str]:
    reading, scores, decision, policy, accounts = explained
    lines = [
        f"{decision.verdict.value}: {'; '.join(decision.reasons)} (rule {decision.rule})",
        f"model {scores.model}",
        f"read as: {reading.normalised}",
    ]
    for head in HEADS:
        own = policy.lines(head)
        reject = f"reject at {own.reject_at:.3f}" if own.reject_at <= 1 else "never reject by score"
        lines += ["", f"{head} {scores.of(head):.4f} (hold at {own.hold_at:.3f}, {reject})"]
        lines += _sum(accounts[head], top, len(reading.normalised))
    return lines


def _sum(account: Account, top: int, length: int) -> list[str]:
    """Lay one head's logit out as a sum: every line is a part of it."""
    shown, rest = account.clues[:top], account.clues[top:]
    lines = [f"  {account.base:+8.3f}  base"]
    lines += [f"  {clue.weight:+8.3f}  {clue.kind}  {clue.name}" for clue in shown]
    if rest:
        lines.append(f"  {sum(clue.weight for clue in rest):+8.3f}  {len(rest)} smaller clues")
    lines.append(f"  {account.logit:+8.3f}  logit")
    if (account.start, account.end) != (0, length):
        lines.append(f"  decided by characters {account.start} to {account.end} of the text as read")
    return lines
