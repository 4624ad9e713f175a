"""Charts for a word processor: its own drawing of values, with the values in it, no picture and no linked file."""

from __future__ import annotations

from xml.sax.saxutils import escape

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls, nsmap

from supervisor_tui.reports.document import COLOURS, Chart, Series, safe_text

_EMU_A_MM = 36_000
_CHART = nsmap["c"]
_QUIET = '<a:ln w="6350"><a:solidFill><a:srgbClr val="BFC8D2"/></a:solidFill></a:ln>'
_NO_LINE = "<a:ln><a:noFill/></a:ln>"


def chart_xml(document_part: object, chart: Chart, number: int, millimetres: int) -> str:
    """A paragraph with the chart; its part is added to the package."""
    name = PackURI(f"/word/charts/chart{number}.xml")
    package = document_part.package  # type: ignore[attr-defined]
    part = Part(name, CONTENT_TYPE.DML_CHART, _drawn(chart).encode("utf-8"), package)
    relation = document_part.relate_to(part, RELATIONSHIP_TYPE.CHART)  # type: ignore[attr-defined]
    wide, high = millimetres * _EMU_A_MM, _height(chart) * _EMU_A_MM
    return (
        f'<w:p {nsdecls("w", "wp", "a", "r")}><w:pPr><w:spacing w:before="60" w:after="60"/></w:pPr>'
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{1000 + number}" name="chart {number}" descr="{_attribute(chart.title)}"/>'
        "<wp:cNvGraphicFramePr/>"
        f'<a:graphic><a:graphicData uri="{_CHART}"><c:chart {nsdecls("c")} r:id="{relation}"/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def _height(chart: Chart) -> int:
    """Millimetres: bars lie one under another, and want room for each."""
    if chart.kind == "line":
        return 60
    return min(230, 22 + len(chart.labels) * (4 + 4 * len(chart.series)))


def _attribute(text: str) -> str:
    return escape(safe_text(text), {'"': "&quot;", "\n": " "})


def _text(text: str) -> str:
    return escape(safe_text(text).replace("\n", " "))


def _drawn(chart: Chart) -> str:
    is_line = chart.kind == "line"
    series = "".join(_series(chart, each, place, is_line=is_line) for place, each in enumerate(chart.series))
    axes = '<c:axId val="1"/><c:axId val="2"/>'
    above = '<c:dLblPos val="t"/>' if is_line else ""
    labels = f"<c:dLbls>{_small()}{above}{_SHOWN}</c:dLbls>"
    if is_line:
        kind = (
            f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}{labels}<c:marker val="1"/>'
            f"{axes}</c:lineChart>"
        )
    else:
        kind = (
            f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}{labels}'
            f'<c:gapWidth val="60"/>{axes}</c:barChart>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace {nsdecls("c", "a", "r")}><c:roundedCorners val="0"/>'
        f'<c:chart>{_title(chart.title)}<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>{kind}'
        f"{_category_axis(is_line=is_line)}{_value_axis(is_line=is_line)}</c:plotArea>"
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_small()}</c:legend><c:plotVisOnly val="1"/></c:chart>'
        f'<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>{_NO_LINE}</c:spPr></c:chartSpace>'
    )


_SHOWN = (
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)


def _small(*, bold: bool = False, points: int = 9) -> str:
    weight = ' b="1"' if bold else ' b="0"'
    return (
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f'<a:defRPr sz="{100 * points}"{weight}/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _title(text: str) -> str:
    return (
        '<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1000" b="1"/></a:pPr>'
        f'<a:r><a:rPr lang="zh-CN" sz="1000" b="1"/><a:t>{_text(text)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title>'
    )


def _series(chart: Chart, series: Series, place: int, *, is_line: bool) -> str:
    colour = f'<a:solidFill><a:srgbClr val="{COLOURS[place % len(COLOURS)]}"/></a:solidFill>'
    shape = f'<a:ln w="22225">{colour}</a:ln>' if is_line else f"{colour}{_NO_LINE}"
    marker = (
        f'<c:marker><c:symbol val="circle"/><c:size val="5"/><c:spPr>{colour}</c:spPr></c:marker>'
        if is_line
        else '<c:invertIfNegative val="0"/>'
    )
    column = chr(ord("B") + place)
    last = len(chart.labels) + 1
    labels = "".join(f'<c:pt idx="{at}"><c:v>{_text(label)}</c:v></c:pt>' for at, label in enumerate(chart.labels))
    values = "".join(f'<c:pt idx="{at}"><c:v>{value:g}</c:v></c:pt>' for at, value in enumerate(series.values))
    smooth = '<c:smooth val="0"/>' if is_line else ""
    count = f'<c:ptCount val="{len(chart.labels)}"/>'
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{_text(series.name)}</c:v></c:pt></c:strCache>'
        "</c:strRef></c:tx>"
        f"<c:spPr>{shape}</c:spPr>{marker}"
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>{count}{labels}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f"{count}{values}</c:numCache></c:numRef></c:val>{smooth}</c:ser>"
    )


def _category_axis(*, is_line: bool) -> str:
    order, at = ("minMax", "b") if is_line else ("maxMin", "l")
    return (
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{at}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr>{_QUIET}</c:spPr>{_small()}'
        '<c:crossAx val="2"/><c:crosses val="autoZero"/><c:noMultiLvlLbl val="0"/></c:catAx>'
    )


def _value_axis(*, is_line: bool) -> str:
    """The values stand at the bars themselves; lines have quiet rules behind them."""
    at, hidden = ("l", "0") if is_line else ("t", "1")
    rules = f"<c:majorGridlines><c:spPr>{_QUIET}</c:spPr></c:majorGridlines>" if is_line else ""
    return (
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="{hidden}"/><c:axPos val="{at}"/>{rules}<c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:spPr>{_NO_LINE}</c:spPr>{_small()}<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>'
    )
