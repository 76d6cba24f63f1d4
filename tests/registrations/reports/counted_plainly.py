"""A session's live numbers from its rows alone, one by one: slow, and plain to read."""

from collections import Counter

from registrations.models import Attendance, Attendee, Correction, ScanOutcome, Signup


def expected(session):
    """Standing lines of confirmed sign-ups, for this session or the whole course."""
    found = []
    for line in Attendee.objects.filter(removed_at=None, signup__activity=session.activity).select_related("signup"):
        whole = line.signup.covers_course and session.activity.signup_by == "course"
        chosen = line.signup.chosen.filter(session=session).exists()
        if line.signup.state == Signup.State.CONFIRMED and (whole or chosen):
            found.append(line)
    return found


def counts(session):
    """What `live.counts` says, as a dictionary."""
    here = {row.attendee_id: row for row in Attendance.objects.filter(session=session)}
    people, came, missing, leave = Counter(), Counter(), 0, 0
    for line in expected(session):
        present = here[line.pk].present if line.pk in here else 0
        people[line.audience_group] += line.size
        came[line.audience_group] += present
        missing += max(0, line.size - present)
        words = Correction.objects.filter(session=session, attendee=line).order_by("at", "pk")
        if words and words.last().kind == "leave" and not present:
            leave += line.size
    gates, last = Counter(), {}
    for row in ScanOutcome.objects.filter(session=session, outcome="counted").select_related("scan__station"):
        if row.counted:
            gates[row.scan.station.name] += row.counted
            minute = row.scan.corrected_at.replace(second=0, microsecond=0)
            last[row.scan.station.name] = max(last.get(row.scan.station.name, minute), minute)
    return {
        "groups": sorted((group, people[group], came[group]) for group in people),
        "others": sum(row.present for row in here.values()) - came.total(),
        "missing": missing - leave,
        "leave": leave,
        "inside": sum(row.present for row in here.values() if row.left_at is None),
        "gates": sorted((name, people, last[name]) for name, people in gates.items()),
        "arrived": sum(row.present for row in here.values()),
    }
