"""What the laptop and the central store share: the ledger, the record model, replicas, and the exchange between them.

Nothing in here knows of screens. Packages, from the ground up: `system` (files and their faults), `console` (what both
programs share on the command line), `ledger` and `model` (entries, and what is recorded), `timeline` (what held on
which day), `protocol` (messages and bundles), `replica` (a laptop's file), `client` (the laptop's side of an exchange)
and `central` (the store). `ARCHITECTURE.md` draws them, `PROTOCOL.md` specifies the exchange.
"""

__version__ = "0.1.0"
