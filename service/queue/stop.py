"""How a page ends otherwise than it began."""


class Stop(Exception):  # it is no mistake of ours
    """Show an error page with this status; the message is a whole English sentence, and the key of its translations."""

    def __init__(self, status: int, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
