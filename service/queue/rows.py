"""The rows of the queue. A page has fifty of them: filled in here that takes a third of the time that a template takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from service.queue import frame, languages
from service.queue.figures import level, share, when
from service.queue.rule_names import RULE_NAMES

if TYPE_CHECKING:
    from markupsafe import Markup

    from service.queue.view import View
    from service.queue.visit import Visit
    from service.store.queue import Item


class _Same(Struct, frozen=True):
    """What all rows of a page have in common; all of it but ``names`` may stand in HTML as it is."""

    address: str
    current: str
    select: str
    nobody: str
    linked: str
    hidden: str
    person: str
    me: int
    now: float
    names: Mapping[int, str]


def listed(
    items: Sequence[Item], view: View, current: str, visit: Visit, names: Mapping[int, str], articles: Mapping[int, str]
) -> Markup:
    """Write the rows; by article each begins with its name."""
    from markupsafe import Markup  # noqa: PLC0415 # comes with the templates

    same, written, before = _same(view, current, visit, names), [], None
    for item in items:
        if view.sort == "article" and (before is None or before.group != item.group):
            name = articles.get(-item.group, item.article or languages.gettext("No article"))
            written.append(f'<li class="heading">{_text(frame.brief(name, 90))}</li>')
        written.append(_row(item, same))
        before = item
    return Markup("".join(written))  # noqa: S704 # whatever is not ours was escaped


def _same(view: View, current: str, visit: Visit, names: Mapping[int, str]) -> _Same:
    query = view.query(after=view.chosen["after"])
    return _Same(
        address=_text("?" + (query + "&" if query else "") + "at="),
        current=current,
        select=_text(languages.gettext("Select")),
        nobody=_text(languages.gettext("No name")),
        linked=_text(languages.gettext("has links")),
        hidden=" blurred" if visit.preferences.blur or visit.preferences.veil else "",
        person=str(frame.icon("person")),
        me=visit.person.id,
        now=visit.at,
        names=names if len(names) > 1 else {},
    )


def _row(item: Item, same: _Same) -> str:
    marked, risk = ' aria-current="true"' if item.id == same.current else "", item.risk
    known, text = frame.record(item.accepted, item.rejected), frame.excerpt(item.text, 150, 200)
    return (
        f'<li class="item" id="r-{item.id}"><input type="checkbox" name="item" value="{item.id}.{item.version}"'
        f' aria-label="{same.select}">\n<a href="{same.address}{item.id[:16]}"{marked}><span class="who">'
        f"<bdi>{_text(item.author) or same.nobody}</bdi> <small>{_text(known)}</small>"
        f'<span class="risk {level(risk)}">{_text(share(risk)) if item.rule != "no_score" else "?"}</span></span>'
        f'<span class="said-so{same.hidden}" dir="auto">{_text(text)}</span><span class="facts">{"".join(_facts(item, same))}'
        f"{_text(item.lang)} <span>{_text(when(item.opened_at, same.now))}</span></span></a></li>\n"
    )


def _facts(item: Item, same: _Same) -> Iterator[str]:
    claimed = item.claimed_by and item.claimed_until > same.now and item.claimed_by != same.me
    yield f'<i><span class="tag claim">{same.person}<bdi>{_text(item.claimer)}</bdi></span></i>' if claimed else "<i></i>"
    if item.alike > 1:
        alike = languages.ngettext("×%(num)s", "×%(num)s", item.alike)
        yield f'<span class="tag alike">{_counted(alike, item.alike)}</span>'
    if item.why == "audit" or (item.why == "reported" and not item.reports):
        yield f'<span class="tag why">{_text(languages.gettext(RULE_NAMES[item.why]))}</span>'
    if item.tag:
        yield f'<bdi class="tag">{_text(item.tag)}</bdi>'
    if item.linked:
        yield f'<span class="tag">{same.linked}</span>'
    if item.reports:
        reports = languages.ngettext("%(num)s report", "%(num)s reports", item.reports)
        yield f'<span class="tag why">{_counted(reports, item.reports)}</span>'
    if same.names:
        yield f"<bdi>{_text(same.names[item.site_id])}</bdi>"


def _counted(said: str, count: int) -> str:
    return _text(said % {"num": count})


def _text(text: str | None) -> str:
    """Write a text so that it is text in HTML, also within quotes."""
    return "" if text is None else escape(text)
