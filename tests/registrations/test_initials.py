import pytest

from registrations.initials import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("刘桂英", "lgy"),
        ("刘**", "l"),
        ("欧阳红", "oyh"),
        ("曾小贤", "zxx"),
        ("单田芳", "stf"),
        ("", ""),
        ("**", ""),
        ("Ann", ""),
    ],
)
def test_a_name_is_found_by_the_first_letters_of_what_is_shown_of_it(name, letters):
    assert initials(name) == letters
