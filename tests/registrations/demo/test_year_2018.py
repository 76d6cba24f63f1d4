"""What must come out when the source document's records are loaded: read off the command, as its users do."""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from events.models import Session


def yearend(*options: str, year: str = "2018") -> str:
    out = io.StringIO()
    call_command("yearend", year, *options, stdout=out)
    return out.getvalue()


def figures(*options: str) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in json.loads(yearend("--org", "tianmen", *options))["figures"]}


def stated(figure: dict[str, Any]) -> tuple[int | None, str, str]:
    return figure["number"], figure["bound"], figure["unit"]


OWN = {
    "courses": (4, "exact", "期"),
    "learners": (500, "at_least", "人"),
    "techniques": (20, "at_least", "项"),
    "experts": (50, "exact", "人"),
    "projects": (14, "at_least", "个"),
    "supports": (71, "at_least", "项"),
    "lifted_out": (375, "at_least", "人"),
    "aid_money": (10_000, "at_least", "元"),
    "households_visited": (5, "exact", "户"),
    "goods_value": (3000, "at_least", "元"),
    "terminals": (7, "exact", "台"),
    "base_visits": (2, "exact", "次"),
    "base_trainings": (3, "exact", "次"),
    "exhibitions": (2, "exact", "次"),
    "leaflets": (1600, "at_least", "份"),
    "opening_people": (900, "at_least", "人"),
    "school_talks": (3, "exact", "所"),
    "school_talks_attendance": (None, "unknown", "人次"),
    "consultations": (200, "exact", "人次"),
    "sessions": (4, "exact", "场"),
    "attendance": (None, "unknown", "人次"),
    "attendance_lecture": (None, "unknown", "人次"),
}


def test_the_associations_own_figures_of_2018_are_those_of_its_work_summary(tianmen):
    assert {code: stated(figure) for code, figure in figures("--scope", "own").items()} == OWN


def test_the_whole_system_has_the_same_figures_for_the_townships_led_nothing(tianmen):
    assert {code: stated(figure) for code, figure in figures("--scope", "tree").items()} == OWN


def test_what_other_departments_reported_stands_in_the_city_wide_figures_alone(tianmen):
    region = {code: stated(figure) for code, figure in figures("--scope", "region").items()}
    assert region == OWN | {
        "notice_boards": (100, "at_least", "个"),
        "attendance": (4700, "at_least", "人次"),
        "training_citywide": (4700, "at_least", "人次"),
    }


def test_unknown_attendance_is_shown_as_unknown_and_adds_no_number(tianmen):
    talks = figures()["school_talks_attendance"]
    assert (talks["number"], talks["low"], talks["high"]) == (None, 0, None)
    assert talks["grades"] == {"reported": {"number": None, "bound": "unknown"}}


def test_own_lies_within_the_tree_and_the_tree_within_the_region(tianmen):
    own, tree, region = (figures("--scope", scope) for scope in ("own", "tree", "region"))
    assert set(own) <= set(tree) <= set(region)
    for code, figure in own.items():
        assert figure["low"] <= tree[code]["low"] <= region[code]["low"]
        assert (figure["number"] or 0) <= (tree[code]["number"] or 0) <= (region[code]["number"] or 0)


def test_the_json_has_exactly_these_fields(tianmen):
    report = json.loads(yearend("--org", "tianmen"))
    assert {name: value for name, value in report.items() if name != "figures"} == {
        "year": 2018,
        "organization": "tianmen",
        "scope": "own",
        "as_of": "2018-12-31",
        "rules": "2026.2",
        "catalogue": {"code": "work_report", "version": "2018.1"},
    }
    for figure in report["figures"]:
        assert list(figure) == [
            "code", "label", "measure", "number", "low", "high", "unit", "bound", "grades", "records"
        ]  # fmt: skip
        assert set(figure["label"]) == {"zh", "en"}
        assert figure["records"]
        for part in figure["grades"].values():
            assert set(part) == {"number", "bound"}
        for record in figure["records"]:
            assert set(record) == {"kind", "id", "label"}


def test_every_figure_names_the_records_it_rests_on(tianmen):
    leaflets = figures()["leaflets"]
    assert {record["label"] for record in leaflets["records"]} == {
        "合作社科普宣传：免费发放各类科普宣传资料1000余份",
        "江河社区、东方社区科普宣讲：发放宣传资料600余份",
    }
    assert leaflets["grades"] == {"reported": {"number": 1600, "bound": "at_least"}}


def test_what_was_handed_out_at_two_places_together_is_split_by_no_township(tianmen):
    """S09 is one record of the association; no township has a share in it."""
    for township in ("wangchang", "fozishan", "yuekou"):
        mine = json.loads(yearend("--org", township, "--scope", "tree"))["figures"]
        assert not [figure for figure in mine if figure["code"] in {"leaflets", "consultations"}]


