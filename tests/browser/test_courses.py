"""A course in a real browser: its lessons, scans, closing, certificates, and the page that verifies one."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registrations.models import Certificate, CourseResult
from tests import factories
from tests.browser.conftest import DESK, sign_in
from tests.browser.test_pages import serious
from tests.courses import DAY, held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def course(transactional_db):
    """Three lessons, the last of them over since an hour or more; three trainees."""
    now = timezone.now()
    world = factories.world(now + 2 * DAY)
    first = now.replace(minute=0, second=0, microsecond=0) - 3 * DAY
    made = held(world, first)
    for name, places in (("刘桂英", (0, 1, 2)), ("鲁大山", (0, 1)), ("何平", ())):
        made.come(made.trainee(name), *places)
    return made


def test_a_course_from_its_lessons_to_a_verified_certificate(page: Page, site, course, shot, faults):
    address = f"{site}/console/courses/{course.activity.pk}/"
    sign_in(page, site, course.by.user.username)
    page.set_viewport_size(DESK)
    page.goto(f"{site}/console/activities/{course.activity.pk}/")
    page.locator(f"a[href='/console/courses/{course.activity.pk}/']").click()
    page.locator("a[href$='/lessons/']").click()
    page.locator("[name=period_number]").fill("3")
    for row in page.locator("[name$=-teacher]").all():
        row.fill("鲁老师")
    page.locator("[name$=-hours]").first.fill("4")
    assert serious(page) == []
    shot(page, "course-lessons")
    page.locator(".actionbar button").click()
    page.wait_for_url(address)

    for step in ("open", "close"):
        page.locator(f"a[href$='/step/{step}/']").click()
        assert serious(page) == []
        shot(page, f"course-{step}")
        page.locator(".actionbar button").click()
        page.wait_for_url(address)
    assert set(CourseResult.objects.values_list("attendee__name", "hours", "by_rule")) == {
        ("刘桂英", 8, True), ("鲁大山", 6, False), ("何平", 0, False),
    }  # fmt: skip
    expect(page.locator(".matrix tbody tr")).to_have_count(3)
    assert serious(page) == []
    shot(page, "course")

    page.locator(".matrix a", has_text="鲁").first.click()
    page.locator("[name=completed][value=yes]").check()
    page.locator("[name=reason]").fill("补考合格")
    shot(page, "course-trainee")
    page.locator(".actionbar button").click()
    page.wait_for_url(address)

    page.locator("a[href$='/certificates/']").first.click()
    page.locator("form[action$='/certificates/issue/'] button").click()
    page.locator("dialog[open] button").first.click()
    expect(page.locator("table tbody tr")).to_have_count(2)
    assert serious(page) == []
    shot(page, "certificates")
    with page.expect_download() as kept:
        page.locator("#papers button").first.click()
    assert kept.value.path().read_bytes().startswith(b"%PDF")

    made = Certificate.objects.get(name="刘桂英")
    page.context.clear_cookies()
    page.goto(f"{site}/certificates/")
    page.locator("[name=number]").fill(made.number)
    page.locator("[name=name]").fill("刘桂英")
    shot(page, "certificate-number")
    page.locator("main form button").click()
    expect(page.locator(".notice.success").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("刘桂英")
    page.goto(f"{site}/certificates/{made.code}/")
    expect(page.locator("main")).not_to_contain_text("刘桂英")
    assert serious(page) == []
    shot(page, "certificate")


def test_the_page_that_verifies_weighs_less_than_60_kilobytes(page: Page, site, course):
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{site}/certificates/")
    page.wait_for_load_state("networkidle")
    assert 10_000 < sum(sizes) < 60_000
