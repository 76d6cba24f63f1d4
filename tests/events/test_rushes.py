import datetime

import pytest
from django.test import RequestFactory

from events import rushes
from events.errors import TooManyRequests
from events.rushes import Rule

FEW = Rule("few", 3, 600)


@pytest.fixture
def start():
    """The first moment of a window of ten minutes."""
    return datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)


def passes(who, at):
    try:
        rushes.let_pass(FEW, who, at=at)
    except TooManyRequests:
        return False
    return True


def test_three_pass_and_the_fourth_does_not(start):
    assert [passes("a", start) for _ in range(5)] == [True, True, True, False, False]


def test_one_address_takes_nothing_from_another(start):
    for _ in range(4):
        passes("a", start)
    assert passes("b", start)


def test_the_next_window_begins_anew_and_the_refusal_says_when(start):
    for _ in range(3):
        passes("a", start)
    with pytest.raises(TooManyRequests) as refused:
        rushes.let_pass(FEW, "a", at=start + datetime.timedelta(seconds=420))
    assert refused.value.facts == {"wait": 180}
    assert passes("a", start + datetime.timedelta(seconds=600))


def test_only_failures_use_up_tries(start):
    for _ in range(50):
        rushes.let_try(FEW, "a", at=start)
    for _ in range(3):
        rushes.count(FEW, "a", at=start)
    with pytest.raises(TooManyRequests):
        rushes.let_try(FEW, "a", at=start)


def test_a_whole_school_behind_one_address_signs_up_in_one_lesson(start):
    for _ in range(600):
        rushes.let_pass(rushes.SIGN_UP, "school", at=start)
    with pytest.raises(TooManyRequests):
        rushes.let_pass(rushes.SIGN_UP, "school", at=start)


@pytest.mark.parametrize(
    "proxies, forwarded, found",
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),  # anybody can write this
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),  # came past a proxy
        (1, "", "10.0.0.9"),
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
        (1, "unknown", "unknown"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(settings, proxies, forwarded, found):
    settings.KEPU_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert rushes.address(RequestFactory(REMOTE_ADDR="10.0.0.9").get("/", headers=headers)) == found
