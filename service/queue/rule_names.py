"""Why items wait and what they are rejected for, as people say it."""

from __future__ import annotations

from service.queue.languages import N_

RULE_NAMES = {
    "audit": N_("Audit sample"),
    "reported": N_("Reported by a reader"),
    "score_holds": N_("The model is in doubt"),
    "score_rejects": N_("High score, trusted author"),
    "no_score": N_("No score"),
    "hold_list": N_("Hold list"),
    "flood": N_("Too many at once"),
    "honeypot": N_("Hidden field filled in"),
    "link_limit": N_("Too many links"),
    "first_time_author": N_("First comment"),
    "failure": N_("A rule failed"),
}
"""Why items wait, as people say it."""

USUAL_REASONS = (N_("Advertising"), N_("Fraud"), N_("Insult"), N_("Hate"), N_("Threat"), N_("Sexual"))
"""What sites reject for unless they say otherwise: here to be translated."""
