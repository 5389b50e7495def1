"""The moderators' pages: made on the server, working as plain forms; small modules of script make them quick.

**A page is a function of a visit.** A module under ``views`` has its ``routes = Routes()``; a handler takes a ``Visit`` and gives a
``Response``. ``service.queue.views.ROUTES`` adds all modules up::

    routes = Routes()

    @routes.get("/rules", needs=somewhere(Role.LEAD), menu=Menu("rules", N_("Rules"), 30))
    async def rules(visit: Visit) -> Response:
        found = await visit.look(lambda connection: ...)          # reads: a thread, one transaction
        return await visit.show("rules.html", rules=found)

    @routes.post("/sites/{site:int}/rules", needs=there(Role.LEAD))
    async def add(visit: Visit) -> Response:
        await visit.write(lambda connection: ...)                 # writes: join the writer's next commit; log a Deed in it
        visit.say(_("The rule is in force."), undo="/rules/17/undo")
        return visit.go("/rules")

**Who may.** ``needs`` has no default, so that a route without one fails when its module is imported:

- ``PUBLIC``; ``HALFWAY`` (password given, second factor awaited); ``SIGNED_IN`` (one's own account);
- ``everywhere(role)``: the role on every site, for what belongs to the installation;
- ``there(role)``: the role on the site in the path (``{site:int}``), or on the site of what the path names, with a finder:
  ``there(role, site_of_comment)``. Someone without any role there gets 404, as if there were nothing; with a lower one 403;
- ``somewhere(role)``: on at least one site; the handler must keep to ``visit.sites``, which are those of that role. Ids that come
  in a form are looked up *within* ``visit.site_ids``, never alone.

The matrix in ``tests/queue/test_matrix.py`` visits every route as everyone; a new route needs its entry in
``tests/queue/entries.py``: an address, and a form that would do something. What they name belongs to the fixture ``world``, which
grows with them, and so does ``state``: what must not change when someone else asks.

**Templates** extend ``frame`` (a variable: the whole page, or only its parts when script asks) and fill ``title`` and ``main``.
Everything is escaped; there is no ``|safe`` and no inline script or style, which the Content-Security-Policy would refuse anyway
(``style=""`` too: use classes, ``<meter>``, or SVG attributes for lengths). Macros of fields, buttons, chips, icons and times are
in ``parts.html``. The text of comments, names and addresses of authors stand in ``<bdi>`` or a ``dir="auto"`` element.

**Forms** are ``<form method="post" action="…">{{ csrf() }}``. A request that changes something is refused unless it comes from our
own pages (Sec-Fetch-Site, else Origin) *and* carries the session's token, as field ``csrf`` or as header ``X-CSRF``.

**Script.** With ``data-part`` on a form or a link, ``frame.js`` sends it with fetch and the header ``X-Part``. ``visit.part`` is
then true and ``visit.show`` answers with parts instead of a page: ``<template data-to="#id">`` elements whose content replaces what
``#id`` contains (``data-how="outer|append|prepend|remove"`` does otherwise). A page answered so replaces ``main``. A redirect is
followed as usual, so a handler needs no second way for script; where it wants finer parts it shows a template that extends
``part.html`` and writes its own ``<template>`` elements. After a swap the event ``winnow:swap`` is sent on ``document``.

**What was done** is said with ``visit.say``: it shows, and is read out, on the page that comes next (a signed cookie carries it
over a redirect), or in the region ``#said`` when script asked. ``undo`` makes it a bar with a button that posts there, for 10 s.
Script says something by itself with ``say()`` of ``frame.js``.

**Keys.** ``keys.py`` lists the actions, their keys and what they are called; each person may remap or switch them off. A key sends
the event ``winnow:ACTION`` on ``document``; unless a listener prevents its default, the first visible element with
``data-action="ACTION"`` is clicked. Without script the same elements are buttons and links.

**Words.** Strings are English in ``_("…")``, with ``%(name)s`` for what goes in; ``ngettext`` for counts; ``N_`` marks one that is
translated later. Sentences of ``NotSo`` and ``Stop`` are marked by standing there. ``locale/de.po`` is complete, or a test fails;
``python -m service.queue.languages`` brings it up to date. Dates, numbers and shares: filters ``when``, ``number``, ``share``.

**Errors.** ``raise Stop(404, "…")`` (403, 409) gives a page in the frame; ``NotSo`` that no handler takes is a 422. Overloaded and
Unavailable are 503, anything else a 500 whose cause is logged without values.
"""
