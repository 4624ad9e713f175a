"""A document as JSON, for other people's programs: the same blocks, every text safe."""

from __future__ import annotations

from typing import Any

import msgspec

from supervisor_tui.reports.document import (
    Block,
    Chart,
    Count,
    Document,
    Fill,
    Heading,
    Paragraph,
    References,
    Table,
    plain_value,
    safe_text,
)


def as_json(document: Document) -> bytes:
    """The document's bytes: `{"title","day","language","blocks":[…]}`."""
    value = {
        "title": safe_text(document.title),
        "day": document.day,
        "language": document.language,
        "blocks": [_block(block) for block in document.blocks],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": safe_text(block.text), "level": block.level}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": safe_text(block.text)}
    if isinstance(block, Fill):
        return {"kind": "fill", "words": [safe_text(words) for words in block.words]}
    if isinstance(block, Chart):
        series = [{"name": safe_text(each.name), "values": list(each.values)} for each in block.series]
        labels = [safe_text(label) for label in block.labels]
        return {"kind": "chart", "title": safe_text(block.title), "labels": labels, "series": series}
    if isinstance(block, References):
        items = [{"ref": each.ref, "words": safe_text(each.words), "codes": each.codes} for each in block.items]
        return {"kind": "references", "title": safe_text(block.title), "items": items}
    return _table(block)


def _table(table: Table) -> dict[str, Any]:
    refs = [[cell.ref if isinstance(cell, Count) else "" for cell in row] for row in table.rows]
    return {
        "kind": "table",
        "title": safe_text(table.title),
        "columns": [safe_text(column.title) for column in table.columns],
        "rows": [[plain_value(cell) for cell in row] for row in table.rows],
        **({"refs": refs} if any(map(any, refs)) else {}),
    }
