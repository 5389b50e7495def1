"""Sends e-mail through the installation's mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

_SECONDS = 20.0


class NotSent(Exception):  # a state of the mail server
    """An e-mail was not taken; the message says why, in words that hold no password."""


class Mailer:
    """Hands plain e-mails to a mail server: ``smtps://`` speaks TLS from the start, ``smtp://`` as soon as the server offers it."""

    def __init__(self, url: str, sender: str, seconds: float = _SECONDS) -> None:
        self._server, self._sender, self._seconds = urlsplit(url), sender, seconds

    def check(self) -> None:
        """Connect and sign in as for an e-mail, and send none. Raises NotSent."""
        try:
            with self._connected() as server:
                server.noop()
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise self._not_sent(error) from None

    def send(self, to: str, subject: str, body: str) -> None:
        """Send one, and wait until the server has taken it. Raises NotSent."""
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self._sender, to, subject
            message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._sender.rpartition("@")[2])
            message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out of office is nobody's answer to it
            message.set_content(body)
            with self._connected() as server:
                server.send_message(message)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise self._not_sent(error) from None

    def _not_sent(self, error: Exception) -> NotSent:
        return NotSent(f"{type(error).__name__} from the mail server {self._server.hostname}")

    def _connected(self) -> smtplib.SMTP:
        host, port, context = self._server.hostname or "", self._server.port, ssl.create_default_context()
        if self._server.scheme == "smtps":
            return self._signed_in(smtplib.SMTP_SSL(host, port or 465, timeout=self._seconds, context=context), secret=True)
        server = smtplib.SMTP(host, port or 587, timeout=self._seconds)
        server.ehlo()
        if secret := server.has_extn("starttls"):
            server.starttls(context=context)
        return self._signed_in(server, secret=secret)

    def _signed_in(self, server: smtplib.SMTP, *, secret: bool) -> smtplib.SMTP:
        user = unquote(self._server.username or "")
        if user and not secret:
            server.close()
            raise ValueError("no password is told in the clear")
        if user:
            server.login(user, unquote(self._server.password or ""))
        return server
