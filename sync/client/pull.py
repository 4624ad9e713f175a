"""Store what an answer brings, whichever transport it came by: verdicts, receipts, scope, entries, then the cursor.

All of one answer is one transaction, so the cursor never runs ahead of what is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

import msgspec

from sync.client.http import NoConnection
from sync.ledger import chains
from sync.ledger.chains import Certificate, Receipt, Seal
from sync.protocol import codec
from sync.replica import Replica
from sync.replica.as_of.terms import forget_end, keep_terms, terms_as_of
from sync.replica.editing import attachments
from sync.replica.projection.apply import Incoming, accept_up_to, apply, keep_numbers, keep_seal, take_back_verdicts
from sync.replica.replica import is_unfinished
from sync.replica.storage.connect import Connection
from sync.replica.sync_state.cursor import Positions, PullCursor
from sync.replica.sync_state.fork_recovery import ASKED

SKEW = "skew"  # setting: the seconds by which this laptop's clock is ahead of the store's, if that is too many
BARE = "bare_heads"  # setting: for how many own entries at the store the content of bare heads was last asked for
LACKING = "own_lacking"  # setting: how many own entries at the store do not come though they were fetched
ELSEWHERE = "written_elsewhere"  # setting: how many own entries the store holds in other chains than this device's
GIVE_BACK = "give_back"  # setting: "1" while a restored store has not got everything back, or was not read anew


class Received(msgspec.Struct, kw_only=True):
    """What the answers of an exchange have brought so far.

    `pushed`: entries whose delivery they prove; `told`: places the store said something of other than a receipt.
    `forked`: the store holds other entries in place of ours.
    """

    pushed: int = 0
    pulled: int = 0
    quarantined: list[codec.Kept] = []
    told: set[tuple[str, str, int]] = set()
    forked: bool = False
    noted: bool = False  # that the last answer has come, for the status line


def note_success(replica: Replica) -> None:
    """Note for the status line that everything was exchanged."""
    with replica.transaction() if not replica.connection.in_transaction else nullcontext():
        replica.set_setting("last_sync", chains.now())
        replica.set_setting("last_error", "")
        replica.accept_as_newest()


def note_failure(replica: Replica, code: str, named: Mapping[str, str] | None = None) -> None:
    """Note for the status line why the last exchange failed; `named`: what the words of it name."""
    with replica.transaction() if not replica.connection.in_transaction else nullcontext():
        replica.set_setting("last_error", code)
        replica.set_setting("last_error_named", msgspec.json.encode(dict(named or {})).decode())


class Receiver:
    """Stores answers in a laptop's file."""

    def __init__(self, replica: Replica, *, is_live: bool = True) -> None:
        self.replica = replica
        self.is_live = is_live  # an answer by stick is days old: its time says nothing of this clock
        self.identity = replica.joined()
        self.reading = PullCursor(replica)
        self.received = Received()
        self.has_given_back = False

    def apply_response(self, answer: codec.SyncAnswer, lines: list[bytes], asked: Positions | None) -> None:
        """Store one answer, all of it in one transaction: verdicts, scope, entries, and then the new cursor.

        `asked`: the positions its request named; None if it asked for no entries, then the place stays what it was.
        """
        if answer.scope is not None:
            self._check_scope(answer.scope)
        if answer.terms is not None:
            self._check_terms(answer.terms)
        self._compare_clocks(answer.time)
        if asked is not None and not lines and self._says_nothing(answer):
            return
        # By stick nobody tells it again, and the question is gone.
        with self.replica.told_again() if self.is_live else self.replica.transaction() as connection:
            if asked is not None and self.replica.setting(GIVE_BACK) == "1" and not self.reading.cursor()[0]:
                self._forget_earlier_logs(asked)
            self._take_word(connection, answer)
            self._check_newer(answer)
            if answer.terms is not None:
                keep_terms(self.replica, answer.terms)
            entering = self._take_scope(answer)
            # A restored store is read from its start, once it has been given what it lost: before, it might say less of
            # an entry than what is known here, and its receipts would take the place of those that are to be given.
            if answer.restart:
                self.reading.fetch(entering)
                return
            gaps = self._take_entries(connection, answer, lines)
            if asked is not None:
                self._move_on(answer, asked, entering, gaps)

    def _check_scope(self, scope: codec.Scope) -> None:
        if not codec.scope_holds(scope, self.identity.district, self._store_key):
            raise NoConnection("bad_signature", "The answer is not signed by our store; everything is kept for later.")
        if scope.person != self.identity.person:
            raise NoConnection("damaged_answer", "The answer is somebody else's; everything is kept for later.")

    def _check_terms(self, terms: codec.Terms) -> None:
        if not codec.terms_hold(terms, self.identity.district, self._store_key):
            raise NoConnection("bad_signature", "The answer is not signed by our store; everything is kept for later.")
        if terms.person != self.identity.person:
            raise NoConnection("damaged_answer", "The answer is somebody else's; everything is kept for later.")

    def _check_newer(self, answer: codec.SyncAnswer) -> None:
        """Refuse a scope and terms as of an earlier end of the log than those held: an older answer, told once more.

        A store that was restored stands before them, too, and an answer by stick is signed for its own question.
        """
        if answer.restart or not self.is_live:
            return
        held = self.replica.scope
        for told, known in (
            (answer.scope, (held.log, held.number) if held is not None else ("", 0)),
            (answer.terms, terms_as_of(self.replica)),
        ):
            if told is not None and told.log == known[0] and told.number < known[1]:
                raise NoConnection("damaged_answer", "The answer is an older one; everything is kept for later.")

    def _says_nothing(self, answer: codec.SyncAnswer) -> bool:
        """Whether an answer without entries leaves everything as it is."""
        return (
            self.reading.is_all_of(answer)
            and not self._is_missing_own(answer)
            and not attachments.is_news(self.replica, answer.attached)
            and not self._bare(answer)
            and self._lacking(answer) <= self._known_lacking()
            and not is_unfinished(self.replica)
        )

    def _forget_earlier_logs(self, asked: Positions) -> None:
        """Before a restored store is read from its start, forget what was told meanwhile.

        What was told of clocks, terms, rulings and numbers may be of a store that was restored again since: a laptop
        that has no place in a log cannot notice it. What this one knows it tells with the entries, and at the start of
        all that of this device's own. The numbers of chains that were begun meanwhile come with the rest: a receipt for
        what was given back names but the last.
        """
        self._forget_marks()
        self.reading.fetch(set(self.reading.ledgers_in_scope(self.identity.device)) - asked.keys())

    def _forget_marks(self) -> None:
        for told in ("skew", "late", "ruling"):
            self.replica.connection.execute(f"DELETE FROM {told}")

    def _take_word(self, connection: Connection, answer: codec.SyncAnswer) -> None:
        """What the store says of entries that are here; `restart` is set, too, if it turns out to have lost some."""
        if answer.restart:
            self.count_as_unsent()
        self._take_verdicts(connection, answer)
        if not answer.restart and self._is_missing_own(answer):
            answer.restart = True
            self.count_as_unsent()
        attachments.hear(self.replica, answer.attached)
        self.reading.note_end(answer)
        for have in answer.have:
            # Without a give-back nobody else may have the content of what is a bare head here: the head goes alone.
            place = (have.ledger, self.identity.device, have.seq)
            take_back_verdicts(connection, *place, bare_heads=not answer.restart)
        _take_rulings(connection, answer.rulings)
        connection.executemany(
            "INSERT OR REPLACE INTO skew VALUES (?, ?, ?, ?, ?)", map(msgspec.structs.astuple, answer.skews)
        )
        connection.executemany(
            "INSERT OR REPLACE INTO late VALUES (?, ?, ?)", map(msgspec.structs.astuple, answer.late)
        )
        keep_numbers(connection, answer.numbered)
        if answer.quarantine is not None:
            self._take_quarantine(connection, answer.quarantine)

    def _move_on(self, answer: codec.SyncAnswer, asked: Positions, entering: set[str], gaps: set[str]) -> None:
        """Note how far all is read now, and that nothing is left to fetch, where nothing is."""
        if gaps & asked.keys():
            raise NoConnection("no_progress", "The store's answer has gaps; everything is kept for later.")
        # Ledgers that came up while this request was under way are still to be fetched.
        held = {ledger_id: at for ledger_id, at in self.reading.positions().items() if ledger_id not in asked}
        positions = answer.positions | dict.fromkeys(entering | gaps, 0) | held
        if not answer.more and not positions:
            positions = dict.fromkeys([*self._bare(answer), *self._lost(answer)], 0)
            self.replica.set_setting(BARE, str(answer.own))
        self.reading.move(answer, positions)
        if not answer.more and not positions:
            note_success(self.replica)  # in this transaction, which is written anyway
            self.received.noted = True

    def _compare_clocks(self, time: str) -> None:
        """Note by how much this laptop's clock is wrong, for the person to put it right; nothing where it is not."""
        seconds = chains.seconds_apart(chains.now(), time) if time and self.is_live else 0
        known = self.replica.setting(SKEW) or ""
        told = str(seconds) if abs(seconds) > chains.TOLERATED_SKEW else ""
        if bool(told) != bool(known):
            self.replica.set_setting(SKEW, told)

    def _is_missing_own(self, answer: codec.SyncAnswer) -> bool:
        """Whether the store lacks entries of this device that it gave receipts for.

        What the store lacks may lie beyond the place this laptop has read up to, so that the log looks whole. After a
        give-back, what is still missing stands elsewhere: written again, in chains of the store's own.
        """
        if answer.own is None:
            return False
        held, pending = self._own()
        missing = max(0, held - pending - answer.own)
        if self.has_given_back:
            self.replica.set_setting(ELSEWHERE, str(missing))
            return False
        return bool(missing > int(self.replica.setting(ELSEWHERE) or 0))

    def _own(self) -> tuple[int, int]:
        """How many entries of this device are held here, and how many of them are unsent."""
        device = self.identity.device
        held, pending = self.replica.connection.execute(
            "SELECT (SELECT coalesce(sum(seq), 0) FROM chain WHERE device = ?), (SELECT count(*) FROM entry e"
            " JOIN chain c ON c.id = e.chain WHERE e.number IS NULL AND c.device = ?)",
            (device, device),
        ).fetchone()
        return int(held), int(pending)

    def _lacking(self, answer: codec.SyncAnswer) -> int:
        """How many entries of this device the store holds that are not here: the file was restored from an old copy."""
        return 0 if answer.own is None else max(0, answer.own - self._own()[0])

    def _known_lacking(self) -> int:
        return int(self.replica.setting(LACKING) or 0)

    def _lost(self, answer: codec.SyncAnswer) -> list[str]:
        """The ledgers to be read from their start for what this device wrote and the file has lost.

        Nobody is sent what is his own device's but so. What does not come then stands in ledgers out of scope, or in
        place of other entries that are here: that is a fork.
        """
        lacking, known = self._lacking(answer), self._known_lacking()
        if lacking != known:
            self.replica.set_setting(LACKING, str(lacking))
        if lacking > known:
            return self.reading.ledgers_in_scope()
        self.received.forked = self.received.forked or (lacking > 0 and self._is_parted())
        return []

    def _is_parted(self) -> bool:
        """Whether entries of this device have come that belong in places where others stand here."""
        found = self.replica.connection.execute(
            "SELECT 1 FROM setting WHERE name IN"
            " (SELECT 'fork:' || ledger || ':' || device FROM chain WHERE device = ?)",
            (self.identity.device,),
        )
        return found.fetchone() is not None

    def _bare(self, answer: codec.SyncAnswer) -> list[str]:
        """Ledgers back in scope with own entries here whose content is missing, and which the store may have by now.

        Nobody is sent what is his own device's, so they are read from their start, once for each change at the store.
        """
        if answer.own is None or self.replica.setting(BARE) == str(answer.own):
            return []
        if (scope := self.replica.scope) is None:
            return []
        bare = self.replica.connection.execute(
            "SELECT DISTINCT c.ledger FROM entry e JOIN chain c ON c.id = e.chain"
            " WHERE e.body IS NULL AND c.device = ?",
            (self.identity.device,),
        )
        return [ledger_id for (ledger_id,) in bare if scope.everything or ledger_id in scope.units]

    @property
    def _store_key(self) -> str:
        return self.identity.store_key

    def _take_verdicts(self, connection: Connection, answer: codec.SyncAnswer) -> None:
        self.received.pushed += self._take_receipts(connection, answer.receipts)
        for kept in answer.kept:
            self.received.told.add((kept.ledger, kept.device, kept.seq))
            if kept.code == "fork" and kept.device == self.identity.device:
                self.received.forked = True
                continue
            self.received.quarantined.append(kept)

    def _take_quarantine(self, connection: Connection, quarantine: codec.Quarantine) -> None:
        """What lies at the store without a place in any chain, for the office to read and answer."""
        connection.execute("PRAGMA secure_delete = ON")  # who leaves the office leaves no trace of it
        connection.execute("DELETE FROM quarantine")
        connection.execute("PRAGMA secure_delete = OFF")
        connection.executemany(
            "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?)",
            map(msgspec.structs.astuple, quarantine.items),
        )
        self.replica.set_setting("quarantine_version", quarantine.version)

    def count_as_unsent(self) -> None:
        """The store was restored from a backup: what it gave receipts for may be gone; noted until it is given back.

        Own entries whose content has left with their unit stay what they are: there is nothing to send. So does what
        was kept apart among them: sent again it would bring their heads along, without the content others bring back.
        """
        self.has_given_back = False
        self.replica.set_setting(GIVE_BACK, "1")
        self.replica.set_setting(ASKED, "")  # an answer of before the restoration proves nothing of after it
        self.reading.begin_again()
        self.reading.fetch(self.reading.ledgers_in_scope(self.identity.device))  # with the numbers of its own entries
        self._forget_marks()  # what the store still knows of clocks, terms and rulings it tells again
        self._forget_end()
        attachments.send_again(self.replica)
        self.replica.connection.execute(
            "UPDATE entry SET number = NULL WHERE body IS NOT NULL"
            " AND (code = '' OR chain NOT IN (SELECT chain FROM entry WHERE body IS NULL))"
            " AND chain IN (SELECT id FROM chain WHERE device = ?)",
            (self.identity.device,),
        )

    def _forget_end(self) -> None:
        """Take scope and terms as of whichever end of the log the store tells them next: it stands further back now."""
        if (scope := self.replica.scope) is not None:
            self.replica.set_scope(msgspec.structs.replace(scope, log="", number=0))
        forget_end(self.replica)

    def _take_receipts(self, connection: Connection, receipts: list[Receipt]) -> int:
        """Keep receipts for entries held here; how many entries they settled that were pending."""
        settled = 0
        for receipt in sorted(receipts, key=lambda receipt: receipt.verdict != "apart"):
            if not chains.receipt_holds(receipt, self.identity.district, self._store_key):
                raise NoConnection(
                    "bad_signature", "A receipt is not signed by our store; everything is kept for later."
                )
            if _is_held(connection, receipt):
                settled += accept_up_to(connection, receipt)
        return settled

    def _take_scope(self, answer: codec.SyncAnswer) -> set[str]:
        """Keep the new scope; the ledgers that enter it and must be fetched from their start."""
        if (scope := answer.scope) is None:
            return set()
        old = self.replica.scope
        self.replica.set_scope(scope)
        if not scope.staff:
            self._take_quarantine(self.replica.connection, codec.Quarantine(version=""))
        if scope.group != self.identity.group or scope.role != self.identity.role:
            changed = msgspec.structs.replace(self.identity, group=scope.group, role=scope.role)
            self.replica.set_identity(changed)
            self.identity = changed
        if old is None:
            return set()
        if scope.everything and not old.everything:
            answer.cursor, answer.cursor_hash, answer.more = 0, "", True
            self.replica.set_setting(BARE, "")  # the main run brings nothing of her own that had left with its unit
            return set()
        return codec.entering(old, scope)

    def _take_entries(self, connection: Connection, answer: codec.SyncAnswer, lines: list[bytes]) -> set[str]:
        """Store the entries, and what vouches for them; the ledgers with a missing predecessor."""
        arrived = codec.arrived_entries(lines)
        (before,) = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
        try:
            applied = apply(
                connection, (Incoming(entry=each.entry, number=each.number, code=each.code) for each in arrived)
            )
        except codec.MalformedMessage as error:
            raise NoConnection("damaged_answer", "The answer arrived damaged; everything is kept for later.") from error
        self.received.pulled += applied.new
        if applied.broken:
            raise NoConnection("damaged_answer", "The answer does not hold together; everything is kept for later.")
        self._take_certificates(connection, answer.certificates)
        self._take_seals(connection, answer.seals, before)
        self._take_receipts(connection, answer.witnessed)
        return applied.gaps

    def _take_certificates(self, connection: Connection, certificates: list[Certificate]) -> None:
        """Keep the store's word for the keys of devices, where it is not what is here."""
        if not certificates:
            return
        known = dict(connection.execute("SELECT device, sig FROM certificate").fetchall())
        fresh = [each for each in certificates if known.get(each.device) != each.sig]
        if not all(chains.certificate_holds(each, self.identity.district, self._store_key) for each in fresh):
            raise NoConnection(
                "bad_signature", "A certificate is not signed by our store; everything is kept for later."
            )
        connection.executemany(
            "INSERT OR REPLACE INTO certificate VALUES (?, ?, ?, ?, ?)",
            [(each.device, each.person, each.key, each.at, each.sig) for each in fresh],
        )

    def _take_seals(self, connection: Connection, seals: list[Seal], before: int) -> None:
        """Keep the devices' seals of what is here; of what came in this answer (rows after `before`) each must be one.

        Where other entries stand here in a chain that has parted, its seal says nothing of them.
        """
        for seal in seals:
            row = connection.execute(_SEALED, (seal.ledger, seal.device, seal.seq)).fetchone()
            if row is None:
                continue
            id_, hash_, sig, key = row
            if chains.HASH_PREFIX + hash_.hex() != seal.hash:
                if id_ > before:
                    raise NoConnection("damaged_answer", "An entry is not what its seal is of; all is kept for later.")
            elif sig != seal.sig:
                if key is not None and not chains.seal_holds(seal, self.identity.district, key):
                    raise NoConnection("bad_signature", "A seal is not its device's; everything is kept for later.")
                keep_seal(connection, seal)


# An entry as its seal names it: its row, its hash, the seal of its chain that is here, and its device's key.
_SEALED = """
SELECT e.id, e.hash, s.sig, f.key FROM chain c JOIN entry e ON e.chain = c.id
LEFT JOIN seal s ON s.chain = c.id LEFT JOIN certificate f ON f.device = c.device
WHERE c.ledger = ? AND c.device = ? AND e.seq = ?
"""


def _take_rulings(connection: Connection, rulings: list[codec.Ruling]) -> None:
    """What the office said of entries of this person; the last word counts."""
    connection.executemany(
        "INSERT OR REPLACE INTO ruling VALUES (?, ?, ?, ?, ?)", map(msgspec.structs.astuple, rulings)
    )


def _is_held(connection: Connection, receipt: Receipt) -> bool:
    """Whether the receipt is for an entry this laptop holds, with the same hash."""
    row = connection.execute(
        "SELECT e.hash FROM entry e JOIN chain c ON c.id = e.chain WHERE c.ledger = ? AND c.device = ? AND e.seq = ?",
        (receipt.ledger, receipt.device, receipt.seq),
    ).fetchone()
    return row is not None and chains.HASH_PREFIX + row[0].hex() == receipt.hash
