"""Which column of a ledger holds what, told by its heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

#: Headings by field, the surest first; a heading that contains one of these words is it too.
FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("编号", "活动编号"),
    "name": ("活动名称", "名称", "活动主题", "活动内容及名称", "活动项目", "主题"),
    "date": ("活动时间", "时间", "日期", "活动日期", "开展时间", "举办时间"),
    "place": ("活动地点", "地点", "地址", "场所", "举办地点"),
    "region": ("所属乡镇", "乡镇", "街道", "镇街", "乡镇街道", "所在乡镇"),
    "lead": ("主办单位", "主办", "组织单位", "承办单位", "牵头单位"),
    "partners": ("协办单位", "协办", "参与单位", "联合单位", "配合单位"),
    "form": ("活动形式", "形式", "活动类型", "类型", "类别", "活动类别"),
    "expected": ("应到人数", "应到", "计划人数", "预计人数"),
    "people": ("参加人数", "人次", "参与人次", "参加人次", "参与人数", "受众人数", "受益人数", "实到人数", "实到", "人数",
               "受众"),
    "leaflets": ("发放资料", "资料", "发放宣传资料", "宣传资料", "资料数", "发放资料数", "资料份数"),
    "consultations": ("咨询人次", "咨询", "接受咨询", "现场咨询"),
    "free_clinics": ("义诊人次", "义诊"),
    "panels": ("展板", "展板数", "科普展板"),
    "media": ("宣传报道", "媒体报道", "报道"),
    "times": ("场次", "期数", "次数", "场数"),
    "experts": ("专家", "参与专家", "主讲人", "专家姓名", "授课专家", "主讲专家", "授课人", "专家人数"),
    "summary": ("活动内容", "主要内容", "内容", "活动情况", "简介", "活动简介", "效果"),
    "filled_in_by": ("填报人", "经办人", "记录人"),
    "remark": ("备注", "说明"),
}  # fmt: skip
#: Without these a row says nothing.
REQUIRED = ("name", "date")
#: Fields that hold a number, as somebody put it in words; the measure is of the same name but for people.
NUMBERS = {
    "people": "attendance",
    "leaflets": "leaflets",
    "consultations": "consultations",
    "free_clinics": "free_clinics",
    "panels": "panels",
    "media": "media",
}
#: A ledger's title, its unit and its year may stand above the headings.
_SEARCHED = 12


def plain(heading: str) -> str:
    """A heading without brackets, units, stars and spaces."""
    text = unicodedata.normalize("NFKC", heading)
    return re.sub(r"\(.*?\)|[*\s::、/]", "", text).lower()


def guess(headings: Sequence[str], remembered: Mapping[str, str] | None = None) -> dict[str, int]:
    """Column by field. `remembered` says which field a heading (plain) was chosen for the last time; it wins, then whole
    headings, then words within one."""
    columns: dict[str, int] = {}
    texts = [plain(one) for one in headings]
    for at, text in enumerate(texts):
        field = (remembered or {}).get(text, "")
        if field in FIELDS:
            columns.setdefault(field, at)
    for exact in (True, False):
        for field, words in FIELDS.items():
            for word in words:
                if field in columns:
                    break
                for at, text in enumerate(texts):
                    taken = at in columns.values() or text in (remembered or {})
                    if text and not taken and (text == word if exact else len(word) > 1 and word in text):
                        columns[field] = at
                        break
    return columns


def head_row(cells: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None) -> int:
    """Which row holds the headings: of the first ones that in which most fields are found; 0 where none is."""
    scores = [len(guess(row, remembered)) for row in cells[:_SEARCHED]]
    best = max(scores, default=0)
    return scores.index(best) if best >= len(REQUIRED) else 0
