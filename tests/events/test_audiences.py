from __future__ import annotations

import pytest

from events import audiences


def names(year: int) -> list[str]:
    return [group.zh for group in audiences.current(year)]


@pytest.mark.parametrize("year", [2006, 2018, 2020])
def test_until_2020_the_groups_are_those_of_the_first_plan(year):
    assert names(year)[:4] == ["未成年人", "农民", "城镇劳动人口", "领导干部和公务员"]


@pytest.mark.parametrize("year", [2021, 2026, 2035])
def test_from_2021_the_groups_are_those_of_the_second_plan(year):
    assert names(year)[:5] == ["青少年", "农民", "产业工人", "老年人", "领导干部和公务员"]


def test_before_the_first_plan_its_list_serves_and_after_the_last_the_last():
    assert audiences.current(1998) == audiences.current(2006)
    assert audiences.current(2040) == audiences.current(2035)


@pytest.mark.parametrize("year", [2018, 2026])
def test_every_list_has_the_general_public(year):
    assert "public" in [group.code for group in audiences.current(year)]


def test_a_code_means_one_group_in_every_list():
    meanings = {(group.code, group.zh, group.en) for groups in audiences.lists().values() for group in groups}
    assert len(meanings) == len({code for code, _zh, _en in meanings}) == len(audiences.codes())


def test_lists_follow_each_other_without_a_gap():
    spans = [tuple(map(int, version.split("-"))) for version in audiences.lists()]
    assert all(first <= last for first, last in spans)
    assert [first for first, _last in spans[1:]] == [last + 1 for _first, last in spans[:-1]]


def test_a_label_is_in_the_readers_language_and_an_unknown_code_is_its_own_label():
    assert audiences.label("farmers", "zh-hans") == "农民"
    assert audiences.label("farmers", "en") == "farmers"
    assert audiences.label("martians", "zh-hans") == "martians"
