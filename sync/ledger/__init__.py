"""The append-only ledger: entries, their keys and identity, their fold into values, the file that proves them."""
