"""What can be wrong with what a person asks for."""


class NotSo(ValueError):  # what the person is told
    """What was asked cannot be done. The message is a whole English sentence, and the key of its translations.

    ``place`` is the name of the form's field that it is about, if it is about one.
    """

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class Wait(Exception):  # what the person is told
    """Too many attempts; the next one counts in so many ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many attempts.")
        self.seconds = seconds
