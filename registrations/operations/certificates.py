"""Certificates (结业证书): issuing them under numbers without gaps, withdrawing, and printing anew under a right name."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Organization
from events.operations import history
from registrations import numbering
from registrations.models import Certificate, CertificateNumbering, CertificateSequence, Course, CourseResult, Signup
from registrations.operations import courses
from registrations.operations.courses import CourseNotClosed, CourseReasonMissing
from registrations.reports import certificates as known
from registrations.reports import courses as listed
from registrations.tickets import shortcode

CODE = 16


class PatternUnfit(Refusal):
    code = "certificate_pattern_unfit"
    status = 400
    sentence = _(
        "Write {year} and {n} in the pattern, and {course} if you like; {n:04} fills up with zeros. "
        "No other braces, and text between {course} and {n}."
    )


class NumberTaken(Refusal):
    code = "certificate_number_taken"
    sentence = _("A certificate with such a number exists already. Change the pattern of numbers first.")


class NobodyToCertify(Refusal):
    code = "nobody_to_certify"
    sentence = _("Everybody who completed the course and has a name has a certificate already.")


class CertificateWithdrawn(Refusal):
    code = "certificate_withdrawn"
    sentence = _("This certificate has been withdrawn.")


class CertificateNameMissing(Refusal):
    code = "certificate_name_missing"
    status = 400
    sentence = _("Write the name as it is to stand on the certificate.")


@transaction.atomic
def set_numbering(
    *, by: Actor, organization: Organization, pattern: str, at: datetime.datetime
) -> CertificateNumbering:
    """How an organization and those below it number certificates from now on. Numbers given stay; the sequence of the
    year goes on. Raises PatternUnfit."""
    try:
        fit = numbering.check(pattern)
    except numbering.PatternUnfit:
        raise PatternUnfit(field="pattern") from None
    made, _new = CertificateNumbering.objects.update_or_create(organization=organization, defaults={"pattern": fit})
    history.record(by=by, verb="set_numbering", on=made, organization=organization, at=at, fields=["pattern"])
    return made


def _numbering(course: Course) -> CertificateNumbering:
    """The nearest pattern up the tree; where nobody wrote one, the root gets the usual one. Its row is locked."""
    found = known.numbering_of(course.activity.organization)
    if found.pk is None:
        found, _made = CertificateNumbering.objects.get_or_create(
            organization=found.organization, defaults={"pattern": found.pattern}
        )
    return CertificateNumbering.objects.select_for_update(of=("self",)).get(pk=found.pk)


def _next(course: Course, rule: CertificateNumbering, year: int, many: int) -> list[str]:
    """So many numbers, one after the other. The numbering is locked, so nobody else is given any meanwhile, and what is
    rolled back is given again."""
    sequence, _made = CertificateSequence.objects.select_for_update(of=("self",)).get_or_create(
        numbering=rule, year=year
    )
    first = sequence.last + 1
    sequence.last += many
    sequence.save(update_fields=["last"])
    period = course.period_number or 0
    return [numbering.write(rule.pattern, year=year, course=period, n=n) for n in range(first, first + many)]


def _new(by: Actor, number: str, name: str, at: datetime.datetime, **of: Any) -> Certificate:
    """A certificate to be written; `of`: for whom, of which course, and what else is printed."""
    code = "".join(secrets.choice(shortcode.ALPHABET) for _place in range(CODE))
    return Certificate(number=number, code=code, name=name, issued_at=at, issued_by=by.user, **of)


def _printed(course: Course, result: CourseResult) -> dict[str, Any]:
    activity = course.activity
    return {
        "course": course,
        "attendee_id": result.attendee_id,
        "title": activity.name,
        "period_number": course.period_number,
        "starts_on": activity.starts_on,
        "ends_on": activity.ends_on,
        "hours": result.hours or 0,
        "issuer": activity.organization.name,
    }


#: What a certificate under a right name takes over from the one it replaces.
_SAME = ("course_id", "attendee_id", "title", "period_number", "starts_on", "ends_on", "hours", "issuer")


@transaction.atomic
def issue(*, by: Actor, activity: Activity, at: datetime.datetime) -> list[Certificate]:
    """A certificate for everybody who completed the closed course, has a name and has no valid one, in the order of the
    roster. Locks the course, then the numbering. Raises NotACourse, CourseNotClosed, NobodyToCertify, NumberTaken."""
    course = courses.locked(activity)
    if course.closed_at is None:
        raise CourseNotClosed
    due = known.due(course)
    if not due:
        raise NobodyToCertify
    rule = _numbering(course)
    numbers = _next(course, rule, timezone.localtime(at).year, len(due))
    rows = [
        _new(by, number, listed.name_of(result.attendee), at, **_printed(course, result))
        for result, number in zip(due, numbers, strict=True)
    ]
    _write(rows)
    made = list(Certificate.objects.filter(number__in=numbers).order_by("pk"))
    request = history.request_id()
    history.record_all(
        history.line(
            by=by,
            verb="issue_certificate",
            on=one,
            organization=activity.organization,
            at=at,
            request_id=request,
        )
        for one in made
    )
    return made


def _write(rows: list[Certificate]) -> None:
    if Certificate.objects.filter(number__in=[row.number for row in rows]).exists():
        raise NumberTaken
    try:
        with transaction.atomic():
            Certificate.objects.bulk_create(rows)
    except IntegrityError as error:  # another numbering was given the same at this moment
        raise NumberTaken from error


@transaction.atomic
def withdraw(*, by: Actor, certificate: Certificate, reason: str, at: datetime.datetime) -> Certificate:
    """It is no longer valid, and says so to whoever verifies it; its number is never given again. Locks the course. Raises
    CourseReasonMissing, CertificateWithdrawn."""
    courses.locked(certificate.course.activity)
    return _withdraw(by, certificate, reason, at)


def _withdraw(by: Actor, certificate: Certificate, reason: str, at: datetime.datetime) -> Certificate:
    row = Certificate.objects.select_related("course__activity__organization").get(pk=certificate.pk)
    if not reason.strip():
        raise CourseReasonMissing(field="reason")
    if row.state == Certificate.State.WITHDRAWN:
        raise CertificateWithdrawn
    row.state = Certificate.State.WITHDRAWN
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = at, by.user, reason.strip()[:200]
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdraw_reason"])
    organization = row.course.activity.organization
    history.record(by=by, verb="withdraw_certificate", on=row, organization=organization, at=at)
    return row


@transaction.atomic
def reissue(*, by: Actor, certificate: Certificate, name: str, reason: str, at: datetime.datetime) -> Certificate:
    """A new certificate under a new number and the right name; the old one is withdrawn. Hours
    and course are those of the old one. Locks the course, then the numbering. Raises CertificateNameMissing,
    CourseReasonMissing, CertificateWithdrawn, NumberTaken."""
    activity = certificate.course.activity
    if not name.strip():
        raise CertificateNameMissing(field="name")
    course = courses.locked(activity)
    old = _withdraw(by, certificate, reason, at)
    (number,) = _next(course, _numbering(course), timezone.localtime(at).year, 1)
    same = {field: getattr(old, field) for field in _SAME}
    made = _new(by, number, name.strip()[:60], at, replaces=old, **same)
    _write([made])
    history.record(by=by, verb="reissue_certificate", on=made, organization=activity.organization, at=at)
    return made


def forget(*, signup: Signup) -> None:
    """The names on the certificates of an erased sign-up go; number, course and hours stay, so that they verify."""
    Certificate.objects.filter(attendee__signup=signup).update(name="")
