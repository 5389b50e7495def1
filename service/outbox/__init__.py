"""Signed webhooks out, retried until they arrive; and the way back to WordPress."""
