"""What a long push is told, kept some answers at a time: of many receipts for one chain only the last is looked at.

Checking a receipt's signature takes a tenth of a millisecond and each answer of a long push brings one for every chain;
the last one of a chain covers all before it. What a power cut or a kill takes with it is asked for again: the store
answers entries it holds with the same receipts. Where the line is slow nothing waits: a receipt may be for entries that
then need not be sent.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sync import wire
from sync.incoming import Receiver
from sync.ledger import Receipt

_ANSWERS = 4  # that wait at most


class Settling:
    """The answers to a push's messages but the last, on their way into the laptop's file; on leaving, all are kept."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self._waiting: list[wire.SyncAnswer] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keep()

    def add(self, answer: wire.SyncAnswer, *, quick: bool) -> None:
        """Take an answer to a message that asked for no entries; `quick`: it came so soon that more will follow."""
        self._waiting.append(answer)
        if answer.have or answer.restart or not quick or len(self._waiting) >= _ANSWERS:
            self._keep()

    def _keep(self) -> None:
        if not self._waiting:
            return
        answers, self._waiting = self._waiting, []
        last = answers[-1]
        last.receipts = _newest([receipt for each in answers for receipt in each.receipts])
        last.kept = [kept for each in answers for kept in each.kept]
        last.skews = [skew for each in answers for skew in each.skews]
        self.receiver.take(last, [], asked=None)


def _newest(receipts: list[Receipt]) -> list[Receipt]:
    """Without those for a chain that another of the same log covers; one for a single entry is covered by none."""
    newest: dict[tuple[str, ...], Receipt] = {}
    for receipt in receipts:
        place = (receipt.log, receipt.ledger, receipt.device, receipt.verdict, receipt.code)
        single = (str(receipt.seq),) if receipt.verdict == "apart" or receipt.code else ()
        known = newest.get(place + single)
        if known is None or known.seq <= receipt.seq:
            newest[place + single] = receipt
    return list(newest.values())
