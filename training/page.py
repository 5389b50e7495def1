"""The report as one HTML page that needs nothing else: readable by a moderator's boss, on a phone too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from service.domain import HEADS, Verdict
from training.charts import draw
from training.measures import better_when_higher
from training.promote import FOLDS
from training.report import Example, Kind, Report, Term
from training.trial import Compared, Interval, Slice

WORDS = {Verdict.ACCEPT: "accepted", Verdict.HOLD: "held", Verdict.REJECT: "rejected"}
TITLES = {
    "coverage": "decided without a human",
    "bad among accepted (e_A)": "spam or abuse among the accepted",
    "ham among rejected (e_R)": "honest ones among the rejected",
    "ham rejected": "honest comments that are rejected",
}
"""What the tiles call a measure, for readers who do not know the field's names."""
_SHARES = ("recall", "OC-accuracy", "review", "coverage", "bad among", "ham ")


def render(report: Report) -> str:
    """Give the page as HTML text."""
    trial = report.trial
    style = files("training").joinpath("report.css").read_text("utf-8")
    made = escape(report.created[:16].replace("T", " "))
    parts = [
        f"<h1>{escape(trial.challenger)} against {escape(trial.champion)}</h1>",
        f'<p class="lead">{_labels(report)}. Made {made} UTC.</p>',
        _answer(report),
        _section("What a reader and a moderator would notice", _tiles(trial.measures)),
        _section("Verdicts", _shares(report)),
        _section("What would change", "".join(map(_kind, report.changes)) or "<p>No verdict would change.</p>"),
        _section(
            "Curves",
            _legend() + '<div class="charts">' + "".join(_figure(chart.title, draw(chart)) for chart in report.charts) + "</div>",
        ),
        _section("Where it is worst", _slices(trial.slices)),
        _section("All measures", _measures(trial.measures, trial.chance_wrong, trial.chance_log_loss)),
        _section("What moves the challenger most", _terms(report.terms)),
    ]
    title = f"Winnow: {escape(trial.challenger)} against {escape(trial.champion)}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    body = f"<body><main>{''.join(parts)}</main></body>"
    return f'<!doctype html><html lang="en"><head>{head}<style>{style}</style></head>{body}</html>\n'


def _labels(report: Report) -> str:
    """Say what was judged, and by whom."""
    seen, judges = " that the challenger has not seen", ""
    if report.measured_by == FOLDS:
        seen, judges = "", ", for the challenger by layers like it that have not seen what they judge"
    bad = f"{report.trial.bad:,} of them spam or abuse"
    return f"{report.trial.rows:,} labelled comments{seen}, {bad}, judged by both models through the same rules{judges}"


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _answer(report: Report) -> str:
    if not report.reasons:
        said = "<b>Nothing speaks against promoting it.</b> No guarded slice is worse beyond its interval."
        return f'<div class="answer yes">{said}</div>'
    listed = "".join(f"<li>{escape(reason.what)}</li>" for reason in report.reasons)
    return f'<div class="answer no"><b>It should not be promoted.</b><ul>{listed}</ul></div>'


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name.startswith(_SHARES):
        return f"{value:.1%}" if value >= 0.1 or value == 0 else f"{value:.2%}"
    return f"{value:,.1f}" if "1,000" in name else f"{value:.3f}"


def _change(compared: Compared) -> str:
    """Say how much better or worse, in words only where the interval leaves out zero."""
    found = compared.difference
    if found.value is None or found.low is None or found.high is None:
        return '<span class="same">not measurable</span>'
    if found.low <= 0 <= found.high:
        return '<span class="same">no clear difference</span>'
    better = (found.value > 0) == better_when_higher(compared.name)
    kind, word = ("better", "better") if better else ("worse", "worse")
    return f'<span class="{kind}">{word} by {_number(compared.name, abs(found.value))}</span>'


def _tiles(measures: Sequence[Compared]) -> str:
    shown = [compared for compared in measures if compared.of == "verdicts"]
    return f'<div class="tiles">{"".join(map(_tile, shown))}</div>'


def _tile(each: Compared) -> str:
    title, now = escape(TITLES.get(each.name, each.name)), _number(each.name, each.challenger.value)
    before = f"{_number(each.name, each.champion.value)} before"
    return f"<div class=tile><h3>{title}</h3><p class=big>{now}</p><p>{before} · {_change(each)}</p></div>"


