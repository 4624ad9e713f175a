"""Which formats there are, and a document's bytes in one of them. The library of a format is loaded when it is used."""

from __future__ import annotations

from supervisor_tui.reports.document import Document

FORMATS = ("docx", "xlsx", "html", "csv", "json")


def render(document: Document, form: str) -> bytes:
    """The document in a format of `FORMATS`; the same bytes for the same document."""
    if form == "docx":
        from supervisor_tui.reports.formats.as_docx import as_docx

        return as_docx(document)
    if form == "xlsx":
        from supervisor_tui.reports.formats.as_xlsx import as_xlsx

        return as_xlsx(document)
    if form == "html":
        from supervisor_tui.reports.formats.as_html import as_html

        return as_html(document)
    if form == "csv":
        from supervisor_tui.reports.formats.as_csv import as_csv

        return as_csv(document)
    from supervisor_tui.reports.formats.as_json import as_json

    return as_json(document)
