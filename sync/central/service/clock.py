"""What the store can know of its own clock: the receipts it has signed, and whose clocks agreed with it then."""

from __future__ import annotations

from sync.central.service.store import Store
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.chains import Receipt, read_receipt
from sync.model.days import is_behind
from sync.model.kinds import STORE


def is_clock_behind(store: Store) -> bool:
    """Return whether the clock of this machine is behind an instant that has passed for certain.

    It may have been ahead when a receipt was signed. So those count with whose instants the device's own clock agreed,
    and of the others the last one alone: if an earlier one says more, one of the two is wrong.
    """
    return store.engine.read(lambda session: is_behind(_certain(session, store.district.id)))


def _certain(session: Session, district: str) -> list[str]:
    receipts = [read_receipt(text) for (text,) in session.rows(statements.RECEIPTS, (district,))]
    if not receipts:
        return []
    wrong: dict[tuple[str, str], list[range]] = {}
    for ledger, device, first, last in session.rows(statements.SKEWED, (district,)):
        wrong.setdefault((ledger, device), []).append(range(first, last + 1))

    def agreed(receipt: Receipt) -> bool:
        places = wrong.get((receipt.ledger, receipt.device), ())
        return receipt.device != STORE and not any(receipt.seq in each for each in places)

    return [max(receipts, key=lambda each: each.number).at, *(each.at for each in receipts if agreed(each))]
