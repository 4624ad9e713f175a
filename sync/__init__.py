"""What the laptop and the central store share: ledgers, records, their fold, and the exchange between them.

Nothing in here knows of screens. Rooms, from the ground up: `ids`, `keys`, `ledger`; `fields`, `kinds`, `records` and
`templates`; `fold`; `messages`, `wire` (their bytes) and `bundle` (a file of them); `replica` (a laptop's file). Then
the laptop's side of a sync: `outgoing`, `incoming` and `giving` (what goes, what comes, what a restored store is given
back), `transport` and `line` (the way there), `joining`, `exchange` and `stick`; and the store's side, `central`.
"""

__version__ = "0.1.0"
