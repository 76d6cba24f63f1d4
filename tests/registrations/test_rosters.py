"""Lists as village secretaries have them: 接龙 messages as they are typed, tables as they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations import rosters
from registrations.rosters import Row, check, message, table


def cells(row):
    return row.name, row.village, row.phone, row.people, row.remark


LINES = [
    ("1. 刘桂英 江桥村", ("刘桂英", "江桥村", "", "", "")),
    ("2、张三  13912345678", ("张三", "", "13912345678", "", "")),
    ("3 李四（2人）", ("李四", "", "", "2", "")),
    ("４．王五+1 坐轮椅", ("王五", "", "", "2", "坐轮椅")),
    ("5. 江桥村3组赵六", ("赵六", "江桥村3组", "", "", "")),
    ("⑥胡国庆 138 0000 1234", ("胡国庆", "", "13800001234", "", "")),
    ("7. 东方社区 肖文", ("肖文", "东方社区", "", "", "")),
    ("8. 刘 忠 两人", ("刘忠", "", "", "2", "")),
    ("9）夏荷花，江桥村，１３９１２３４５６７８", ("夏荷花", "江桥村", "13912345678", "", "")),
    ("10. 李村", ("李村", "", "", "", "")),
    ("11.13912345678 马超👍", ("马超", "", "13912345678", "", "")),
    ("12. John Smith 江桥村", ("John Smith", "江桥村", "", "", "")),
    ("13. 买买提·艾力 3", ("买买提·艾力", "", "", "3", "")),
    ("14. 姓名：周瑜 电话：13912345672 村：佛子山村", ("周瑜", "佛子山村", "13912345672", "", "")),
    ("15. 李四等3人", ("李四", "", "", "3", "")),
    ("16. 何平（江桥村）素食", ("何平", "江桥村", "", "", "素食")),
    ("17. 何平 汪场镇 江桥村", ("何平", "汪场镇江桥村", "", "", "")),
    ("18. 张三 +86 139-1234-5678", ("张三", "", "13912345678", "", "")),
    ("19. 张三 0728-5220000", ("张三", "", "07285220000", "", "")),
    ("20. 张三 139", ("张三", "", "139", "", "")),
    ("21. 138", ("", "", "138", "", "")),
]


@pytest.mark.parametrize("line, expected", LINES, ids=[line for line, _row in LINES])
def test_a_numbered_line_is_read_whatever_its_order_and_signs(line, expected):
    (row,) = message(f"#接龙\n农技培训报名\n\n{line}")
    assert cells(row) == expected


def test_a_message_out_of_wechat_gives_its_people_and_where_each_stands():
    text = (
        "#接龙\n农技培训报名\n时间：9月17日\n例 姓名 村\n\n1. 刘桂英 江桥村\n\n2、张三\n3.\n9月17日8:30集合\n请带身份证"
    )
    assert [(row.position, row.name) for row in message(text)] == [(6, "刘桂英"), (8, "张三")]


def test_what_stands_under_an_entry_without_a_number_belongs_to_it():
    rows = message("1. 何平\n13912345671\n需要坐轮椅的\n2. 夏荷花")
    assert [cells(row) for row in rows] == [
        ("何平", "", "13912345671", "", "需要坐轮椅的"),
        ("夏荷花", "", "", "", ""),
    ]


def test_a_name_somebody_added_without_a_number_is_not_lost():
    assert [row.name for row in message("1. 何平\n2. 夏荷花\n王五 江桥村")] == ["何平", "夏荷花", "王五"]


def test_names_without_numbers_stand_one_to_a_line_or_with_commas():
    rows = message("汪场镇培训报名\n刘忠、何平，夏荷花\n王五 江桥村")
    assert [(row.name, row.village) for row in rows] == [
        ("刘忠", ""), ("何平", ""), ("夏荷花", ""), ("王五", "江桥村"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n\n", "#接龙\n农技培训报名", "👍👍"])
def test_where_nobody_is_named_nobody_is_read(text):
    assert message(text) == []


def codes(*rows):
    return [(one.row, one.column, one.code) for one in check(rows).problems]


def test_each_wrong_cell_is_named_with_its_code():
    assert codes(
        Row("", "江桥村"), Row("刘" * 61), Row("张三", phone="139"), Row("李四", people="许多"), Row("王五", "村" * 61)
    ) == [
        (0, "name", "name_missing"),
        (1, "name", "name_too_long"),
        (2, "phone", "phone_unreadable"),
        (3, "people", "people_unreadable"),
        (4, "village", "village_too_long"),
    ]  # fmt: skip


def test_the_same_name_twice_in_one_village_is_a_hint_and_no_error():
    found = check([Row("刘桂英", "江桥村"), Row("刘桂英", "东方社区"), Row("刘桂英", "江桥村")])
    assert [(one.row, one.code) for one in found.warnings] == [(2, "duplicate_name")]
    assert not found.errors


def test_a_list_says_where_it_passes_five_hundred_people():
    rows = [Row("甲", people="499"), Row("乙"), Row("丙"), Row("丁")]
    assert codes(*rows) == [(2, "people", "too_many")]
    assert check(rows).people == 502


def test_a_problem_says_the_line_of_the_message_and_what_stood_there():
    (problem,) = check(message("#接龙\n\n1. 张三 0728-5220000")).problems
    assert (problem.position, problem.text) == (3, "07285220000")


@pytest.mark.parametrize(
    "text, number",
    [("", 1), ("2", 2), ("２人", 2), ("两人", 2), (" 3 位", 3), ("2.0", 2), ("0", None), ("-1", None), ("多", None)],
)
def test_people_are_counted_as_they_are_written(text, number):
    assert rosters.count(text) == number


def test_a_table_is_read_by_its_headings_wherever_they_stand():
    rows = table(
        [
            ["江桥村农技培训名单", "", "", ""],
            ["序号", "姓 名*", "联系电话", "村（组）", "人数", "性别", "备注"],
            ["1", "刘　忠", "139 1234 5678", "江桥村3组", "2", "女", "坐轮椅"],
            ["", "", "", ""],
            ["2", "何平"],
            ["合计", "3人", "", ""],
        ]
    )
    assert [(row.position, *cells(row)) for row in rows] == [
        (3, "刘忠", "江桥村3组", "139 1234 5678", "2", "坐轮椅"),
        (5, "何平", "", "", "", ""),
    ]


def test_a_table_without_headings_is_read_by_what_its_columns_hold():
    rows = table([["1", "刘忠", "江桥村2组", "13912345678", "2"], ["2", "何平", "江桥村", "", "1"]])
    assert [cells(row) for row in rows] == [
        ("刘忠", "江桥村2组", "13912345678", "2", ""),
        ("何平", "江桥村", "", "1", ""),
    ]


def test_a_message_pasted_into_a_sheet_is_read_as_a_message():
    rows = table([["#接龙"], ["农技培训报名"], ["1. 刘忠 江桥村"], ["2. 何平 13912345678"]])
    assert [(row.position, row.name, row.phone) for row in rows] == [(3, "刘忠", ""), (4, "何平", "13912345678")]


def test_a_row_without_a_name_is_kept_so_that_it_can_be_put_right():
    (row,) = table([["姓名", "电话"], ["", "13912345678"]])
    assert check([row]).errors[0].code == "name_missing"


def test_groups_of_one_village_share_it_and_several_villages_share_none():
    assert rosters.shared_village([Row("甲", "江桥村"), Row("乙", "江桥村3组"), Row("丙")]) == "江桥村"
    assert rosters.shared_village([Row("甲", "江桥村"), Row("乙", "东方社区")]) == ""


@given(st.text())
def test_any_text_is_read_without_a_fault(text):
    check(message(text))


@given(st.lists(st.text(alphabet="1２.、()（）+人刘忠村组 13900\n#例⑥:-", max_size=20), max_size=8))
def test_any_mixture_of_what_such_messages_are_made_of_is_read_without_a_fault(lines):
    check(message("\n".join(lines)))


@given(
    st.lists(st.lists(st.text(max_size=12) | st.sampled_from(["姓名", "电话", "村", "人数", "合计", "1"])), max_size=12)
)
def test_any_table_is_read_without_a_fault(rows):
    check(table(rows))


@given(st.text(), st.text(), st.text(), st.text())
def test_any_cells_that_are_typed_are_judged_without_a_fault(name, village, phone, people):
    check([rosters.typed(name, village, phone, people)])
