"""By which ways people can be told something: e-mail now; another is one more class here.

A channel knows whether it is there, at which address it reaches whoever signed up, and how a message leaves. What it
answers decides what becomes of the message, so it tells exactly what is known: that it has left, that it cannot, that
nothing has left yet – or that nobody knows.
"""

from __future__ import annotations

import enum
import hashlib
import smtplib
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from registrations.models import Message, Signup


class Fate(enum.StrEnum):
    LEFT = "left"
    NOT_YET = "not_yet"
    """Nothing has left: it may be tried again."""
    NEVER = "never"
    """The address or the message is refused."""
    UNSURE = "unsure"
    """The line broke after the message was handed over: it may have left."""


@dataclass(frozen=True, slots=True)
class Outcome:
    fate: Fate
    problem: str = ""


class Channel(Protocol):
    code: str

    def is_available(self) -> bool: ...

    def address_of(self, signup: Signup) -> str:
        """Where it reaches whoever signed up; empty where it does not."""

    def send(self, message: Message) -> Outcome: ...


class Email:
    """Through the mail server of the settings, one message a connection: a broken line concerns one message only."""

    code = "email"

    def is_available(self) -> bool:
        return bool(settings.KEPU_EMAIL)

    def address_of(self, signup: Signup) -> str:
        return signup.contact_email

    def send(self, message: Message) -> Outcome:
        connection = get_connection()
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(Fate.NOT_YET, _words(error))
        letter = EmailMessage(
            message.subject,
            message.text,
            to=[message.address],
            connection=connection,
            headers={"Message-ID": _message_id(message), "Auto-Submitted": "auto-generated"},
        )
        try:
            letter.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            return Outcome(Fate.NOT_YET if _code(error) < 500 else Fate.NEVER, _words(error))
        except ValueError as error:  # a line break in an address
            return Outcome(Fate.NEVER, _words(error))
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(Fate.UNSURE, _words(error))
        finally:
            _close(connection)
        return Outcome(Fate.LEFT)


def _close(connection: object) -> None:
    """Saying good-bye to a server that has gone already is no failure."""
    try:
        connection.close()  # type: ignore[attr-defined]  # every e-mail backend has it
    except (smtplib.SMTPException, OSError):
        return


def _message_id(message: Message) -> str:
    """The same for the same message, so that a mail server can tell a second copy."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "localhost"
    return f"<{message.pk}.{hashlib.sha256(message.key.encode()).hexdigest()[:16]}@{host}>"


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _text in error.recipients.values())
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else 0


def _words(error: Exception) -> str:
    """What the mail server said, without the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = " ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {error.smtp_error!r}"
    else:
        said = str(error)
    return f"{type(error).__name__}: {said}"[:200]


CHANNELS: tuple[Channel, ...] = (Email(),)


def available() -> list[Channel]:
    return [one for one in CHANNELS if one.is_available()]


def by_code(code: str) -> Channel | None:
    return next((one for one in available() if one.code == code), None)
