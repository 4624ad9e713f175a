"""Errors of an exchange, a class for each way in which the callers go on:

ExchangeError
├── NoConnection          the store was not reached
│   └── StoppedOnTheWay   something before the store lets this request not pass
├── Rejected              the store said no
├── PayloadTooLarge       send less at a time
└── Cancelled             the person stopped it
"""

from __future__ import annotations


class ExchangeError(Exception):
    """An exchange that could not be finished; what was written stays on the laptop. The text is one plain sentence.

    `code` has its words in the catalogue (`error.CODE`); `named`: what these words name, none of it a secret.
    """

    def __init__(self, code: str, message: str, **named: str) -> None:
        super().__init__(message)
        self.code = code
        self.named = named


class NoConnection(ExchangeError):
    """The store could not be reached, or something else answered in its place."""


class StoppedOnTheWay(NoConnection):
    """A gateway before the store does not let this kind of request pass; another kind may."""


class Rejected(ExchangeError):
    """The store answered and said no; `code` is from `wire.ERRORS`, or says what else its answer shows."""


class PayloadTooLarge(ExchangeError):
    """The message was too large or took too long: send less at a time."""


class Cancelled(ExchangeError):
    """The person stopped the exchange."""
