"""Words of ledgers: what form an activity has, and how people write that there is nothing to say."""

from __future__ import annotations

import unicodedata

#: The statistical form by words that name it. Where a text names several, the first of them in the text is meant.
_FORMS = {
    "lecture": ("讲座", "报告会", "宣讲", "论坛"),
    "training": ("培训", "农函大", "技术指导"),
    "exhibition": ("展览", "巡展", "展出", "展示"),
    "contest": ("竞赛", "比赛", "大赛", "创新赛"),
    "consultation": ("咨询", "义诊"),
    "visit": ("参观", "考察", "研学"),
    "opening": ("启动", "开幕", "主题活动", "主场"),
    "camp": ("夏令营", "冬令营"),
    "science_group": ("兴趣小组", "社团"),
    "open_institute": ("开放日", "科研机构开放", "大学开放"),
    "exchange": ("国际交流", "对外交流"),
    "popularization": ("宣传", "科普下乡", "进校园", "进社区", "进农村"),
    "expert_support": ("专家服务", "技术支撑"),
    "village_support": ("帮扶", "驻村", "扶贫"),
    "facility": ("科普设施", "e站", "科普馆"),
    "other": ("其他", "其它"),
}
_NOTHING = {"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "没有", "n/a", "na"}
_UNKNOWN = {"不详", "未统计", "未知", "待统计", "不清楚", "?"}


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def blank(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    return plain(text).lower() in _NOTHING


def unknown(text: str) -> bool:
    """Whether a cell says that nobody knows."""
    return plain(text) in _UNKNOWN


def form(text: str) -> str:
    """The statistical form a text names; empty where it names none."""
    said = plain(text)
    if said in _FORMS:
        return said
    places = [(said.find(word), code) for code, words in _FORMS.items() for word in words if word in said]
    return min(places)[1] if places else ""
