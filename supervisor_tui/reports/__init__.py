"""Reports upward: figures, the documents made of them, and the formats they are written in.

`figures` counts and knows no words; `brief`, `unit_file`, `register` and `inspection_sheet` make a `document` in the
language spoken now; `as_docx`, `as_xlsx`, `as_html`, `as_csv` and `as_json` render any document (`formats`),
`output_file` puts the file in its place. Nothing here imports Textual; only its renderer imports a heavy library.
"""
