"""Mobile numbers as people type them, on every form and in every list alike."""

import pytest

from registrations import phones


@pytest.mark.parametrize(
    "text",
    [
        "13912345678",
        "+86 139-1234-5678",
        "0086 139 1234 5678",
        "86 13912345678",
        "１３９１２３４５６７８",
        "(139)12345678",
    ],
)
def test_a_number_is_read_however_it_is_typed(text):
    assert phones.mobile(text) == "13912345678"


@pytest.mark.parametrize("text", ["", " "])
def test_none_given_is_none_wrong(text):
    assert phones.mobile(text) == ""


@pytest.mark.parametrize(
    "text", ["139", "1391234567", "139123456789", "12912345678", "0728-5220000", "+1 212 555 0100", "张三"]
)
def test_what_is_no_mobile_number_is_told(text):
    assert phones.mobile(text) is None
