from functools import partial

import pytest

from registrations.models import Certificate, CertificateSequence
from registrations.operations import certificates
from tests import factories
from tests.courses import held

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now)


def closed(world, now, many):
    course = held(world, now)
    course.plan(required_share=1)
    for n in range(many):
        course.come(course.trainee(f"学员{n}"), 0)
    course.close()
    return course


def test_courses_that_issue_at_the_same_moment_share_one_sequence_without_gaps(world, now, at_once):
    made = [closed(world, now, 3) for _ in range(4)]
    # Each twice: of two who press at once one issues, the other is told that there is nobody left.
    results = at_once(
        [partial(certificates.issue, by=one.by, activity=one.activity, at=one.ended) for one in made for _ in range(2)]
    )
    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [certificates.NobodyToCertify] * 4
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert numbers == [f"科培〔2026〕第{n:04}号" for n in range(1, 13)]
    assert CertificateSequence.objects.get().last == 12


def test_one_certificate_is_put_right_once_however_many_press(world, now, at_once):
    course = closed(world, now, 1)
    (first,) = certificates.issue(by=course.by, activity=course.activity, at=course.ended)
    given = {"by": course.by, "certificate": first, "name": "刘桂英", "reason": "姓名打错", "at": course.ended}
    results = at_once([partial(certificates.reissue, **given) for _ in range(6)])
    assert sum(isinstance(one, Certificate) for one in results) == 1
    assert {type(one) for one in results if isinstance(one, Exception)} == {certificates.CertificateWithdrawn}
    assert CertificateSequence.objects.get().last == 2
