"""The central store: a log of entries with access rules. Not a second application: it validates with the same code.

Packages, from the ground up: `storage` (what an engine must do, SQLite, all SQL written once), `access` (who may do
what, folded from `staff`, and one entry's verdict), `log` (entries in and out, numbers and receipts, revisions,
verification, attachments), `recovery` (a restored store is given back what it lost), `service` (what `Store` holds
together), `http` and `bundles` (the two transports), `admin`, `imports` and `cli` (the office's commands), which speak
by `locale`.
"""
