"""How far a laptop has read the store's log: the cursor, and the ledgers that are being fetched from their start."""

from __future__ import annotations

from collections.abc import Iterable

from sync.ledger.ids import LEDGER_DISTRICT, LEDGER_STAFF
from sync.protocol import codec
from sync.replica import Replica
from sync.replica.as_of.terms import terms_version
from sync.replica.replica import UNFINISHED, is_unfinished

_CURSOR = "cursor"  # setting: log, arrival number, running hash there
_SEEN = "seen"  # setting: arrival number and running hash of the end of the log, as the store last told it
Positions = dict[str, int]  # ledger -> arrival number, of the ledgers that are fetched from their start


class PullCursor:
    """The place as a laptop's file notes it; whoever moves it has a transaction open."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica

    def cursor(self) -> tuple[str, int, str]:
        """The log, the arrival number up to which all is read, and the running hash there."""
        log, _, rest = (self.replica.setting(_CURSOR) or " 0 ").partition(" ")
        number, _, hash_ = rest.partition(" ")
        return log, int(number), hash_

    def positions(self) -> Positions:
        """Where the ledgers stand that are being fetched from their start."""
        return dict(self.replica.connection.execute("SELECT ledger, number FROM position ORDER BY ledger").fetchall())

    def header(self, want: int) -> codec.SyncRequest:
        """The header that asks for what follows this place, at most `want` bytes of entries."""
        log, cursor, cursor_hash = self.cursor()
        seen, seen_hash = self._seen()
        return codec.SyncRequest(
            log=log,
            cursor=cursor,
            cursor_hash=cursor_hash,
            seen=seen if seen > cursor else 0,
            seen_hash=seen_hash if seen > cursor else "",
            scope=self.replica.setting("scope_version") or "",
            terms=terms_version(self.replica),
            gone=True,
            dated=True,
            quarantine=self.replica.setting("quarantine_version") or "",
            positions=self.positions(),
            want=want,
        )

    def _seen(self) -> tuple[int, str]:
        """The arrival number at which the log ended when the store last told it, and the running hash there."""
        number, _, hash_ = (self.replica.setting(_SEEN) or "0 ").partition(" ")
        return int(number), hash_

    def note_end(self, answer: codec.SyncAnswer) -> None:
        """Note where the log ends, as an answer tells it.

        What is learned of entries just sent is of the log up to there, further than all is read. A store restored to
        before it is another, though it may know the place up to which this laptop has read.
        """
        if answer.restart and not answer.newest:
            end = (answer.cursor, answer.cursor_hash)
        else:
            end = (answer.newest, answer.newest_hash)
        if end[0] > self._seen()[0]:
            self.replica.set_setting(_SEEN, f"{end[0]} {end[1]}")

    def is_all_of(self, answer: codec.SyncAnswer) -> bool:
        """Whether an answer says nothing but this very place."""
        log, cursor, cursor_hash = self.cursor()
        return answer == codec.SyncAnswer(
            log=log,
            protocol=answer.protocol,
            cursor=cursor,
            cursor_hash=cursor_hash,
            positions=self.positions(),
            time=answer.time,
            own=answer.own,
            attached=answer.attached,
        )

    def begin_again(self) -> None:
        """Read the log from its start."""
        self.replica.set_setting(_CURSOR, " 0 ")
        self.replica.set_setting(_SEEN, "")
        self.replica.connection.execute("DELETE FROM position")

    def fetch(self, ledgers: Iterable[str]) -> None:
        """Fetch these from their start, too."""
        rows = [(each,) for each in sorted(ledgers)]
        self.replica.connection.executemany("INSERT OR REPLACE INTO position VALUES (?, 0)", rows)

    def ledgers_in_scope(self, device: str = "") -> list[str]:
        """The ledgers held here that may be read; only those in which a device has written, if one is named."""
        if (scope := self.replica.scope) is None:
            return []
        readable = {*scope.units, LEDGER_DISTRICT}
        found = self.replica.connection.execute(
            "SELECT DISTINCT ledger FROM chain WHERE ? IN ('', device) ORDER BY ledger", (device,)
        )
        return [
            ledger
            for (ledger,) in found
            if (scope.staff if ledger == LEDGER_STAFF else scope.everything or ledger in readable)
        ]

    def move(self, answer: codec.SyncAnswer, positions: Positions) -> None:
        """Go on from where an answer ends; `positions` are those of the ledgers fetched from their start."""
        connection = self.replica.connection
        self.replica.set_setting(_CURSOR, f"{answer.log} {answer.cursor} {answer.cursor_hash}")
        if positions != self.positions():
            connection.execute("DELETE FROM position")
            connection.executemany("INSERT INTO position VALUES (?, ?)", sorted(positions.items()))
        if is_unfinished(self.replica) != bool(answer.more or positions):
            self.replica.set_setting(UNFINISHED, "1" if answer.more or positions else "")