def _shares(report: Report) -> str:
    rows = []
    for name, shares in report.shares.items():
        said = ", ".join(f"{shares[verdict]:.1%} {WORDS[verdict]}" for verdict in Verdict)
        keys = " ".join(f'<i class="dot {verdict}"></i>{shares[verdict]:.1%} {WORDS[verdict]}' for verdict in Verdict)
        bars = "".join(f'<i class="{verdict}" style="width:{100 * shares[verdict]:.2f}%"></i>' for verdict in Verdict)
        bar = f'<div class="bar" role="img" aria-label="{said}">{bars}</div>'
        rows.append(f'<div class="share"><b>{escape(name)}</b>{bar}<p>{keys}</p></div>')
    return "".join(rows)


def _kind(kind: Kind) -> str:
    title = f"{WORDS[kind.was]} → {WORDS[kind.would_be]}"
    count = f"{kind.rows:,} comments, {kind.share:.2%} of all; labelled ham {kind.ham:,}, spam or abuse {kind.bad:,}"
    shown = f" ({len(kind.examples)} shown, those that moved most first)" if len(kind.examples) < kind.rows else ""
    listed = "".join(map(_example, kind.examples))
    summary = f"<summary><b>{title}</b> <span>{count}</span></summary>"
    return f"<details>{summary}<p class=note>{shown}</p><ol class=examples>{listed}</ol></details>"


def _example(example: Example) -> str:
    facts = f"{escape(example.source)} · score {example.champion:.3f} → {example.challenger:.3f}"
    label = f'<span class="label {escape(example.label)}">{escape(example.label)}</span>'
    return f"<li>{label} <span class=facts>{facts}</span><q dir=auto>{escape(example.text)}</q></li>"


def _legend() -> str:
    return '<p class="legend"><span class="key champion"></span> champion <span class="key challenger"></span> challenger</p>'


def _figure(title: str, drawing: str) -> str:
    return f"<figure><figcaption>{escape(title)}</figcaption>{drawing}</figure>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th scope=col>{name}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f'<td data-name="{name}"><span>{cell}</span></td>' for name, cell in zip(head, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _interval(name: str, found: Interval) -> str:
    if found.value is None:
        return "–"
    return f"{_number(name, found.value)} <small>{_number(name, found.low)} to {_number(name, found.high)}</small>"


def _slices(slices: Sequence[Slice]) -> str:
    note = "<p class=note>Wrong verdicts of 1,000: bad ones accepted and ham rejected. Worst first; intervals are 95 %.</p>"
    rows = [
        (
            f"{escape(part.column)} <b>{escape(part.value)}</b>",
            f"{part.rows:,}",
            _interval(part.wrong.name, part.wrong.challenger),
            _change(part.wrong),
            _interval(part.held.name, part.held.challenger),
            _number(part.roc_auc.name, part.roc_auc.challenger.value),
        )
        for part in slices
    ]
    return note + _table(("slice", "comments", "wrong of 1,000", "against the champion", "held of 1,000", "ROC-AUC"), rows)


def _measures(measures: Sequence[Compared], wrong: float, loss: float) -> str:
    rows = [
        (
            escape(each.name),
            escape(each.of),
            _interval(each.name, each.champion),
            _interval(each.name, each.challenger),
            _change(each),
        )
        for each in measures
    ]
    chances = f"p = {wrong:.4f} (wrong verdicts) and p = {loss:.4f} (log-loss)"
    said = f"If the two were interchangeable, so large a difference would come about by chance with {chances}"
    test = f"<p class=note>{said}; a paired sign-flip test, campaign by campaign.</p>"
    return test + _table(("measure", "of", "champion", "challenger", "difference"), rows)


def _terms(terms: Sequence[Term]) -> str:
    lists = []
    for head in HEADS:
        for sign, title in ((1, f"speaks for {head}"), (-1, f"speaks against {head}")):
            mine = [term for term in terms if term.head == head and term.weight * sign > 0]
            listed = "".join(
                f"<li><code dir=auto>{escape(t.name)}</code> <small>{t.kind}, {t.weight:+.2f} in {t.rows:,}</small></li>"
                for t in mine
            )
            lists.append(f"<div><h3>{title}</h3><ol>{listed}</ol></div>")
    return f'<div class="terms">{"".join(lists)}</div>'
