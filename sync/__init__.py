"""What the laptop and the central store share: ledgers, records, their fold, and the exchange between them.

Nothing in here knows of screens. Rooms, from the ground up: `ids`, `keys`, `ledger`, `records` and `templates`,
`fold`, `replica` (a laptop's file) and `wire` (the messages), `exchange` (the laptop's side of a sync) and `central`
(the store).
"""

__version__ = "0.1.0"
