"""What the matrix visits: for each route an address, and a form that would do something there.

Names in braces come from the world of `test_matrix.py`: everything in it belongs to the site `blog`.
"""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, dict[str, str]]] = {
    "GET /": ("/", {}),
    "GET /static/{digest}/{name}": ("/static/x/winnow.css", {}),
    # Signing in and out.
    "GET /sign-in": ("/sign-in", {}),
    "POST /sign-in": ("/sign-in", {"email": "nobody@example.org", "password": "not the right one"}),
    "GET /sign-in/code": ("/sign-in/code", {}),
    "POST /sign-in/code": ("/sign-in/code", {"code": "000000"}),
    "GET /sign-in/oidc": ("/sign-in/oidc", {}),
    "GET /sign-in/oidc/back": ("/sign-in/oidc/back", {}),
    "POST /sign-out": ("/sign-out", {}),
    "POST /sign-out/everywhere": ("/sign-out/everywhere", {}),
    "GET /welcome/{token}": ("/welcome/{link}", {}),
    "POST /welcome/{token}": ("/welcome/{link}", {"password": "short"}),
    # One's own account.
    "GET /account": ("/account", {}),
    "POST /account/name": ("/account/name", {"name": "Someone else", "email": "else@example.org"}),
    "POST /account/password": ("/account/password", {"password": "short"}),
    "POST /account/settings": ("/account/settings", {"theme": "dark"}),
    "POST /account/sessions": ("/account/sessions", {"session": "{session}"}),
    "GET /account/totp": ("/account/totp", {}),
    "POST /account/totp": ("/account/totp", {"code": "000000"}),
    "POST /account/totp/stop": ("/account/totp/stop", {}),
    "POST /account/recovery": ("/account/recovery", {}),
    "GET /keys": ("/keys", {}),
    "POST /keys": ("/keys", {"on": "1"}),
    # People.
    "GET /people": ("/people", {}),
    "POST /people/invite": ("/people/invite", {"site": "{blog}", "role": "viewer"}),
    "POST /people/withdraw": ("/people/withdraw", {"invitation": "{invitation}"}),
    "POST /people/{person:int}/role": ("/people/{member}/role", {"site": "{blog}", "role": "viewer"}),
    "POST /people/{person:int}/reset": ("/people/{member}/reset", {}),
    "POST /people/{person:int}/totp": ("/people/{member}/totp", {}),
    "POST /people/{person:int}/access": ("/people/{member}/access", {"disable": "1"}),
    # The queue.
    "GET /queue": ("/queue", {}),
    "GET /comments/{comment}": ("/comments/{comment}", {}),
    "GET /comments/{comment}/thread": ("/comments/{comment}/thread", {}),
    "GET /comments/{comment}/similar": ("/comments/{comment}/similar", {}),
    "POST /comments/{comment}/notes": ("/comments/{comment}/notes", {"text": "A note.", "about": "author"}),
    "POST /comments/{comment}/notes/{note:int}/remove": ("/comments/{comment}/notes/{note}/remove", {}),
    "GET /queue/live": ("/queue/live?ids={comment}-1&since=0", {}),
    "GET /queue/many": ("/queue/many?by=author&comment={comment}", {}),
    "POST /queue/act": ("/queue/act", {"item": "{comment}.1", "verdict": "hold"}),
    "POST /queue/undo": ("/queue/undo?at=1.0", {}),
    "POST /queue/claim/{comment}": ("/queue/claim/{comment}", {}),
    # The model.
    "GET /model": ("/model?site={blog}", {}),
    "GET /model/{site:int}/changed": ("/model/{blog}/changed?hold=0.5&reject=0.6", {}),
    "POST /model/{site:int}/lines": (
        "/model/{blog}/lines",
        {"head": "spam", "hold": "0.5", "reject": "0.9", "do": "save", "version": "1"},
    ),
    "POST /model/{site:int}/rollback": ("/model/{blog}/rollback", {"version": "0", "head": "spam"}),
    "GET /model/{site:int}/labels": ("/model/{blog}/labels", {}),
    "POST /model/{site:int}/labels": ("/model/{blog}/labels", {"comment": "{comment}", "label": "spam"}),
    # The rules.
    "GET /rules": ("/rules?site={blog}", {}),
    "GET /rules/{site:int}/history": ("/rules/{blog}/history", {}),
    "GET /rules/{site:int}/export": ("/rules/{blog}/export", {}),
    "GET /rules/{site:int}/rule": ("/rules/{blog}/rule", {}),
    "POST /rules/{site:int}/rule": ("/rules/{blog}/rule", {"name": "One", "verdict": "hold", "words": "casino", "on": "1"}),
    "GET /rules/{site:int}/lists": ("/rules/{blog}/lists", {}),
    "POST /rules/{site:int}/lists": ("/rules/{blog}/lists", {"max_links": "0"}),
    "GET /rules/{site:int}/import": ("/rules/{blog}/import", {}),
    "POST /rules/{site:int}/import": ("/rules/{blog}/import", {"yaml": "max_links: 0"}),
    "GET /rules/{site:int}/draft": ("/rules/{blog}/draft", {}),
    "POST /rules/{site:int}/draft": ("/rules/{blog}/draft", {"do": "save", "version": "1"}),
    "POST /rules/{site:int}/change": ("/rules/{blog}/change", {"rule": "One", "do": "remove", "version": "1"}),
    "POST /rules/{site:int}/back": ("/rules/{blog}/back", {"version": "0", "of": "1"}),
    # The audit log.
    "GET /audit": ("/audit", {}),
    "POST /audit/export": ("/audit/export", {}),
    "POST /audit/verify": ("/audit/verify", {}),
    # Statistics.
    "GET /stats": ("/stats", {}),
    "GET /stats/export": ("/stats/export?table=days", {}),
    # A comment in full, an author, the search.
    "POST /comments/act": ("/comments/act", {"item": "{comment}.0", "verdict": "hold"}),
    "POST /comments/undo": ("/comments/undo?at=1.0", {}),
    "POST /comments/{comment}/list": ("/comments/{comment}/list", {"target": "ips:203.0.113.0/24"}),
    "POST /comments/{comment}/erase": ("/comments/{doomed}/erase", {"sure": "1"}),
    "POST /comments/{comment}/export": ("/comments/{comment}/export", {}),
    "GET /authors/{author}": ("/authors/{author}", {}),
    "POST /authors/{author}/notes": ("/authors/{author}/notes", {"text": "noted"}),
    "POST /authors/{author}/trust": ("/authors/{author}/trust", {"level": "block"}),
    "POST /authors/{author}/erase": ("/authors/{author}/erase", {}),  # it would be gone for who comes next
    "POST /authors/{author}/export": ("/authors/{author}/export", {}),
    "GET /search": ("/search", {}),
    "POST /search/export": ("/search/export", {"q": "", "form": "jsonl"}),
    "POST /search/saved": ("/search/saved", {"q": "verdict:hold", "name": "held"}),
}
