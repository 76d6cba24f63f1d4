"""A sign-in sheet as a document that Word and WPS open and the office changes.

One table of WordprocessingML (ECMA-376), written by hand because it is all we need of it: its title block and heads repeat on
every page, the footer counts pages and leaves room for their totals. Fonts are named as official documents have them; where
one is not installed, Word takes another.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from registrations.reports.sign_in_sheets import HEADS, Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE, HEAD, TEXT = "方正小标宋简体", "黑体", "仿宋_GB2312"
#: Twentieths of a point. 25 rows of the height and the heads fill a page so far that no 26th has room.
WIDTHS = (680, 1640, 2310, 1700, 1320, 1960, 880)
ROW, TITLE_ROW, FACT_ROW, HEAD_ROW = 500, 720, 380, 460
#: What XML 1.0 has no way to say.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_TYPES = f"""<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>\
<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/></Types>"""
_ROOT = f"""<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>"""
_PARTS = f"""<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>\
<Relationship Id="rId2" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>"""
_STYLES = f"""<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>\
<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{TEXT}"/><w:sz w:val="22"/>\
<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>\
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>"""


def docx(sheet: Sheet) -> bytes:
    """A4, 25 rows a page."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _ROOT),
            ("word/document.xml", _document(sheet)),
            ("word/_rels/document.xml.rels", _PARTS),
            ("word/styles.xml", _STYLES),
            ("word/footer1.xml", _footer()),
        ):
            package.writestr(name, _DECLARED + part)
    return out.getvalue()


def _tag(name: str, *inside: str, **values: str | int) -> str:
    """An element of `inside`, with attributes of those values."""
    given = "".join(f" w:{key}={quoteattr(str(value))}" for key, value in values.items())
    return f"<w:{name}{given}>{''.join(inside)}</w:{name}>"


def _document(sheet: Sheet) -> str:
    # Word wants a paragraph after a table: as low as can be, so that it begins no page of its own.
    spacing = _tag("spacing", before=0, after=0, line=20, lineRule="exact")
    end = _tag("p", _tag("pPr", spacing, _tag("rPr", _tag("sz", val=2))))
    section = _tag(
        "sectPr",
        '<w:footerReference w:type="default" r:id="rId2"/>',
        _tag("pgSz", w=11906, h=16838),
        _tag("pgMar", top=800, right=700, bottom=1200, left=700, header=400, footer=560, gutter=0),
    )
    return f"<w:document {_W} {_R}>{_tag('body', _table(sheet), end, section)}</w:document>"


def _table(sheet: Sheet) -> str:
    whole = sum(WIDTHS)
    look = _tag(
        "tblPr",
        _tag("tblW", w=whole, type="dxa"),
        _tag("jc", val="center"),
        _borders("tblBorders", "top", "left", "bottom", "right", "insideH", "insideV"),
        _tag("tblLayout", type="fixed"),
        _tag("tblCellMar", _tag("left", w=60, type="dxa"), _tag("right", w=60, type="dxa")),
    )
    grid = _tag("tblGrid", *[_tag("gridCol", w=width) for width in WIDTHS])
    title = _cell("签　到　表", 7, whole, font=TITLE, size=44, middle=True, bare=True)
    rows = [_row(TITLE_ROW, [title], head=True)]
    for pair in (sheet.facts[:2], sheet.facts[2:]):
        halves = zip(pair, ((4, sum(WIDTHS[:4])), (3, sum(WIDTHS[4:]))), strict=True)
        cells = [_cell(f"{label}：{words}", span, width, bare=True) for (label, words), (span, width) in halves]
        rows.append(_row(FACT_ROW, cells, head=True))
    heads = [_cell(word, 1, width, font=HEAD, middle=True) for word, width in zip(HEADS, WIDTHS, strict=True)]
    rows.append(_row(HEAD_ROW, heads, head=True))
    for number, line in enumerate(sheet.lines, start=1):
        said = enumerate(zip(line.cells(number), WIDTHS, strict=True))
        rows.append(_row(ROW, [_cell(words, 1, width, middle=at in (0, 4)) for at, (words, width) in said]))
    return _tag("tbl", look, grid, *rows)


def _row(height: int, cells: list[str], *, head: bool = False) -> str:
    repeated = [_tag("tblHeader")] if head else []
    look = _tag("trPr", _tag("cantSplit"), _tag("trHeight", val=height, hRule="exact"), *repeated)
    return _tag("tr", look, *cells)


def _cell(
    words: str, span: int, width: int, *, font: str = TEXT, size: int = 22, middle: bool = False, bare: bool = False
) -> str:
    """`size` in half points; `bare`: without lines around it."""
    without = (
        [_tag("tcBorders", *[_tag(side, val="nil") for side in ("top", "left", "bottom", "right")])] if bare else []
    )
    look = _tag(
        "tcPr", _tag("tcW", w=width, type="dxa"), _tag("gridSpan", val=span), *without, _tag("vAlign", val="center")
    )
    return _tag("tc", look, _paragraph(_run(words, font, _fitting(words, width, size)), middle=middle))


def _fitting(words: str, width: int, size: int) -> int:
    """The size at which words take one line of that width, but no smaller than can be read."""
    ems = sum(1.0 if ord(char) > 0x2E7F else 0.56 for char in words)
    return next((one for one in (size, 20, 18, 16, 14) if one <= size and ems * one * 10 <= width - 130), 12)


def _borders(name: str, *sides: str) -> str:
    return _tag(name, *[_tag(side, val="single", sz=4, space=0, color="404040") for side in sides])


def _paragraph(*runs: str, middle: bool = False) -> str:
    place = [_tag("jc", val="center")] if middle else []
    return _tag("p", _tag("pPr", _tag("spacing", before=0, after=0), *place), *runs)


def _run(words: str, font: str = TEXT, size: int = 22) -> str:
    if not words:
        return ""
    look = _tag("rPr", _tag("rFonts", hint="eastAsia", eastAsia=font), _tag("sz", val=size))
    return _tag("r", look, f'<w:t xml:space="preserve">{escape(_UNSAYABLE.sub("", words))}</w:t>')


def _field(name: str) -> str:
    """What Word counts itself."""
    return _tag("fldSimple", _tag("r", _tag("rPr", _tag("sz", val=21)), _tag("t", "1")), instr=f" {name} ")


def _footer() -> str:
    said = "本页　应到________人　实到________人　　　经办人签字______________　　　第 "
    words = [_run(said, size=21), _field("PAGE"), _run(" 页　共 ", size=21), _field("NUMPAGES"), _run(" 页", size=21)]
    return f"<w:ftr {_W} {_R}>{_paragraph(*words, middle=True)}</w:ftr>"
