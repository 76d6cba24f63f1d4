"""Who signs up, as an operation is given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models import Region
from registrations.grades import age_band
from registrations.models import Signup
from registrations.operations import lines
from registrations.operations.lines import Line

LARGEST_PARTY = 500
#: Younger people need a guardian's agreement (Personal Information Protection Law, article 31).
OF_AGE = 14


class PartyUnfit(Refusal):
    code = "party_unfit"
    status = 400
    sentence = _("A sign-up is for 1 to %(most)s people, each line a named person or a number.")


@dataclass(frozen=True, slots=True)
class Party:
    """The kind, the contact, the lines, and what the terms of the activity ask for.

    `ages`: in years, of those whose age is asked for (the person, a family's children). `under_14`: said so without an
    age. `answers`: question id → value; None where they are not given (a change leaves them as they are).
    """

    kind: str
    lines: tuple[Line, ...]
    contact_name: str = ""
    contact_phone: str = ""
    unit: str = ""
    region: Region | None = None
    note: str = ""
    guardian_name: str = ""
    guardian_consent: str = ""
    contact_email: str = ""
    ages: tuple[int, ...] = ()
    grade: str = ""
    under_14: bool = False
    answers: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def size(self) -> int:
        return sum(line.size for line in self.lines)

    @property
    def has_minors(self) -> bool:
        """Whether somebody is younger than 14, as far as it was said."""
        return self.under_14 or any(age < OF_AGE for age in self.ages)

    def as_asked(self) -> dict[str, Any]:
        """What is compared when a request comes again: JSON values, those added since the first version only where they
        say something, so that older requests read as they did."""
        asked: dict[str, Any] = {
            "kind": self.kind,
            "lines": [_as_asked(line) for line in self.lines],
            "contact_name": self.contact_name,
            "contact_phone": self.contact_phone,
            "unit": self.unit,
            "region": self.region.pk if self.region else None,
            "note": self.note,
            "guardian_name": self.guardian_name,
        }
        later = {
            "guardian_consent": self.guardian_consent,
            "contact_email": self.contact_email,
            "ages": list(self.ages),
            "grade": self.grade,
            "under_14": self.under_14,
            "answers": {
                name: str(value) for name, value in (self.answers or {}).items() if value not in ("", [], None)
            },
        }
        return asked | {name: value for name, value in later.items() if value}


def _as_asked(line: Line) -> dict[str, Any]:
    asked = {"name": line.name, "size": line.size, "village": line.village, "audience_group": line.audience_group}
    return asked | ({"phone": line.phone} if line.phone else {})


def fit(party: Party) -> Party:
    """The party with the phones of its lines as digits. Raises PartyUnfit, PhoneUnreadable."""
    fits = all(line.size >= 1 and (not line.name or line.size == 1) for line in party.lines)
    if not party.lines or not fits or not 1 <= party.size <= LARGEST_PARTY:
        raise PartyUnfit(field="lines", most=LARGEST_PARTY)
    return replace(party, lines=lines.cleaned(party.lines))


def age_band_of(party: Party) -> str:
    """The age band of somebody who signs up alone and told the age; empty for all others."""
    alone = party.ages and party.kind == Signup.Kind.PERSON
    return age_band(party.ages[0]) if alone else ""


def named_class(party: Party) -> bool:
    """A school class of which names are given: children, unless somebody says they are older."""
    return party.kind == Signup.Kind.CLASS and any(line.name for line in party.lines)
