"""The notice of an activity: what its sign-up asks for, why, who sees it, and how long it is kept on what basis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings

from events.models import Activity
from registrations import consent
from registrations.consent import Notice
from registrations.models import Signup, SignupTerms
from registrations.operations import rules
from registrations.reports import questions, retention

_ASKED: dict[str, tuple[str, ...]] = {
    Signup.Kind.PERSON: ("name",),
    Signup.Kind.FAMILY: ("name", "people"),
    Signup.Kind.CLASS: ("unit", "people", "name"),
    Signup.Kind.VILLAGE: ("unit", "people", "name"),
    Signup.Kind.GROUP: ("unit", "people", "name"),
}


def of(activity: Activity, terms: SignupTerms, *, kind: str, questions: Sequence[str], language: str) -> Notice:
    """The notice for a kind of sign-up; `questions` are the labels of what the activity asks beside."""
    rule = retention.rule_of(activity)
    lead = activity.organization
    phone = activity.contact_phone or lead.contact_phone
    who = activity.contact_name if activity.contact_phone else lead.contact_name
    about = consent.About(
        activity=activity.name,
        organizer=lead.name,
        contact=f"{who} {phone}".strip() if phone else "",
        days=rule.days,
        basis=rule.basis(language),
    )
    return consent.notice(about, items=list(_items(terms, kind)), questions=questions, language=language)


def now(activity: Activity, *, kind: str, language: str) -> Notice:
    """The notice as it stands, its terms and questions read from the tables."""
    asked = questions.labels(activity)
    return of(activity, rules.terms_of(activity), kind=kind, questions=asked, language=language)


def _items(terms: SignupTerms, kind: str) -> Iterable[str]:
    yield from _ASKED[kind]
    yield "phone"
    if settings.KEPU_EMAIL:
        yield "email"
    yield "region"
    single = kind in {Signup.Kind.PERSON, Signup.Kind.FAMILY}
    if single and (terms.min_age is not None or terms.max_age is not None):
        yield "ages"
    if kind == Signup.Kind.CLASS and terms.grades:
        yield "grade"
    if single:
        yield "guardian"
    yield "note"
