"""The central store: a log of entries with access rules. Not a second application: it validates with the same code.

Rooms, from the ground up: `engine` (what storage must do) and `sqlite` (one that does), `statements` (all SQL, written
once); `access` (who may do what, folded from `staff`), `judge` (one entry's verdict), `arriving` (a request, read and
judged); `tip` (numbers and receipts), `revising` (verdicts changed later), `log` (entries in), `pull` (entries out);
`returning`, `proofs`, `parting` and `lacking` (a restored store is given back what it lost); `blobs` and `attachments`;
`district`, `exchanges`, `enrolment`, `edits` and `admitting`, which `store` holds together; `api` and `serve` (HTTP),
`stick` (by file); `admin`, `imports` with `tables`, `set_aside`, `upkeep`, `verify`, `audit` and `cli` (the office's
commands), which speak by `locale`.
"""
