"""A client for Winnow's JSON API, with and without asyncio. It needs httpx and nothing else of this program.

with Client("https://winnow.example.org", key) as winnow:
if winnow.check("Nice post!", author="Ida", user_ip="203.0.113.7").verdict == "accept": ...
"""

from service.client.answers import Feedback, Judgement, StoredComment, Unreachable, WinnowError
from service.client.clients import AsyncClient, Client
from service.client.events import NotFromWinnow, read_event
from service.client.requests import CommentFields

__all__ = [
    "AsyncClient",
    "Client",
    "CommentFields",
    "Feedback",
    "Judgement",
    "NotFromWinnow",
    "StoredComment",
    "Unreachable",
    "WinnowError",
    "read_event",
]
