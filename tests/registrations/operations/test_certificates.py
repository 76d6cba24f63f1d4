"""Certificates: who gets one, under which number, and what becomes of it."""

import datetime

import pytest

from events.models import History
from registrations import access
from registrations.models import Certificate, CertificateSequence, CourseResult
from registrations.operations import certificates, courses, privacy
from registrations.reports import certificates as known
from registrations.reports import courses as listed
from tests import factories
from tests.courses import held, line


@pytest.fixture
def course(world, now):
    made = held(world, now)
    made.plan()
    return made


def done(course, *names):
    """Trainees who were at every lesson of the course, closed now."""
    signups = [course.trainee(name) for name in names]
    for one in signups:
        course.come(one, 0, 1, 2)
    course.close()
    return signups


def issue(course, at=None):
    return certificates.issue(by=course.by, activity=course.activity, at=at or course.ended)


def numbers():
    return list(Certificate.objects.order_by("pk").values_list("number", flat=True))


def test_everybody_who_completed_gets_one_in_the_order_of_the_roster_and_only_once(course):
    course.come(course.trainee("缺课人"), 0)
    done(course, "刘桂英", "鲁大山")
    made = issue(course)
    assert [(one.name, one.number) for one in made] == [
        ("刘桂英", "科培〔2026〕第0001号"),
        ("鲁大山", "科培〔2026〕第0002号"),
    ]
    assert {len(one.code) for one in made} == {16}
    with pytest.raises(certificates.NobodyToCertify):
        issue(course)
    assert History.objects.filter(verb="issue_certificate").count() == 2


def test_none_is_issued_before_the_course_is_closed(course):
    course.come(course.trainee(), 0, 1, 2)
    with pytest.raises(courses.CourseNotClosed):
        issue(course)


def test_the_offices_pattern_holds_below_it_and_the_sequence_goes_on(world, course, now):
    done(course, "甲", "乙")
    given = {"by": course.by, "organization": world.lead, "at": now}
    certificates.set_numbering(**given, pattern="天科协培〔{year}〕第{n:04}号")
    found = listed.of(course.activity)
    assert known.preview(found, year=2026) == "天科协培〔2026〕第0001号"
    issue(course)
    below = factories.organization("nonghanda", parent=world.lead)
    second = held(world, now, organization=below, name="农函大培训班")
    second.plan(period_number=4)
    done(second, "丙")
    certificates.set_numbering(**given, pattern="TM{year}{course:02}{n:03}")
    issue(second)
    assert numbers() == ["天科协培〔2026〕第0001号", "天科协培〔2026〕第0002号", "TM202604003"]
    certificates.set_numbering(by=course.by, organization=below, pattern="农函〔{year}〕{n}", at=now)
    assert known.preview(listed.of(second.activity), year=2027) == "农函〔2027〕1"


@pytest.mark.parametrize("pattern", ["第{n}号", "{year}{n}{secret}", "{year.real}{n}"])
def test_a_pattern_that_would_not_do_is_refused_beside_its_field(world, now, pattern):
    with pytest.raises(certificates.PatternUnfit) as refused:
        certificates.set_numbering(by=world.owner, organization=world.lead, pattern=pattern, at=now)
    assert refused.value.field == "pattern"


def test_two_offices_with_one_pattern_never_issue_one_number_and_no_number_is_lost(world, course, now):
    done(course, "甲")
    issue(course)
    other = factories.organization("another")
    campaign = factories.campaign(other)
    elsewhere = factories.World(other, factories.actor(other), campaign, course.activity, course.lessons[0])
    second = held(elsewhere, now)
    done(second, "乙")
    with pytest.raises(certificates.NumberTaken):
        issue(second)
    assert not CertificateSequence.objects.filter(numbering__organization=other).exists()
    certificates.set_numbering(by=second.by, organization=other, pattern="另培{year}-{n}", at=now)
    assert [one.number for one in issue(second)] == ["另培2026-1"]


def test_a_withdrawn_one_says_so_and_its_trainee_can_get_another_number(course):
    done(course, "刘桂英")
    (first,) = issue(course)
    given = {"by": course.by, "certificate": first, "at": course.ended}
    with pytest.raises(courses.CourseReasonMissing):
        certificates.withdraw(**given, reason=" ")
    certificates.withdraw(**given, reason="发错人")
    with pytest.raises(certificates.CertificateWithdrawn):
        certificates.withdraw(**given, reason="再次")
    (second,) = issue(course)
    assert numbers() == ["科培〔2026〕第0001号", "科培〔2026〕第0002号"]
    assert second.state == "issued"


def test_a_name_is_put_right_on_a_new_certificate_that_names_the_old_one(course):
    done(course, "刘桂荚")
    (first,) = issue(course)
    given = {"by": course.by, "certificate": first, "reason": "姓名打错", "at": course.ended}
    with pytest.raises(certificates.CertificateNameMissing):
        certificates.reissue(**given, name=" ")
    made = certificates.reissue(**given, name="刘桂英")
    first.refresh_from_db()
    assert (made.name, made.replaces, made.hours, first.state) == ("刘桂英", first, first.hours, "withdrawn")


def test_an_erased_trainees_certificate_still_verifies_without_a_name(course):
    (signup,) = done(course, "刘桂英")
    (made,) = issue(course)
    before = (CourseResult.objects.get().hours, Certificate.objects.get().hours)
    privacy.erase(by=course.by, signup=signup, at=course.ended)
    found = access.certificate_by_number(" 科培[2026] 第0001号 ")
    assert (found.pk, found.name, found.state) == (made.pk, "", "issued")
    assert not known.is_named(found, "")
    assert not known.is_named(found, "刘桂英")
    assert (CourseResult.objects.get().hours, found.hours) == before
    assert "刘桂英" not in str(list(Certificate.objects.values()))


def test_an_unnamed_person_completes_and_gets_no_certificate(course):
    factories.place(
        course.activity, course.lessons, factories.many(1), course.lessons[0].starts_at - datetime.timedelta(2)
    )
    (signup,) = done(course, "刘桂英")
    assert [one.attendee_id for one in issue(course)] == [line(signup).pk]


def test_decided_trainees_get_theirs_with_the_hours_they_have(course):
    signup = course.trainee()
    course.come(signup, 0)
    course.close()
    courses.decide(
        by=course.by,
        activity=course.activity,
        attendee=line(signup),
        completed=True,
        reason="补考合格",
        at=course.ended,
    )
    assert [one.hours for one in issue(course)] == [2]
