import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations import masks


@pytest.mark.parametrize("name, shown", [("刘桂英", "刘**"), ("万军", "万*"), ("李", "李"), ("", "")])
def test_of_a_name_the_first_character_is_shown(name, shown):
    assert masks.name(name) == shown


@pytest.mark.parametrize(
    "phone, shown",
    [("13912345678", "139****5678"), ("07285220000", "072****0000"), ("110", "***"), ("1234567", "*******"), ("", "")],
)
def test_of_a_phone_the_middle_is_hidden_and_of_a_short_one_everything(phone, shown):
    assert masks.phone(phone) == shown


@given(st.text(max_size=60))
def test_no_mask_shows_more_than_it_may(text):
    assert set(masks.name(text)[1:]) <= {"*"}
    assert len(masks.name(text)) == len(text)
    shown = masks.phone(text)
    assert set(shown if len(text) < 8 else shown[3:-4]) <= {"*"}
