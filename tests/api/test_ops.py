"""What those who run it look at."""

from __future__ import annotations

from pathlib import Path

from service import __version__
from tests.classifier.given import a_folder
from tests.serving import Service, serving


def test_health_readiness_and_version(service: Service) -> None:
    """A working service is alive, ready, and tells its versions."""
    assert service.ask("GET", "/healthz").json() == {"status": "ok"}
    assert service.ask("GET", "/readyz").json() == {"status": "ready", "reasons": []}
    assert service.ask("GET", "/version").json() == {"version": __version__, "model": "2026.1-test"}


def test_without_a_model_it_holds_and_says_so(tmp_path: Path) -> None:
    """No model: not ready with the reason, and every comment is held; one that appears is taken up without a restart."""
    with serving(tmp_path, model_dir=tmp_path / "model") as service:
        ready = service.ask("GET", "/readyz")
        assert (ready.status, "No model is loaded" in ready.json()["reasons"][0]) == (503, True)
        assert service.api("POST", "/v1/comments", {"text": "Hello."}).json()["rule"] == "no_score"
        a_folder(tmp_path)
        service.until(lambda: service.ask("GET", "/readyz").status == 200)
        assert service.api("POST", "/v1/comments", {"text": "Hello."}).json()["model"] == "2026.1-test"


def test_metrics_count_decisions(service: Service) -> None:
    """Decisions are counted by door, verdict and source."""
    service.form("/1.1/comment-check", comment_author="viagra-test-123")
    text = service.ask("GET", "/metrics").body.decode()
    assert 'winnow_decisions_total{door="akismet",source="rule",verdict="reject"}' in text
    assert 'winnow_decision_seconds_bucket{le="+Inf"}' in text


def test_metrics_are_for_this_machine_or_a_token(service: Service, tmp_path: Path) -> None:
    """Without a token only this machine reads them, not who comes through a proxy; with one, only who has it."""
    assert service.ask("GET", "/metrics", X_Forwarded_For="198.51.100.1").status == 403
    with serving(tmp_path, metrics_token="a token of some length") as guarded:
        assert guarded.ask("GET", "/metrics").status == 401
        assert guarded.ask("GET", "/metrics", Authorization="Bearer a token of some length").status == 200


def test_pages_come_with_strict_headers(service: Service) -> None:
    """The docs page is made here: no script, nothing from elsewhere, and the headers say so."""
    page = service.ask("GET", "/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert b"<script" not in page.body
    assert b"POST</code> <code>/v1/comments/batch" in page.body
    assert service.ask("GET", "/docs/style.css").headers["content-type"].startswith("text/css")
    assert "access-control-allow-origin" not in service.ask("GET", "/openapi.json", Origin="http://evil.example").headers
