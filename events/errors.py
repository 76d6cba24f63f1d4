"""What the system says when it will not do something.

A refusal is a code for programs, an HTTP status, and one sentence for the person who asked, in that person's language.
It is raised beside the operation it belongs to and translated in three places only: the REST API, the page, and the
answer to a station. Anything that is not a refusal is a bug.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Base of every refusal.

    `facts` are the values a person or a program needs to go on; the sentence may name them as `%(name)s`. They hold
    JSON values only and never personal data. `field` names the input at fault, where there is one.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[str | Promise] = _("This cannot be done.")

    def __init__(self, *, field: str | None = None, **facts: Any) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The sentence in the language that is active now."""
        text = str(self.sentence)
        return text % self.facts if self.facts else text

    def as_json(self) -> dict[str, Any]:
        """The one shape of every error: code, sentence, facts, and sentences by field."""
        facts = dict(self.facts)
        fields = facts.pop("fields", {})
        if self.field and not fields:
            fields = {self.field: [self.message]}
        return {"code": self.code, "message": self.message, "facts": facts, "fields": fields}


class NotFound(Refusal):
    """A row that does not exist, or that is out of the actor's reach: the two look exactly alike."""

    code = "not_found"
    status = 404
    sentence = _("We could not find this. It may have been removed, or you may not have access to it.")


class NotSignedIn(Refusal):
    code = "not_signed_in"
    status = 401
    sentence = _("Please sign in first.")


class NotAllowed(Refusal):
    """The actor sees the row but may not do this to it."""

    code = "not_allowed"
    status = 403
    sentence = _("Your role does not allow this. Ask an owner of the organization.")


class Invalid(Refusal):
    """Input of the wrong shape: `fields` maps a field to its list of sentences."""

    code = "invalid"
    status = 400
    sentence = _("Some entries need correcting.")


class Stale(Refusal):
    """Somebody else changed the row since it was read."""

    code = "stale"
    status = 409
    sentence = _("Somebody else changed this in the meantime. Look at the new version and try again.")


class TooLarge(Refusal):
    """`limit` is in bytes; the sentence says megabytes."""

    code = "too_large"
    status = 413
    sentence = _("What was sent is too large: at most %(megabytes)s MB at once.")

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit, megabytes=f"{limit / 1_000_000:g}")


class TooManyRequests(Refusal):
    """`wait` is in seconds (see `events.rushes`)."""

    code = "too_many_requests"
    status = 429
    sentence = _("Too many requests. Please try again in %(wait)s seconds.")


class ServerFault(Refusal):
    """Not a refusal but a bug, told in the same shape: nothing was changed."""

    code = "server_fault"
    status = 500
    sentence = _("Something went wrong on our side; nothing was changed. Please tell us this number: %(request_id)s")
