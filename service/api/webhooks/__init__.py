"""The door for platforms that call us when something happens to a comment: ``/webhooks/{source}``, an adapter for each platform."""
