"""The central store: a log of entries with access rules. Not a second application: it validates with the same code.

Rooms: `engine` (what storage must do) and `sqlite` (one that does), `statements` (all SQL, written once), `access` (who
may do what, folded from `staff`), `judge` (one entry's verdict), `log` (entries in), `pull` (entries out), `store` (the
district as a whole), `api` and `serve` (HTTP), `admin`, `imports` and `cli` (the office's commands).
"""
