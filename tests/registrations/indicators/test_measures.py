from __future__ import annotations

import pytest

from registrations.indicators import measures


@pytest.mark.parametrize("one", measures.all_measures().values(), ids=lambda one: one.code)
def test_every_measure_has_its_unit_and_both_names(one):
    assert one.unit
    assert one.unit_en
    assert one.zh
    assert one.en
    assert one.label("zh-hans") == one.zh
    assert one.label("en") == one.en


def test_the_vocabulary_has_what_the_field_counts():
    """The units of the source document."""
    units = {code: one.unit for code, one in measures.all_measures().items()}
    assert (
        units.items()
        >= {
            "courses": "期",
            "attendance": "人次",
            "persons": "人",
            "learners": "人",
            "leaflets": "份",
            "consultations": "人次",
            "free_clinics": "人次",
            "techniques": "项",
            "panels": "块",
            "exhibits": "件",
            "pictures": "幅",
            "experts": "人",
            "supports": "项",
            "terminals": "台",
        }.items()
    )


def test_people_and_attendances_are_different_measures_with_different_units():
    assert measures.get("persons").unit != measures.get("attendance").unit


def test_only_terminals_are_a_stock():
    assert [code for code, one in measures.all_measures().items() if one.stock] == ["terminals"]


def test_what_the_pages_ask_for_is_in_the_vocabulary():
    assert set(measures.ENTERED) <= set(measures.all_measures())


def test_an_unknown_measure_is_no_measure():
    with pytest.raises(KeyError):
        measures.get("likes")
