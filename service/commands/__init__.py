"""The commands of ``winnow``, a module each, imported when its command is called: no start pays for another's libraries."""


class Refused(Exception):  # what happened to the command
    """What was asked cannot be done; the message says why, in full sentences."""
