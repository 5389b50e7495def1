"""People: signing in and out, invitations, roles, second factors. Nothing here knows of pages or of HTTP."""
