"""What a restored store lacks of the chains a laptop holds, and from where on the laptop is to give it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.chains import ChainName, Entry, Receipt
from sync.protocol.codec import Have


def missing_entries(
    session: Session, district: str, holds: Sequence[Have], brought: Mapping[ChainName, Sequence[Entry]]
) -> list[Have]:
    """Of these ends of chains, those the store does not have, or has only the head of something before them.

    `brought`: the entries that the message gave back, by chain and in order; they tell how far the store has got with
    the laptop's side of a chain that it knows otherwise.
    """
    lacks = (_ChainProbe(session, district, end).lack(brought.get((end.ledger, end.device), ())) for end in holds)
    return [lack for lack in lacks if lack is not None]


def written_again(session: Session, district: str, holds: Sequence[Have]) -> list[tuple[Have, int]]:
    """Of these ends of chains, those that are here only as written again, each with its arrival number."""
    asked = [_ChainProbe(session, district, end) for end in holds]
    found = [(each.end, each.again(each.end.hash)) for each in asked if each.in_place(each.end.seq) != each.end.hash]
    return [(end, number) for end, number in found if number is not None]


def kept_apart(session: Session, district: str, log: str, holds: Sequence[Have]) -> list[Receipt]:
    """What is kept apart of these chains, in its place or written again, as receipts that are yet to be signed.

    A receipt for a chain's end covers what stands before it, so whoever gives a chain back is told of these as well.
    """
    return [
        Receipt(
            ledger=end.ledger,
            device=end.device,
            seq=seq,
            hash=hash_,
            log=log,
            number=number,
            at=at,
            verdict="apart",
            code=code,
            sig="",
        )
        for end in holds
        for seq, hash_, number, at, code in _ChainProbe(session, district, end).apart()
    ]


class _ChainProbe:
    """The end of one chain, as a laptop holds it."""

    def __init__(self, session: Session, district: str, end: Have) -> None:
        self.session = session
        self.district = district
        self.end = end
        self.name = (district, end.ledger, end.device)

    def lack(self, brought: Sequence[Entry]) -> Have | None:
        """After which place something is lacking; None if nothing is."""
        seq, hash_ = self.session.row(statements.CHAIN_END, self.name) or (0, "")
        if self.in_place(self.end.seq) == self.end.hash:
            return self._content_before(self.end.device, self.end.seq, is_first=not brought)
        number = self.again(self.end.hash)
        if number is not None:
            _, device, at, *_ = self.session.row(statements.ENTRY_AT, (self.district, number)) or ("", "", 0)
            return self._content_before(str(device), int(at), is_first=not brought)
        if seq >= self.end.seq or self.session.row(statements.CLOSED, self.name) is not None:
            return self._after_what_is_here(brought)
        return self._have(seq, hash_)

    def apart(self) -> Iterator[tuple[int, str, int, str, str]]:
        """Place, hash, arrival number, time and reason of what is apart, in the laptop's own count.

        Nothing for who names an end that is not here: it may be of a chain that he does not hold.
        """
        number = self.again(self.end.hash)
        if number is not None or self.in_place(self.end.seq) == self.end.hash:
            yield from self._apart_in(self.end.device, self.end.seq)
        if number is not None:
            _, device, at, *_ = self.session.row(statements.ENTRY_AT, (self.district, number)) or ("", "", 0)
            back = self.end.seq - int(at)
            for seq, hash_, place, time, code in self._apart_in(str(device), int(at)):
                was = self.session.rows(statements.AGAIN_UNDER, (self.district, place)) or [(hash_,)]
                for (each,) in was:  # the laptop knows which of them it holds
                    yield seq + back, str(each), place, time, code

    def _apart_in(self, device: str, last: int) -> Iterator[tuple[int, str, int, str, str]]:
        between = (self.district, self.end.ledger, device, 1, last)
        for seq, hash_, number, at, code, _, released in self.session.rows(statements.APART_BETWEEN, between):
            if not released:
                yield seq, hash_, number, at, code

    def _have(self, seq: int, hash_: str) -> Have:
        return Have(ledger=self.end.ledger, device=self.end.device, seq=seq, hash=hash_)

    def _content_before(self, device: str, at: int, *, is_first: bool) -> Have | None:
        """The first bare head up to there, in the laptop's own count; the hash says that all heads are here.

        Before it has sent anything (`is_first`), it is also asked for what is held for want of a receipt or content.
        """
        name = (self.district, self.end.ledger, device)
        waiting = [row[0] for row in self.session.rows(statements.FIRST_STUB, name) if row[0] is not None]
        if is_first:
            waiting += [seq for seq, _ in self.session.rows(statements.HELD, name)[:1]]
        first = min(waiting, default=at + 1)
        return None if first > at else self._have(self.end.seq - at + first - 1, self.end.hash)

    def _after_what_is_here(self, brought: Sequence[Entry]) -> Have:
        """The last of the entries brought, from the first on, that the store holds in its place or written again."""
        if not brought:
            return self._have(0, "")
        first = brought[0].head
        reached = self._have(first.seq - 1, first.prev)
        if first.prev and not self._is_here(first.seq - 1, first.prev):
            return self._have(0, "")
        for entry in brought:
            if entry.head.seq != reached.seq + 1 or not self._is_here(entry.head.seq, entry.hash):
                break
            reached = self._have(entry.head.seq, entry.hash)
        return reached

    def _is_here(self, seq: int, hash_: str) -> bool:
        return self.in_place(seq) == hash_ or self.again(hash_) is not None

    def in_place(self, seq: int) -> str:
        """The hash of the entry in that place of the chain; empty if there is none."""
        row = self.session.row(statements.ENTRY_HASH, (*self.name, seq))
        return "" if row is None else str(row[0])

    def again(self, hash_: str) -> int | None:
        """The arrival number under which an entry was written again."""
        row = self.session.row(statements.AGAIN, (self.district, hash_))
        return None if row is None else int(row[0])
