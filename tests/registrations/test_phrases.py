"""What such reports write, read as what it means; and written as a reader of theirs expects it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations import phrases
from registrations.figures import Amount, Bound, amount
from registrations.indicators import measures

LEAST, MOST, ABOUT, EXACT = Bound.AT_LEAST, Bound.AT_MOST, Bound.ABOUT, Bound.EXACT


@pytest.mark.parametrize(
    "text, number, bound, unit",
    [
        ("500多人", 500, LEAST, "人"),
        ("20多项", 20, LEAST, "项"),
        ("4700余人次", 4700, LEAST, "人次"),
        ("1,000余份", 1000, LEAST, "份"),
        ("1，000余份", 1000, LEAST, "份"),
        ("100多个", 100, LEAST, "个"),
        ("1万多元", 10_000, LEAST, "元"),
        ("3万余", 30_000, LEAST, ""),
        ("3.6万", 36_000, EXACT, ""),
        ("3.6万余人次", 36_000, LEAST, "人次"),
        ("1.13万份", 11_300, EXACT, "份"),
        ("4.35万份", 43_500, EXACT, "份"),
        ("两百多", 200, LEAST, ""),
        ("百余人", 100, LEAST, "人"),
        ("十几人", 10, LEAST, "人"),
        ("十多万元", 100_000, LEAST, "元"),
        ("500多万元", 5_000_000, LEAST, "元"),
        ("5百万元", 5_000_000, EXACT, "元"),
        ("至少71项", 71, LEAST, "项"),
        ("100人以上", 100, LEAST, "人"),
        ("超过1000人", 1000, LEAST, "人"),
        ("逾千人", 1000, LEAST, "人"),
        ("据不完全统计，14个", 14, LEAST, "个"),
        ("据不完全统计71项", 71, LEAST, "项"),
        ("近千人", 1000, MOST, "人"),
        ("将近300人", 300, MOST, "人"),
        ("不足10人", 10, MOST, "人"),
        ("不到10人", 10, MOST, "人"),
        ("50人以下", 50, MOST, "人"),
        ("约300人", 300, ABOUT, "人"),
        ("大约300人", 300, ABOUT, "人"),
        ("300人左右", 300, ABOUT, "人"),
        ("300左右", 300, ABOUT, ""),
        ("二十来人", 20, ABOUT, "人"),
        ("20来访人次", 20, EXACT, "来访人次"),
        ("4期", 4, EXACT, "期"),
        ("200人次", 200, EXACT, "人次"),
        ("30000", 30_000, EXACT, ""),
        ("0", 0, EXACT, ""),
        ("零人", 0, EXACT, "人"),
        (" 12 人 ", 12, EXACT, "人"),
        ("１２００人", 1200, EXACT, "人"),
        ("十五人", 15, EXACT, "人"),
        ("三百二十一人", 321, EXACT, "人"),
        ("一百零五人", 105, EXACT, "人"),
        ("一千零五十人", 1050, EXACT, "人"),
        ("一万二千人", 12_000, EXACT, "人"),
        ("一万零五百人", 10_500, EXACT, "人"),
        ("十二万三千", 123_000, EXACT, ""),
        ("一亿二千万", 120_000_000, EXACT, ""),
        ("万余人", 10_000, LEAST, "人"),
    ],
)
def test_a_phrase_is_read_with_its_qualifier(text, number, bound, unit):
    assert phrases.read(text) == (number, bound, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "人",
        "多",
        "以上",
        "未统计",
        "几十人",  # how many tens?
        "数百人",
        "上千人",
        "二〇一八年",  # a year, and no 8
        "二百五",  # 250 or 205?
        "一万二",  # 12,000, or a slip?
        "1万2千",
        "亿万人",
        "三千零",
        "零五",
        "1,5",
        "3.65",
        "1.23456万",
        "-5",
        "٣人",  # digits of another script
        "500人以上参加",
        "500 600",
        "12abc34",
        "一二三",
        "。",
    ],
)
def test_what_is_no_clear_number_is_refused_and_never_guessed(text):
    with pytest.raises(phrases.NotANumber):
        phrases.read(text)


@settings(max_examples=500, deadline=None)
@given(
    st.text(
        alphabet="0123456789,.，。 零一二两三十百千万亿多余几来近约至少不足以上左右据不完全统计人次份x-", max_size=14
    )
)
def test_reading_whatever_was_typed_ends_in_a_number_or_in_the_one_refusal(text):
    try:
        number, bound, unit = phrases.read(text)
    except phrases.NotANumber:
        return
    assert number >= 0
    assert bound in Bound
    assert not any(char.isdigit() for char in unit)


def chinese(number: int) -> str:
    """An independent spelling of 1–99,999,999: the school's rule."""

    def section(value: int) -> str:
        text = ""
        for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = value // place % 10
            text += "零一二三四五六七八九"[digit] + (name if digit else "")
        while "零零" in text:
            text = text.replace("零零", "零")
        return text.rstrip("零")

    high, low = divmod(number, 10_000)
    text = (section(high).lstrip("零") + "万" if high else "") + section(low)
    text = text.lstrip("零")
    return text.replace("一十", "十", 1) if text.startswith("一十") else text


@settings(max_examples=500, deadline=None)
@given(st.integers(1, 99_999_999))
def test_every_number_in_chinese_is_read_as_itself(number):
    assert phrases.read(chinese(number) + "人") == (number, EXACT, "人")


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 3_000_000),
    st.sampled_from([EXACT, LEAST, MOST, ABOUT]),
    st.sampled_from(sorted({one.unit for one in measures.all_measures().values()})),
    st.sampled_from("多余"),
)
def test_what_is_written_reads_back(number, bound, unit, style):
    part = amount(number, bound)
    text = phrases.write(part, unit, style=style)
    if part.bound is LEAST and not number:  # at least none: nothing is known
        assert text == "未统计"
        return
    assert phrases.read(text) == (number, part.bound, unit)
    assert phrases.parse(text) == part


@pytest.mark.parametrize(
    "part, unit, style, text",
    [
        (amount(500, "at_least"), "人", "多", "500多人"),
        (amount(1600, "at_least"), "份", "余", "1600余份"),
        (amount(71, "at_least"), "项", "多", "至少71项"),
        (amount(10_000, "at_least"), "元", "多", "1万多元"),
        (amount(36_000, "exact"), "人次", "多", "36000人次"),
        (amount(1000, "at_most"), "人", "多", "近1000人"),
        (amount(300, "about"), "人", "多", "约300人"),
        (amount(4, "exact"), "期", "多", "4期"),
        (amount(0, "exact"), "期", "多", "0期"),
        (amount(None, "unknown"), "人次", "多", "未统计"),
    ],
)
def test_an_amount_is_written_as_reports_write_it(part, unit, style, text):
    assert phrases.write(part, unit, style=style) == text


@pytest.mark.parametrize(
    "part, text",
    [
        (amount(1600, "at_least"), "at least 1,600 leaflets"),
        (amount(300, "at_most"), "at most 300 leaflets"),
        (amount(300, "about"), "about 300 leaflets"),
        (amount(4, "exact"), "4 leaflets"),
        (Amount(None, 0, None, 2), "not recorded"),
    ],
)
def test_an_amount_is_written_in_english(part, text):
    assert phrases.write_english(part, "leaflets") == text


def test_a_number_without_a_unit_ends_in_no_blank():
    assert phrases.write_english(amount(4, "exact"), "") == "4"
