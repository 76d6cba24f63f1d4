"""接龙 messages out of WeChat, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registrations.rosters.rows import Row
from registrations.rosters.words import HAN, NAME, NUMERALS, place_like, plain_text

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
_JOINED = re.compile(rf"([{HAN}]{{1,8}}?(?:村|社区)(?:[\d一二三四五六七八九十]{{1,3}}组)?)([{HAN}·]{{2,4}})")
_PHONE = re.compile(r"(?<![\d.])(?:\+?86|0086)?[\s\-]?(1\d{2}[\s\-]?\d{4}[\s\-]?\d{4})(?!\d)", re.ASCII)
_DIGITS = re.compile(r"(?<!\d)\+?\d[\d\-]{5,}(?!\d)", re.ASCII)
_PEOPLE = re.compile(
    r"(?:等|共|一共|合计|一家|全家)?\s*[x×*]?\s*(\d{1,6}|[一二两三四五六七八九十])\s*(?:个人|人|位|口人?|名)(?![一-龥])"
    r"|(?:等|一家|全家)?(俩|[二两三四五六七八九十]口)|\(\s*(\d{1,3})\s*\)|[x×*]\s*(\d{1,3})(?!\d)",
    re.ASCII,
)
_PLUS = re.compile(r"\+\s*(\d{1,3})(?!\d)\s*(?:个人|人|位)?", re.ASCII)
_LABEL = re.compile(r"(?:姓名|名字|电话|手机号?码?|联系方式|村组?|所在村|单位|人数|备注)\s*:\s*")


def message(text: str) -> list[Row]:
    """The lines of a 接龙 message. Headings, examples and blank lines are left out; where lines are numbered, what
    stands above the first is a heading, and a line without a number that is no name belongs to the one before it.
    """
    lines = [(place, plain) for place, line in enumerate(text.splitlines(), start=1) if (plain := plain_text(line))]
    numbered = is_numbered(text)
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
            if NAME.fullmatch(re.split(r"[\s,、;(+\d]", line, maxsplit=1)[0]):
                rows.append(_row(line, place))
            else:
                rows[-1] = _with_more(rows[-1], line)
    return rows


def is_numbered(text: str) -> bool:
    """Whether people stand in it as a 接龙 message numbers them."""
    return any(_entry(plain_text(line)) is not None for line in text.splitlines())


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
    if len(parts) > 1 and all(NAME.fullmatch(part.replace(" ", "")) and not place_like(part) for part in parts):
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
        people = str(NUMERALS.get(said[0], said))
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
    villages = [one for one in tokens if place_like(one)]
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
    return bool(re.fullmatch(f"[{HAN}]", name) and re.fullmatch(f"[{HAN}]{{1,2}}", word))
