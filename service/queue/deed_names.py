"""What the audit log's page calls deeds, in the language that is spoken.

The log itself, and what is exported, keep the codes.
"""

from __future__ import annotations

from service.queue.languages import N_, gettext

KINDS = {
    "session": N_("Sign-ins"),
    "person": N_("People"),
    "comment": N_("Decisions"),
    "policy": N_("Policies and lines"),
    "rule": N_("Rules"),
    "key": N_("API keys"),
    "site": N_("Sites"),
    "audit": N_("Audit log"),
    "model": N_("Models"),
    "export": N_("Exports"),
    "erased": N_("Erasures"),
    "endpoint": N_("Webhooks"),
    "source": N_("Sources"),
    "delivery": N_("Deliveries"),
    "demo": N_("Demo site"),
}
"""Kinds of deeds, by how they begin."""

DEEDS = {
    "session.open": N_("Signed in"),
    "session.close": N_("Signed out"),
    "session.refused": N_("Sign-in refused"),
    "person.join": N_("Joined"),
    "person.invite": N_("Person invited"),
    "person.withdraw": N_("Invitation withdrawn"),
    "person.role": N_("Role changed"),
    "person.rename": N_("Name or e-mail changed"),
    "person.password": N_("Password changed"),
    "person.totp": N_("Second step changed"),
    "person.recovery": N_("Recovery codes made"),
    "person.reset": N_("Way back in made"),
    "person.subject": N_("Linked to the sign-in provider"),
    "person.enable": N_("Person let in again"),
    "person.disable": N_("Person shut out"),
    "comment.accept": N_("Comment accepted"),
    "comment.hold": N_("Comment held"),
    "comment.reject": N_("Comment rejected"),
    "comment.undo": N_("Decision undone"),
    "policy.set": N_("Policy changed"),
    "policy.list": N_("List changed"),
    "policy.lines": N_("Lines changed"),
    "policy.rollback": N_("Lines set back"),
    "policy.rules": N_("Rules changed"),
    "policy.back": N_("Rules set back"),
    "rules.shared": N_("Rules of all sites changed"),
    "key.add": N_("Key made"),
    "key.replace": N_("Key replaced"),
    "key.revoke": N_("Key revoked"),
    "site.add": N_("Site added"),
    "site.change": N_("Site changed"),
    "audit.export": N_("Audit log exported"),
    "model.retrain": N_("Retraining started"),
    "model.layer": N_("Fitting of a site's layer started"),
    "model.promote": N_("Model put in force"),
    "model.shadow": N_("Shadow started"),
    "model.unshadow": N_("Shadow ended"),
    "model.rollback": N_("Model set back"),
    "model.stop": N_("Training stopped"),
    "export.search": N_("Comments exported"),
    "export.comment": N_("Comment exported"),
    "export.author": N_("Author's data given out"),
    "erased a person": N_("Person's comments erased"),
    "endpoint.add": N_("Webhook added"),
    "endpoint.change": N_("Webhook changed"),
    "endpoint.on": N_("Webhook switched on"),
    "endpoint.off": N_("Webhook switched off"),
    "endpoint.disabled": N_("Webhook given up"),
    "endpoint.secret": N_("Webhook's secret replaced"),
    "endpoint.remove": N_("Webhook removed"),
    "endpoint.test": N_("Webhook tried"),
    "source.add": N_("Source added"),
    "source.secret": N_("Source's secrets changed"),
    "source.remove": N_("Source removed"),
    "delivery.replay": N_("Delivery sent again"),
    "demo.add": N_("Demo site added"),
    "demo.remove": N_("Demo site removed"),
}
"""Every deed that is logged."""


def deed_name(what: str) -> str:
    """Name a deed; one that an older version logged is shown by its code."""
    return gettext(DEEDS[what]) if what in DEEDS else what
