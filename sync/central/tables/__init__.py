"""What offices already have, as tables: workbooks and csv files with their own headings, read, doubted, and kept.

`read` opens a file, `headings` finds out what its columns mean, `values` reads cells as people write them; `units`,
`counts`, `groups` and `inspections` make edits of the rows. Called by `imports` only; nothing here writes to a store.
"""
