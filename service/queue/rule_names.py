"""What decides, why items wait and what they are rejected for, as people say it."""

from __future__ import annotations

from service.queue.languages import N_

RULE_NAMES = {
    "test_value": N_("Documented test values"),
    "site_staff": N_("Written by the site's administrator"),
    "allow_list": N_("Allow list"),
    "block_list": N_("Block list"),
    "no_score": N_("No score"),
    "score_rejects": N_("Score above the reject line"),
    "hold_list": N_("Hold list"),
    "flood": N_("Too many at once"),
    "honeypot": N_("Hidden field filled in"),
    "unseen_text": N_("Nothing to be seen"),
    "link_limit": N_("Too many links"),
    "first_time_author": N_("First comment"),
    "score_holds": N_("The model is in doubt"),
    "below_lines": N_("Nothing speaks against it"),
    "failure": N_("A rule failed"),
    "audit": N_("Audit sample"),
    "reported": N_("Reported by a reader"),
}
"""What decided, or why items wait, as people say it."""

USUAL_REASONS = (N_("Advertising"), N_("Fraud"), N_("Insult"), N_("Hate"), N_("Threat"), N_("Sexual"))
"""What sites reject for unless they say otherwise: here to be translated."""
