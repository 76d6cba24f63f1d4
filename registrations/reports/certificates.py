"""Certificates as they are looked up, listed and printed. Chinese throughout on paper, as documents are."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from events import dates
from events.models import Organization
from registrations import masks, numbering
from registrations.models import Certificate, CertificateNumbering, CertificateSequence, Course, CourseResult, Signup
from registrations.reports import courses, qr
from registrations.reports.typesetting import Document

#: As many as are set into one file; what is more comes in further files.
MOST = 1000


def numbering_of(organization: Organization) -> CertificateNumbering:
    """The nearest pattern up the tree; where there is none the usual one, of the root, not written."""
    above = [int(part) for part in organization.path.split("/") if part]
    found = {row.organization_id: row for row in CertificateNumbering.objects.filter(organization__in=above)}
    nearest = next((found[pk] for pk in reversed(above) if pk in found), None)
    return nearest or CertificateNumbering(organization_id=above[0], pattern=numbering.DEFAULT)


def preview(course: Course, *, year: int, pattern: str = "") -> str:
    """The number that would be given next. `pattern`: instead of the one that holds. Raises numbering.PatternUnfit."""
    rule = numbering_of(course.activity.organization)
    last = CertificateSequence.objects.filter(numbering=rule.pk, year=year).values_list("last", flat=True).first()
    wanted = numbering.check(pattern) if pattern else rule.pattern
    return numbering.write(wanted, year=year, course=course.period_number or 0, n=(last or 0) + 1)


def due(course: Course) -> list[CourseResult]:
    """Who completed the closed course, has a name and no valid certificate, in the order of the roster."""
    if course.closed_at is None:
        return []
    valid = Certificate.objects.filter(attendee=OuterRef("attendee"), state=Certificate.State.ISSUED)
    rows = CourseResult.objects.filter(
        ~Exists(valid), course=course, hours__isnull=False, attendee__in=courses.trainees(course.activity).order_by()
    ).select_related("attendee__signup")
    rows = rows.order_by("attendee__signup__placed_at", "attendee__signup", "attendee__position")
    return [row for row in rows if row.completed and courses.name_of(row.attendee)]


def of(course: Course) -> QuerySet[Certificate]:
    """The register, in the order of issue."""
    rows = Certificate.objects.filter(course=course.pk) if course.pk else Certificate.objects.none()
    return rows.select_related("attendee__signup", "issued_by", "withdrawn_by", "replaces", "course").order_by("pk")


def held_by(signup: Signup) -> QuerySet[Certificate]:
    """The valid certificates of a sign-up's people."""
    valid = Certificate.objects.filter(attendee__signup=signup, state=Certificate.State.ISSUED)
    return valid.select_related("attendee").order_by("attendee__position", "pk")


def address(certificate: Certificate) -> str:
    """Where anybody verifies it."""
    return f"{settings.KEPU_BASE_URL}/certificates/{certificate.code}/"


def is_named(certificate: Certificate, name: str) -> bool:
    """Whether the name that somebody typed is the one that was printed, spaces aside."""
    wanted, given = ("".join(text.split()) for text in (certificate.name, name))
    return bool(wanted) and constant_time_compare(wanted, given)


def number_of_hours(hours: Decimal) -> str:
    """«24», «22.5»."""
    return f"{hours:f}".rstrip("0").rstrip(".") if hours % 1 else f"{int(hours)}"


def _day(day: datetime.date | None) -> str:
    return dates.day(day, zh=True, today=None, weekday=False) if day else ""


def documents(certificates: Iterable[Certificate]) -> Document:
    """One page each, A4 across. They come with their attendee."""
    pages = [
        {
            "name": one.name,
            "erased": not one.name,
            "id_tail": one.attendee.id_number[-4:],
            "title": one.title,
            "period": f"第{one.period_number}期" if one.period_number else "",
            "starts": _day(one.starts_on),
            "ends": _day(one.ends_on) if one.ends_on != one.starts_on else "",
            "hours": number_of_hours(one.hours),
            "number": one.number,
            "date": _day(timezone.localdate(one.issued_at)),
            "issuer": one.issuer,
            "withdrawn": one.state == Certificate.State.WITHDRAWN,
            "address": address(one),
            "code": qr.svg(address(one)),
        }
        for one in certificates
    ]
    return Document("certificate.typ", {"pages": pages})


HEADS = ("证书编号", "姓名", "单位（村组）", "学时", "发证日期", "状态", "作废日期", "作废原因", "替换")


def register(certificates: Iterable[Certificate], *, masked: bool) -> list[list[object]]:
    """Rows under `HEADS`."""
    return [
        [
            one.number,
            masks.name(one.name) if masked else one.name or "（已删除）",
            one.attendee.village or one.attendee.signup.unit,
            float(one.hours),
            f"{timezone.localdate(one.issued_at):%Y-%m-%d}",
            "有效" if one.state == Certificate.State.ISSUED else "作废",
            f"{timezone.localdate(one.withdrawn_at):%Y-%m-%d}" if one.withdrawn_at else "",
            one.withdraw_reason,
            one.replaces.number if one.replaces else "",
        ]
        for one in certificates
    ]
