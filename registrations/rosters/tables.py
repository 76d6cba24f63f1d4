"""Tables as Excel and WPS keep them, with a heading row or without."""

from __future__ import annotations

import re
from collections.abc import Sequence

from registrations.rosters.messages import message
from registrations.rosters.rows import Row
from registrations.rosters.words import NAME, VILLAGE, cell_text, closed

#: Headings of columns, without brackets, stars and spaces.
_COLUMNS = {
    "name": {"姓名", "名字", "人员姓名", "学员姓名", "参加人", "参加人员", "报名人", "村民姓名", "学生姓名", "成员", "name"},
    "village": {"村", "村组", "村名", "所在村", "村/组", "村/单位", "单位/村", "单位", "所在单位", "工作单位", "社区", "村社区",
                "村/社区", "组别", "家庭住址", "住址", "地址", "班级", "village", "unit"},
    "phone": {"电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "联系手机", "phone", "mobile"},
    "people": {"人数", "参加人数", "报名人数", "人数合计", "数量", "people"},
    "remark": {"备注", "说明", "其他", "remark", "note"},
    "number": {"序号", "编号", "序", "号", "no", "no.", "#"},
}  # fmt: skip
_TOTALS = {"合计", "总计", "小计", "共计", "总人数"}


def table(cells: Sequence[Sequence[str]]) -> list[Row]:
    """The rows of a table, with a heading row (in the first ten) or without. Totals and blank rows are left out."""
    rows = [(place, [cell_text(one) for one in row]) for place, row in enumerate(cells, start=1)]
    rows = [(place, row) for place, row in rows if any(row)]
    columns: dict[str, int] = {}
    for index, (_place, row) in enumerate(rows[:10]):
        if "name" in (columns := _headed(row)):
            rows = rows[index + 1 :]
            break
    else:
        width = max((len(row) for _place, row in rows), default=0)
        filled = [column for column in range(width) if any(len(row) > column and row[column] for _place, row in rows)]
        if len(filled) <= 1:  # a message pasted into a sheet
            return _message_in_column(rows)
        columns = _guessed([row for _place, row in rows], filled)
    read = []
    for place, row in rows:
        given = {name: row[at] if at < len(row) else "" for name, at in columns.items() if name != "number"}
        one = Row(
            closed(given.get("name", "")),
            given.get("village", ""),
            given.get("phone", ""),
            given.get("people", ""),
            given.get("remark", ""),
            place,
        )
        heading = _heading(one.name) in _COLUMNS["name"]
        if not one.blank and not heading and not any(_heading(cell) in _TOTALS for cell in row):
            read.append(one)
    return read


def _message_in_column(rows: list[tuple[int, list[str]]]) -> list[Row]:
    lines = {place: "".join(row) for place, row in rows}
    return message("\n".join(lines.get(place, "") for place in range(1, max(lines, default=0) + 1)))


def _heading(cell: str) -> str:
    return re.sub(r"\(.*?\)|[*\s::]", "", cell).lower()


def _headed(row: list[str]) -> dict[str, int]:
    """Column by field, where this row is a heading; a field that stands twice is read where it stands first."""
    columns: dict[str, int] = {}
    for at, cell in enumerate(row):
        for field, words in _COLUMNS.items():
            if _heading(cell) in words:
                columns.setdefault(field, at)
    return columns


def _guessed(rows: list[list[str]], filled: list[int]) -> dict[str, int]:
    """Column by field from what stands in the cells."""

    def cells(column: int) -> list[str]:
        return [row[column] for row in rows if len(row) > column and row[column]]

    def share(column: int, fits: re.Pattern[str]) -> float:
        held = cells(column)
        return sum(bool(fits.fullmatch(closed(one))) for one in held) / len(held)

    def is_sequence(column: int) -> bool:
        held = [int(one) for one in cells(column) if re.fullmatch(r"\d{1,4}", one, re.ASCII)]
        return len(held) > 1 and len(held) == len(cells(column)) and held == list(range(held[0], held[0] + len(held)))

    left = [column for column in filled if not is_sequence(column)]
    kinds = [("phone", re.compile(r"\+?[\d\s\-]{7,}", re.ASCII)), ("people", re.compile(r"\d{1,3}人?", re.ASCII)),
             ("village", VILLAGE), ("name", NAME)]  # fmt: skip
    columns: dict[str, int] = {}
    for field, pattern in kinds:
        best = max(left, key=lambda column: share(column, pattern), default=None)
        if best is not None and share(best, pattern) >= 0.5:
            columns[field] = best
            left.remove(best)
    for field in ("name", "village", "remark"):
        if field not in columns and left:
            columns[field] = left.pop(0)
    return columns