def test_the_talks_of_october_have_their_days_and_no_invented_attendance(tianmen):
    october = Session.objects.filter(activity__external_id__in=["S02", "S03", "S04"])
    assert {session.activity.external_id: str(session.activity.starts_on) for session in october} == {
        "S02": "2018-10-20",
        "S03": "2018-10-20",
        "S04": "2018-10-20",
    }
    records = {record["label"] for record in figures()["sessions"]["records"]}
    assert "转基因农产品知识宣讲 2018-10-20 汪场镇" in records


def test_at_a_cut_off_in_september_the_sessions_of_october_are_not_held_yet(tianmen):
    early = figures("--as-of", "2018-09-30")
    assert stated(early["sessions"]) == (1, "exact", "场")
    assert "terminals" not in early  # put into service at the end of the year
    assert stated(figures("--as-of", "2018-10-20")["sessions"]) == (4, "exact", "场")


def test_another_year_has_none_of_these_figures(tianmen):
    for year in ("2017", "2019"):
        codes = {figure["code"] for figure in json.loads(yearend("--org", "tianmen", year=year))["figures"]}
        assert codes <= {"terminals"}  # a stock stays


def test_the_passage_is_written_as_the_work_summary_writes_it(tianmen):
    text = yearend("--org", "tianmen", "--format", "md")
    for sentence in (
        "# 天门市科学技术协会2018年工作总结（数据部分）",
        "## 一、精准扶贫",
        "举办实用技术培训班4期，培训农民500多人，推广新技术、新品种20多项。",
        "联系各类专家50人，据不完全统计，为14个项目提供71项技术支撑，带领群众脱贫375人。",
        "先后提供帮扶资金1万多元，走访慰问困难党员5户，送米面油等价值3000多元。",
        "首批7台科普e站已安装到位。",
        "科普示范基地组织群众参观学习2次，开展集中培训3次，举办科普展览2次，免费发放各类科普宣传资料1600余份。",
        "全国科普日启动仪式900多人参加。",
        "先后深入3所学校开展科普讲座，参与人次未统计。",
        "接受群众咨询200人次。",
        "（统计范围：本级；截至2018年12月31日）",
    ):
        assert sentence in text
    assert "None" not in text
    assert "4700" not in text


def test_the_city_wide_passage_tells_what_others_reported(tianmen):
    text = yearend("--org", "tianmen", "--scope", "region", "--format", "md")
    assert "全年培训各类人员4700余人次。" in text
    assert "开辟科普宣传栏100多个。" in text
    assert "（统计范围：全市；截至2018年12月31日）" in text


def test_the_workbook_opens_in_another_program(tianmen, tmp_path, capfdbinary):
    call_command("yearend", "2018", "--org", "tianmen", "--format", "xlsx")
    file = tmp_path / "2018.xlsx"
    file.write_bytes(capfdbinary.readouterr().out)
    sheet = openpyxl.load_workbook(file).active
    rows = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert len(sheet["A1"].value) > 0
    assert rows["实用技术培训班"][2:5] == (4, "期", "4期")
    assert rows["发放科普宣传资料"][2:5] == (1600, "份", "1600多份")
    assert rows["进学校讲座参与人次"][2:5] == (None, "人次", "未统计")
    assert rows["全市各部门培训"][4] == "–"


def test_without_a_name_the_root_association_is_meant(tianmen):
    assert json.loads(yearend())["organization"] == "tianmen"


@pytest.mark.parametrize(
    "options, complaint",
    [
        (["2018", "--org", "atlantis"], "no such organization"),
        (["1948"], "between 1949 and 2100"),
        (["2101"], "between 1949 and 2100"),
        (["next"], "invalid int value"),
        (["2018", "--scope", "galaxy"], "invalid choice"),
        (["2018", "--as-of", "someday"], "invalid fromisoformat value"),
        (["2018", "--format", "papyrus"], "invalid choice"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(tianmen, options, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("yearend", *options, stdout=io.StringIO())


@pytest.mark.django_db
def test_where_there_is_no_organization_the_command_says_so():
    with pytest.raises(CommandError, match="no organization yet"):
        yearend()


def test_a_running_year_is_cut_off_today(tianmen):
    year = datetime.datetime.now(tz=datetime.UTC).year
    report = json.loads(yearend(year=str(year)))
    assert f"{year}-01-01" <= report["as_of"] <= f"{year}-12-31"
    assert json.loads(yearend(year="2099"))["as_of"] == "2099-01-01"
