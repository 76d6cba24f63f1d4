"""Lists of names as village secretaries have them: a 接龙 message out of WeChat, or a table. Pure.

Reading keeps what was written, cell by cell as text, so that a page can show it again and a person can put it right;
`check` says what is wrong with each cell. A line of a message may carry name, village, phone, how many people and a
remark in any order that people use:

    1. 刘桂英 江桥村        2、张三  13912345678        3 李四（2人）        4. 王五+1 坐轮椅
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: People on one list, and rows that are read of one.
MOST_PEOPLE, MOST_ROWS = 500, 1_000
#: Characters of a name or a village.
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was written. `people` empty means one; `position` counts lines or rows of the source from 1."""

    name: str = ""
    village: str = ""
    phone: str = ""
    people: str = ""
    remark: str = ""
    position: int = 0

    @property
    def blank(self) -> bool:
        return not any((self.name, self.village, self.phone, self.people, self.remark))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell. `row` is the index in the list that was checked, `position` the line of the source."""

    row: int
    position: int
    column: str
    code: str
    text: str

    @property
    def warning(self) -> bool:
        """A hint: the list may be taken as it is."""
        return self.code == "duplicate_name"


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows with what is wrong with them, and how many people they are (unreadable numbers count as one)."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    people: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if not one.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.warning)


_NUMERALS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


def mobile(text: str) -> str | None:
    """11 digits of a mobile number of mainland China however it was typed; empty stays empty; None where it is none."""
    digits = re.sub(r"[\s\-()./·]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", digits, flags=re.ASCII)
    return digits if not digits or _MOBILE.fullmatch(digits) else None


def count(text: str) -> int | None:
    """How many people: «2», «２人», «两人», «2.0»; empty is one; None where it is no number of people."""
    plain = re.sub(r"[\s人位口名个]", "", unicodedata.normalize("NFKC", text))
    if not plain:
        return 1 if not text.strip() else None
    if plain in _NUMERALS:
        return _NUMERALS[plain]
    found = re.fullmatch(r"(\d{1,6})(?:\.0+)?", plain, re.ASCII)
    return int(found[1]) if found and int(found[1]) >= 1 else None


def typed(name: str, village: str = "", phone: str = "", people: str = "", *, position: int = 0) -> Row:
    """A row from four cells as somebody typed or corrected them on a page."""
    return Row(_closed(_cell(name)), _cell(village), _cell(phone), _cell(people), position=position)


def check(rows: Iterable[Row]) -> Checked:
    """What is wrong with which cell: name_missing, name_too_long, village_too_long, phone_unreadable,
    people_unreadable, too_many (of one line, or where the whole list passes 500), duplicate_name (a warning)."""
    kept = tuple(rows)
    problems: list[Problem] = []
    total = 0
    seen: dict[tuple[str, str], int] = {}
    for index, row in enumerate(kept):

        def tell(column: str, code: str, text: str, index: int = index, row: Row = row) -> None:
            problems.append(Problem(index, row.position, column, code, text))

        if not row.name:
            tell("name", "name_missing", row.name)
        elif len(row.name) > LONGEST:
            tell("name", "name_too_long", row.name)
        elif seen.setdefault((row.name, row.village), index) != index:
            tell("name", "duplicate_name", row.name)
        if len(row.village) > LONGEST:
            tell("village", "village_too_long", row.village)
        if mobile(row.phone) is None:
            tell("phone", "phone_unreadable", row.phone)
        people = count(row.people)
        if people is None:
            tell("people", "people_unreadable", row.people)
        elif total <= MOST_PEOPLE < total + people:
            tell("people", "too_many", row.people)
        total += people or 1
    return Checked(kept, tuple(problems), total)


def shared_village(rows: Iterable[Row]) -> str:
    """The village all of these come from, its groups («江桥村3组») aside; empty where they come from several."""
    roots = {re.sub(r"(?<=[村区])[\d一二三四五六七八九十]+组$", "", row.village) for row in rows if row.village}
    return roots.pop() if len(roots) == 1 else ""


# Messages

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff〇"
_NUMBER = re.compile(r"\(?(\d{1,3})(?!\d)\)?\s*[.、,:;)\]\-_。]*\s*(?![.、,:;)\]\-_。\s])(.*)", re.ASCII)
#: What begins so behind a number is a day, an hour or a rule, not a person: «9月17日», «14:30», «2. 请带身份证».
_NO_PERSON = re.compile(r"[年月日号点时期]|\d{2}(?!\d)", re.ASCII)
_HEADS = re.compile(
    r"报名|接龙|统计|名单|通知|培训|讲座|活动|截止|时间|地点|地址|注意|须知|请|谢谢|如下|格式|例[::如]|示例|姓名|^例\b|大家|各位|联系人"
)
_DAY = re.compile(r"\d{1,4}[年月日点时]|\d{1,2}:\d\d", re.ASCII)
#: A number that waits for its name.
_EMPTY = re.compile(r"\(?\d{1,3}\)?[\s.、,:;)\]\-_。]*", re.ASCII)
_EXAMPLE = re.compile(r"(?:示?例(?:子|如)?)\s*(?:[::.、]|\s|$)")
_VILLAGE = re.compile(
    rf"[{_HAN}\w]*(?:村|组|社区|镇|乡|街道|办事处|大队|[一二三四五六七八九十\d]队|屯|寨|湾|居委会|小区|学校|中学|小学|学院|合作社|公司|班)"
)
_JOINED = re.compile(rf"([{_HAN}]{{1,8}}?(?:村|社区)(?:[\d一二三四五六七八九十]{{1,3}}组)?)([{_HAN}·]{{2,4}})")
_PHONE = re.compile(r"(?<![\d.])(?:\+?86|0086)?[\s\-]?(1\d{2}[\s\-]?\d{4}[\s\-]?\d{4})(?!\d)", re.ASCII)
_DIGITS = re.compile(r"(?<!\d)\+?\d[\d\-]{5,}(?!\d)", re.ASCII)
_PEOPLE = re.compile(
    r"(?:等|共|一共|合计|一家|全家)?\s*[x×*]?\s*(\d{1,6}|[一二两三四五六七八九十])\s*(?:个人|人|位|口人?|名)(?![一-龥])"
    r"|(?:等|一家|全家)?(俩|[二两三四五六七八九十]口)|\(\s*(\d{1,3})\s*\)|[x×*]\s*(\d{1,3})(?!\d)",
    re.ASCII,
)
_PLUS = re.compile(r"\+\s*(\d{1,3})(?!\d)\s*(?:个人|人|位)?", re.ASCII)
_LABEL = re.compile(r"(?:姓名|名字|电话|手机号?码?|联系方式|村组?|所在村|单位|人数|备注)\s*:\s*")
_NAME = re.compile(rf"[{_HAN}]{{2,4}}|[{_HAN}]+·[{_HAN}·]+")


def _plain(text: str) -> str:
    """Full-width digits and signs as half-width ones, without emoji and what cannot be seen."""
    # Circled and bracketed numbers (①, ⒈, ⑴) part from the name behind them before they become plain digits.
    text = re.sub(r"([\u2460-\u249b\u24ea-\u24ff\u2776-\u2793])", lambda found: f"{_numeral(found[1])}. ", text)
    kept = []
    for char in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(char)
        if kind in {"Cf", "Cs", "Co", "Cn", "So", "Sk", "Me"} or "\ufe00" <= char <= "\ufe0f":
            continue
        kept.append(" " if kind in {"Cc", "Zs", "Zl", "Zp"} else char)
    return "".join(kept).strip()


def _numeral(char: str) -> str:
    return str(int(unicodedata.numeric(char, 1)))


def message(text: str) -> list[Row]:
    """The lines of a 接龙 message. Headings, examples and blank lines are left out; where lines are numbered, what
    stands above the first is a heading, and a line without a number that is no name belongs to the one before it.
    """
    lines = [(place, plain) for place, line in enumerate(text.splitlines(), start=1) if (plain := _plain(line))]
    numbered = any(_entry(line) is not None for _place, line in lines)
    rows: list[Row] = []
    for place, line in lines:
        if line.startswith("#") or line == "接龙" or _EXAMPLE.match(line) or _EMPTY.fullmatch(line):
            continue
        entry = _entry(line)
        if entry is not None:
            rows.append(_row(entry, place))
        elif not numbered:
            rows += _unnumbered(line, place)
        elif rows and not _HEADS.search(line) and not _DAY.match(line):
            if _NAME.fullmatch(re.split(r"[\s,、;(+\d]", line, maxsplit=1)[0]):
                rows.append(_row(line, place))
            else:
                rows[-1] = _with_more(rows[-1], line)
    return rows


def _entry(line: str) -> str | None:
    """What stands behind the number of a numbered line; None where the line has none."""
    found = _NUMBER.fullmatch(line)
    if found is None:
        return None
    rest = found[2]
    if _NO_PERSON.match(rest) and not _PHONE.match(rest):
        return None
    return None if re.match(r"(?:请|注意|地点|时间|地址|培训|参加|报名|自带|携带)", rest) else rest


def _unnumbered(line: str, place: int) -> Iterator[Row]:
    """Lines as people type them without numbers: one person, or several names with commas between them."""
    if _HEADS.search(line) and not _PHONE.search(line):
        return
    parts = [part for one in re.split(r"[,、;]", line) if (part := one.strip())]
    if len(parts) > 1 and all(_NAME.fullmatch(part.replace(" ", "")) and not _place_like(part) for part in parts):
        for part in parts:
            yield _row(part, place)
    else:
        yield _row(line, place)


def _with_more(row: Row, line: str) -> Row:
    """A second line of the same entry: its phone, village and remark where the first has none."""
    more = _row(f"? {line}", row.position)
    remark = " ".join(part for part in (row.remark, more.remark) if part)
    return Row(
        row.name, row.village or more.village, row.phone or more.phone, row.people or more.people, remark, row.position
    )


def _row(text: str, place: int) -> Row:
    text = _LABEL.sub(" ", text)
    phone = people = ""
    if found := _PHONE.search(text) or _DIGITS.search(text):
        phone = re.sub(r"[\s\-]", "", found[1] if found.re is _PHONE else found[0])
        text = f"{text[: found.start()]} {text[found.end() :]}"
    if found := _PLUS.search(text):
        people = str(int(found[1]) + 1)
        text = f"{text[: found.start()]} {text[found.end() :]}"
    elif found := _PEOPLE.search(text):
        said = next(part for part in found.groups() if part)
        people = str(_NUMERALS.get(said[0], said))
        text = f"{text[: found.start()]} {text[found.end() :]}"
    tokens = [part for part in re.split(r"[\s,、;/|()\[\]:<>。]+", text) if part.strip(".-_—~")]
    few = [one for one in tokens[1:] if re.fullmatch(r"\d{1,2}", one, re.ASCII)]
    if few and not people:
        people = str(int(few[0]))
        tokens.remove(few[0])
    many = [one for one in tokens if re.fullmatch(r"\d{3,5}", one, re.ASCII)]
    if many and not phone:  # a phone cut short: somebody has to look at it
        phone = many[0]
        tokens.remove(phone)
    return _sorted(tokens, phone, people, place)


def _sorted(tokens: list[str], phone: str, people: str, place: int) -> Row:
    """Which of the words is the name, which the village, and what is left over."""
    villages = [one for one in tokens if _place_like(one)]
    if len(tokens) == len(villages) and tokens:  # «李村»: nothing else could be the name
        joined = _JOINED.fullmatch(tokens[0])
        villages = villages[1:] if joined is None else villages
    others = [one for one in tokens if one not in villages]
    if others and (joined := _JOINED.fullmatch(others[0])) and not villages:
        villages, others = [joined[1]], [joined[2], *others[1:]]
    name = others.pop(0) if others else ""
    while others and _goes_on(name, others[0]):
        latin = name.isascii()
        name = f"{name} {others.pop(0)}" if latin else name + others.pop(0)
    return Row(name, "".join(villages), phone, people, " ".join(others), place)


def _goes_on(name: str, word: str) -> bool:
    """«刘 忠» and «John Smith» are one name."""
    if name.isascii() and word.isascii():
        return name.isalpha() and word.isalpha()
    return bool(re.fullmatch(f"[{_HAN}]", name) and re.fullmatch(f"[{_HAN}]{{1,2}}", word))


def _place_like(word: str) -> bool:
    return len(word) >= 2 and _VILLAGE.fullmatch(word) is not None


# Tables

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
    rows = [(place, [_cell(one) for one in row]) for place, row in enumerate(cells, start=1)]
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
            _closed(given.get("name", "")),
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


def _cell(value: str) -> str:
    return " ".join(_plain(value).split())


def _closed(name: str) -> str:
    """«刘 忠», set apart so that it is as wide as three characters, is «刘忠»."""
    return re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", name)


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
        return sum(bool(fits.fullmatch(_closed(one))) for one in held) / len(held)

    def is_sequence(column: int) -> bool:
        held = [int(one) for one in cells(column) if re.fullmatch(r"\d{1,4}", one, re.ASCII)]
        return len(held) > 1 and len(held) == len(cells(column)) and held == list(range(held[0], held[0] + len(held)))

    left = [column for column in filled if not is_sequence(column)]
    kinds = [("phone", re.compile(r"\+?[\d\s\-]{7,}", re.ASCII)), ("people", re.compile(r"\d{1,3}人?", re.ASCII)),
             ("village", _VILLAGE), ("name", _NAME)]  # fmt: skip
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
