"""Everything that is kept about one sign-up, for the person it is about: on a page, and as a file to take along."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from events.models import Session
from registrations.models import (
    Answer,
    Attendance,
    Attendee,
    Certificate,
    ConsentNotice,
    DataAccess,
    Scan,
    Signup,
    Told,
)
from registrations.reports import questions, retention


@dataclass(frozen=True, slots=True)
class OwnData:
    """`accesses`: when somebody saw the whole list of one of its sessions or a file of it, and what for. `kept_until`: names
    go then."""

    signup: Signup
    sessions: tuple[Session, ...]
    lines: tuple[Attendee, ...]
    attendances: tuple[Attendance, ...]
    scans: tuple[Scan, ...]
    told: tuple[Told, ...]
    answers: tuple[tuple[str, str, Answer], ...]
    notice: ConsentNotice | None
    accesses: tuple[DataAccess, ...]
    certificates: tuple[Certificate, ...]
    kept_until: datetime.date
    held_until: datetime.date | None

    def as_json(self) -> dict[str, Any]:
        signup = self.signup
        return {
            "activity": signup.activity.name,
            "organizer": signup.activity.organization.name,
            "sessions": [
                {"starts_at": _time(one.starts_at), "ends_at": _time(one.ends_at), "venue": one.venue}
                for one in self.sessions
            ],
            "signup": {
                "kind": signup.kind,
                "state": signup.state,
                "size": signup.size,
                "contact_name": signup.contact_name,
                "contact_phone": signup.contact_phone,
                "unit": signup.unit,
                "township": signup.region.name if signup.region else "",
                "note": signup.note,
                "guardian_name": signup.guardian_name,
                "guardian_consent": signup.guardian_consent,
                "contact_email": signup.contact_email,
                "ages": signup.ages,
                "grade": signup.grade,
                "placed_at": _time(signup.placed_at),
                "cancelled_at": _time(signup.cancelled_at),
                "erased_at": _time(signup.erased_at),
            },
            "consent": {
                "version": signup.consent_version,
                "at": _time(signup.consented_at),
                "text": self.notice.text if self.notice else None,
            },
            "answers": [{"question": question, "answer": answer} for question, answer, _row in self.answers],
            "people": [
                {
                    "name": one.name,
                    "size": one.size,
                    "village": one.village,
                    "audience_group": one.audience_group,
                    "phone": one.phone,
                }
                for one in self.lines
            ],
            "scans": [{"at": _time(one.corrected_at), "answer": one.judged} for one in self.scans],
            "attendance": [
                {
                    "name": one.attendee.name,
                    "session": _time(one.session.starts_at),
                    "present": one.present,
                    "grade": one.grade,
                    "first_at": _time(one.first_at),
                    "left_at": _time(one.left_at),
                }
                for one in self.attendances
            ],
            "telephoned": [{"at": _time(one.at), "about": one.about} for one in self.told],
            "seen_whole": [
                {"at": _time(one.at), "organization": one.organization.name, "purpose": one.purpose}
                for one in self.accesses
            ],
            "certificates": [
                {"number": one.number, "name": one.name, "state": one.state, "issued_at": _time(one.issued_at)}
                for one in self.certificates
            ],
            "kept_until": self.kept_until.isoformat(),
            "legal_hold_until": self.held_until.isoformat() if self.held_until else None,
        }


def _time(value: datetime.datetime | None) -> str | None:
    return value.isoformat() if value else None


def of(signup: Signup) -> OwnData:
    """What the tables hold of it; `signup` comes with its activity, campaign, organization and township."""
    activity = signup.activity
    chosen = {"activity": activity} if signup.covers_course else {"chosen_by__signup": signup}
    sessions = list(Session.objects.filter(**chosen).order_by("starts_at"))
    for one in sessions:
        one.activity = activity
    came = Attendance.objects.filter(attendee__signup=signup).select_related("attendee", "session__activity")
    seen = DataAccess.objects.filter(
        Q(kind="events.session", object_id__in=[one.pk for one in sessions])
        | Q(kind="events.activity", object_id=activity.pk)
        | Q(kind="registrations.signup", object_id=signup.pk),
        at__gte=signup.placed_at,
    )
    return OwnData(
        signup=signup,
        sessions=tuple(sessions),
        lines=tuple(signup.attendees.standing()),
        attendances=tuple(came.order_by("session__starts_at", "attendee__position")),
        scans=tuple(Scan.objects.filter(ticket__signup=signup).in_fold_order()),
        told=tuple(Told.objects.filter(signup=signup, withdrawn_at=None)),
        answers=tuple(questions.said([signup.pk])[signup.pk]),
        notice=ConsentNotice.objects.filter(version=signup.consent_version).first(),
        accesses=tuple(seen.select_related("organization")),
        certificates=tuple(Certificate.objects.filter(attendee__signup=signup)),
        kept_until=retention.rule_of(activity).due_on(retention.last_day_of(activity)) - datetime.timedelta(days=1),
        held_until=activity.legal_hold_until,
    )
