from __future__ import annotations

import copy
from typing import Any

import pytest

from registrations.indicators import catalogue
from registrations.indicators.catalogue import CatalogueError, Reported, Stock, Sum

NAMES = {"zh": "发放资料", "en": "Leaflets"}


def small(**row: Any) -> dict[str, Any]:
    """A catalogue of one indicator."""
    one = {"code": "leaflets", "rule": {"sum": "leaflets"}, "label": NAMES, "definition": NAMES} | row
    return {
        "catalogue": "small",
        "version": "1",
        "rules": "2026.1",
        "label": NAMES,
        "source": "test",
        "sections": [{"code": "only", "label": NAMES, "indicators": [one]}],
    }


def test_the_work_report_reads_and_each_indicator_has_both_names():
    read = catalogue.load("work_report")
    assert (read.code, read.version, read.rules) == ("work_report", "2018.1", "2026.2")
    assert len(read.indicators) == len({one.code for one in read.indicators}) >= 25
    for one in read.indicators:
        assert all(one.label[language] and one.definition[language] for language in ("zh", "en"))
        assert one.measure.code == one.rule.measure


def test_every_figure_that_a_passage_quotes_is_an_indicator():
    read = catalogue.load("work_report")
    quoted = [clause for section in read.sections for sentence in section.passage for clause in sentence]
    assert len(quoted) >= 15
    assert all("{" in clause for clause in quoted)


def test_each_kind_of_rule_is_read():
    assert catalogue.parse(small()).indicators[0].rule == Sum("leaflets", {}, ())
    where = {"form": ["lecture", "training"], "mode": ["online"]}
    rule = {"sum": "attendance", "where": where, "reported": ["citywide"]}
    assert catalogue.parse(small(rule=rule)).indicators[0].rule == Sum(
        "attendance", {"form": ("lecture", "training"), "mode": ("online",)}, ("citywide",)
    )
    assert catalogue.parse(small(rule={"stock": "terminals"})).indicators[0].rule == Stock("terminals")
    reported = {"reported": "attendance", "subject": "citywide"}
    assert catalogue.parse(small(rule=reported)).indicators[0].rule == Reported("attendance", "citywide")


@pytest.mark.parametrize(
    "row, complaint",
    [
        ({"rule": {"sum": "likes"}}, "no measure «likes»"),
        ({"rule": {}}, "no measure"),
        ({"rule": {"sum": "terminals"}}, "a stock is never summed"),
        ({"rule": {"reported": "terminals", "subject": "x"}}, "a stock is never summed"),
        ({"rule": {"stock": "leaflets"}}, "a flow is no stock"),
        ({"rule": {"sum": "leaflets", "where": {"colour": ["red"]}}}, "no condition ['colour']"),
        ({"rule": {"sum": "leaflets", "stock": "terminals"}}, "['stock'] has no place"),
        ({"rule": {"sum": "leaflets", "were": {"form": ["lecture"]}}}, "['were'] has no place"),
        ({"rule": {"reported": "leaflets"}}, "needs its subject"),
        ({"label": {"zh": "只有中文"}}, "label needs zh and en"),
        ({"definition": {"en": "English alone"}}, "definition needs zh and en"),
    ],
)
def test_a_wrong_indicator_is_refused_and_the_message_says_where(row, complaint):
    with pytest.raises(CatalogueError) as refusal:
        catalogue.parse(small(**row))
    assert "small.leaflets" in str(refusal.value)
    assert complaint in str(refusal.value)


def test_a_code_defined_twice_is_refused_also_in_another_section():
    data = small()
    data["sections"].append(copy.deepcopy(data["sections"][0]) | {"code": "second"})
    with pytest.raises(CatalogueError, match=r"small\.leaflets: defined twice"):
        catalogue.parse(data)


def test_an_indicator_without_a_code_is_refused():
    data = small()
    del data["sections"][0]["indicators"][0]["code"]
    with pytest.raises(CatalogueError, match="needs a code"):
        catalogue.parse(data)


def test_a_passage_that_quotes_no_figure_of_ours_is_refused():
    """Its clause would be left out for ever, and nobody would see it."""
    data = small()
    data["sections"][0]["passage"] = [{"clauses": ["发放{leaflets}", "培训{leanrers:余}"]}]
    with pytest.raises(CatalogueError, match=r"small\.only: the passage quotes \['leanrers'\]"):
        catalogue.parse(data)


@pytest.mark.parametrize("code", ["nonesuch", "../measures", "work_report.yaml", ""])
def test_a_catalogue_that_does_not_exist_is_refused(code):
    with pytest.raises(CatalogueError, match="no catalogue"):
        catalogue.load(code)
