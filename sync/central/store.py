"""The district as a whole: devices enrol, exchanges are answered, the office's own edits are kept.

Everything here is engine-neutral and blocking; `api` calls it from worker threads.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

import msgspec

from sync import ids, keys, ledger, wire
from sync.central import audit, blobs, statements
from sync.central.access import Access, advanced
from sync.central.engine import Engine, Row, Session
from sync.central.judge import ACCEPTED
from sync.central.log import Arriving, Log, Taken, Writer, read_lines
from sync.central.pull import Reader
from sync.central.returning import Given, lacking, read_given, take_back
from sync.central.rulings import quarantine_for
from sync.ids import LEDGER_STAFF
from sync.ledger import Certificate, Entry
from sync.records import STORE

_UNKNOWN = (
    "The central store was restored and does not know this laptop yet; what it gave back is safe, and once an office"
    " laptop has exchanged it goes on as before."
)
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}  # 16 MiB and some 50 ms a guess


class Denied(Exception):
    """A request that may not be served; `code` is from `wire.ERRORS`, the text one plain sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class District(msgspec.Struct, frozen=True, kw_only=True):
    """What never changes about the district this store serves."""

    id: str
    name: str
    device: str
    private_key: str
    public_key: str
    code_salt: str

    def __repr__(self) -> str:
        return f"District({self.id})"  # never the key, wherever it is printed


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """An edit of the store's own device, made on an admin's command."""

    ledger: str
    kind: str
    record: str
    fields: dict[str, Any]
    over: dict[str, list[str]] = {}
    why: str = ""


class Store:
    """An open central store."""

    def __init__(self, engine: Engine, district: District) -> None:
        self.engine = engine
        self.district = district
        self._access = Access(number=0)

    @classmethod
    def init(cls, engine: Engine, district: str, name: str) -> Self:
        """Make the district; raises `Denied` if the database has one already."""
        private = keys.new_private_key()
        values = (
            district,
            name,
            "log-" + secrets.token_hex(8),
            "store-" + secrets.token_hex(4),
            private,
            keys.public_key(private),
            secrets.token_hex(16),
            ledger.now(),
        )

        def add(session: Session) -> bool:
            if session.row(statements.ANY_DISTRICT) is not None:
                return False
            session.run(statements.ADD_DISTRICT, values)
            return True

        if not engine.transact(add):
            raise Denied("bad_request", "This database already holds a district; nothing was changed.")
        store = cls.open(engine)
        engine.transact(lambda session: store.certify_itself(session, store.district.device))
        return store

    @classmethod
    def open(cls, engine: Engine) -> Self:
        """Open the district of a database; raises `Denied` if there is none."""
        row = engine.read(lambda session: session.row(statements.ANY_DISTRICT))
        if row is None:
            raise Denied("not_found", "There is no district in this database; make one with `central-store init`.")
        found = engine.read(lambda session: session.row(statements.DISTRICT, (row[0],)))
        assert found is not None  # noqa: S101 - just named
        id_, name, _, device, private, public, salt, *_ = found
        district = District(id=id_, name=name, device=device, private_key=private, public_key=public, code_salt=salt)
        return cls(engine, district)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.close()

    # --- who may do what ---------------------------------------------------------------------------------------------

    def access(self) -> Access:
        """The district's staff as of now."""
        return self.engine.read(self._access_in)

    def _access_in(self, session: Session, *, keep: bool = True) -> Access:
        """The staff as this session sees it. `keep` False in a transaction, which may yet be taken back."""
        counter = session.row(statements.COUNTER, (self.district.id,))
        number = counter[2] if counter else 0
        known = self._access
        if known.number < number:
            known = advanced(known, session, self.district.id, number)
            if keep:
                self._access = known
        elif known.number > number:  # this session reads an older state than another thread has folded already
            known = advanced(Access(number=0), session, self.district.id, number)
        return known

    def device_of(self, token: str) -> Writer:
        """The device a token belongs to; raises `Denied` for an unknown, foreign or revoked one."""
        writer, may_connect = self._holder(token)
        if not may_connect:
            raise _revoked()
        return writer

    def sender_of(self, token: str) -> Writer:
        """The same, but whoever was revoked or has left may still hand in what was not sent; it is kept apart."""
        return self._holder(token)[0]

    def _holder(self, token: str) -> tuple[Writer, bool]:
        district, _, rest = token.partition(".")
        device, _, secret = rest.partition(".")
        row, may_connect = None, False
        if district == self.district.id and secret:
            row, may_connect = self.engine.read(lambda session: self._known_device(session, device))
        if row is None or not hmac.compare_digest(row[2], _token_hash(token)):
            raise Denied("token_unknown", "This laptop is not enrolled here.")
        person, key, _, last_used_day = row
        today = _today()
        if last_used_day != today:
            self.engine.transact(lambda session: session.run(statements.USED_DEVICE, (today, self.district.id, device)))
        return Writer(device=device, person=person, key=key), may_connect

    def _known_device(self, session: Session, device: str) -> tuple[Row | None, bool]:
        """A device's row, and whether `staff` lets it connect."""
        row = session.row(statements.DEVICE, (self.district.id, device))
        return row, row is not None and self._access_in(session).may_connect(device)

    # --- enrolment ---------------------------------------------------------------------------------------------------

    def new_code(self, person: str, valid_until: str) -> str:
        """A one-time code for a person; it is shown once and stored only as a hash."""
        if not self.access().role(person):
            raise Denied("not_found", f"There is no person {person} who could join.")
        code = ids.new_code()
        values = (self.district.id, self._code_hash(code), person, valid_until)

        def add(session: Session) -> None:
            session.run(statements.ADD_CODE, values)
            audit.note(session, self.district.id, STORE, "code made", f"for {person}, until {valid_until}")

        self.engine.transact(add)
        return code

    def join(self, request: wire.JoinRequest) -> wire.JoinAnswer:
        """Enrol a device with a one-time code, or as the successor of one that met a fork.

        Raises `Denied` for a code that is unknown, used or expired, for a token or a signature that does not hold.
        """
        if request.returns:
            return self._welcome_back(request)
        if not _is_public_key(request.public_key):
            raise Denied("malformed", "The public key cannot be read.")
        device, token = self._new_device()
        enrol = self._succeed if request.succeeds else self._use_code
        _, certificate = enrol(request, device, token)
        return self._joined(token, certificate)

    def _joined(self, token: str, certificate: Certificate) -> wire.JoinAnswer:
        known = self.access().persons.get(certificate.person)
        return wire.JoinAnswer(
            token=token,
            device=certificate.device,
            person=certificate.person,
            district=self.district.id,
            store_key=self.district.public_key,
            protocol=wire.PROTOCOL,
            certificate=certificate,
            person_name=known.name if known else "",
            role=known.role if known else "",
            district_name=self.district.name,
        )

    def _welcome_back(self, request: wire.JoinRequest) -> wire.JoinAnswer:
        """Take up again a device that was enrolled after the backup this store was restored from.

        Its certificate and its key prove who it is. It may give back what it holds; until `staff` knows it again, by
        what the office's laptops give back, it is told nothing and nothing new is taken from it: it may have been
        revoked in the time that was lost.
        """
        certificate, token = request.certificate, request.returns
        district, _, rest = token.partition(".")
        if (
            certificate is None
            or (district, rest.partition(".")[0]) != (self.district.id, certificate.device)
            or not ledger.certificate_holds(certificate, self.district.id, self.district.public_key)
            or not keys.holds(certificate.key, request.signature, wire.homecoming(token))
        ):
            raise Denied("token_unknown", "This laptop is not enrolled here.")
        access = self.access()
        if certificate.device in access.devices and not access.may_connect(certificate.device):
            raise _revoked()
        self._meet(certificate, request.device[:80], _token_hash(token))
        return self._joined(token, certificate)

    def _meet(self, certificate: Certificate, name: str, token_hash: str) -> None:
        """Note a device that is known by its certificate alone, and the token it comes with, if any."""
        device, person = certificate.device, certificate.person
        text = msgspec.json.encode(certificate).decode()
        values = (self.district.id, device, person, name, certificate.key, token_hash, text, ledger.now())

        def note(session: Session) -> None:
            session.run(statements.MEET_DEVICE, values)
            audit.note(session, self.district.id, person, "taken up", f"{device} by certificate")
            if token_hash:
                session.run(statements.ADMIT_DEVICE, (token_hash, self.district.id, device))

        self.engine.transact(note)

    def known_by_certificate(self, device: str, certificate: Certificate | None) -> Writer:
        """The device a certificate of this store names, for a road without tokens; raises `Denied` for any other.

        That whoever speaks holds the device's key is for the caller to see.
        """
        row, _ = self.engine.read(lambda session: self._known_device(session, device))
        if row is not None:
            return Writer(device=device, person=row[0], key=row[1])
        if (
            certificate is None
            or certificate.device != device
            or not ledger.certificate_holds(certificate, self.district.id, self.district.public_key)
        ):
            raise Denied("token_unknown", "This laptop is not enrolled here.")
        return Writer(device=device, person=certificate.person, key=certificate.key)

    def meet(self, certificate: Certificate) -> None:
        """Take up a device that a restored store has forgotten, on its certificate; nothing for one that is known."""
        row, _ = self.engine.read(lambda session: self._known_device(session, certificate.device))
        if row is None:
            self._meet(certificate, certificate.device, "")

    def _succeed(self, request: wire.JoinRequest, device: str, token: str) -> tuple[str, Certificate]:
        """Enrol the successor of a device that is still welcome here and signs for it."""
        old = self.device_of(request.succeeds)
        if not keys.holds(old.key, request.signature, wire.succession(request.succeeds, request.public_key)):
            raise Denied("token_unknown", "The old device has not signed for its successor.")
        return old.person, self._certify_successor(old, request, device, token)

    def succeed(self, old: Writer, request: wire.JoinRequest) -> wire.JoinAnswer:
        """Enrol the successor of a device that has signed for it; raises `Denied` if it is not welcome here."""
        if not self.access().may_connect(old.device):
            raise _revoked()
        if not _is_public_key(request.public_key):
            raise Denied("malformed", "The public key cannot be read.")
        device, token = self._new_device()
        return self._joined(token, self._certify_successor(old, request, device, token))

    def _certify_successor(self, old: Writer, request: wire.JoinRequest, device: str, token: str) -> Certificate:
        return self.engine.transact(
            lambda session: self._certify(
                session, device, old.person, request.public_key, request.device[:80], _token_hash(token)
            )
        )

    def _new_device(self) -> tuple[str, str]:
        """A new device's name, and its token."""
        device = ids.new_device_id()
        return device, f"{self.district.id}.{device}.{secrets.token_urlsafe(32)}"

    def _use_code(self, request: wire.JoinRequest, device: str, token: str) -> tuple[str, Certificate]:
        code_hash = self._code_hash(request.code)
        now = ledger.now()

        def use(session: Session) -> tuple[str, Certificate]:
            row = session.row(statements.CODE, (self.district.id, code_hash))
            if row is None:
                raise Denied("code_unknown", "This code is not known.")
            person, expires_at, used_at = row
            used = used_at or expires_at < now
            if used or session.run(statements.USE_CODE, (now, device, self.district.id, code_hash)) != 1:
                raise Denied("code_used", "This code was used or has expired; ask the office for a new one.")
            name = request.device[:80]
            audit.note(session, self.district.id, person, "code used", f"by {device}")
            return person, self._certify(session, device, person, request.public_key, name, _token_hash(token))

        return self.engine.transact(use)

    def enrol(self, person: str, public_key: str, name: str) -> tuple[str, Certificate]:
        """Enrol a device without a code, for whoever holds the database itself; its name and certificate."""
        device = ids.new_device_id()
        certificate = self.engine.transact(lambda session: self._certify(session, device, person, public_key, name, ""))
        return device, certificate

    def certify_itself(self, session: Session, device: str) -> None:
        """Certify a name under which the store itself writes."""
        self._certify(session, device, STORE, self.district.public_key, "central store", "")

    def _certify(self, session: Session, device: str, person: str, key: str, name: str, token_hash: str) -> Certificate:
        """Write a device into `staff`, give it its certificate, and note its token."""
        now = ledger.now()
        certificate = ledger.make_certificate(self.district.private_key, self.district.id, device, person, key, now)
        fields = {"person": person, "key": key, "name": name or device}
        self._write(session, [Edit(ledger=LEDGER_STAFF, kind="device", record=device, fields=fields)])
        text = msgspec.json.encode(certificate).decode()
        values = (self.district.id, device, person, name, key, token_hash, text, now)
        session.run(statements.ADD_DEVICE, values)
        return certificate

    def _code_hash(self, code: str) -> str:
        salt = bytes.fromhex(self.district.code_salt)
        return hashlib.scrypt(ids.plain_code(code).encode(), salt=salt, **_SCRYPT).hex()

    # --- exchange ----------------------------------------------------------------------------------------------------

    def exchange(
        self, writer: Writer, request: wire.SyncRequest, lines: Sequence[bytes]
    ) -> tuple[wire.SyncAnswer, list[bytes]]:
        """Answer one sync message: keep what it brings, then give what its cursor lacks."""
        if request.protocol < wire.OLDEST_PROTOCOL:
            raise Denied("protocol_too_old", "This laptop's program is too old; please update it.")
        if request.holds or request.given:
            return self._taken_back(writer, request, lines), []
        access = self.access()
        if writer.device not in access.devices:
            raise Denied("device_unknown", _UNKNOWN)
        if not lines and not access.may_connect(writer.device):
            raise _revoked()
        taken = self.push(writer, request.seals, lines, request.clock) if lines else Taken()
        return self.engine.read(lambda session: self._answer(session, writer, request, taken))

    def _taken_back(self, writer: Writer, request: wire.SyncRequest, lines: Sequence[bytes]) -> wire.SyncAnswer:
        """What a laptop gives back after the store was restored; it is told what is still lacking, and nothing else."""
        taken = Taken()
        if lines:
            given = read_given(request, lines, self.district.id, self.district.public_key)
            taken = self.engine.transact(lambda session: self._take_back(session, given))
        lacks = self.engine.read(lambda session: lacking(session, self.district.id, request.holds))
        answer = _closed_answer(request, taken)
        answer.kept = [kept for kept in taken.kept if kept.device == writer.device]
        answer.lacks = lacks
        return answer

    def _take_back(self, session: Session, given: Given) -> Taken:
        access = partial(self._access_in, session, keep=False)
        return take_back(self._log(session), given, access, self.district.public_key)

    def push(self, writer: Writer, seals: Sequence[ledger.Seal], lines: Sequence[bytes], clock: str = "") -> Taken:
        """Keep the entries of a device; safe to repeat. `clock`: what the device's clock says now, if it was told."""
        access = self.access()
        arriving = read_lines(lines, seals, writer, access, self.district.id)
        skew = _skew(clock)
        return self.engine.transact(lambda session: self._take(session, arriving, writer, access, seals, lines, skew))

    def _take(
        self,
        session: Session,
        arriving: Arriving,
        writer: Writer,
        access: Access,
        seals: Sequence[ledger.Seal],
        lines: Sequence[bytes],
        skew: int,
    ) -> Taken:
        log = self._log(session)
        if log.staff_number != access.number:  # rights changed meanwhile: judge again, as of now
            arriving = read_lines(lines, seals, writer, self._access_in(session, keep=False), self.district.id)
        return log.take(arriving, writer, skew)

    def _log(self, session: Session) -> Log:
        return Log(session, self.district.id, self.district.private_key, ledger.now())

    def _answer(
        self, session: Session, writer: Writer, request: wire.SyncRequest, taken: Taken
    ) -> tuple[wire.SyncAnswer, list[bytes]]:
        access = self._access_in(session)
        if not access.may_connect(writer.device):
            return _closed_answer(request, taken), []
        reader = Reader(session, self.district.id, access, writer.device, writer.person)
        page = reader.page(request)
        scope = access.scope(writer.person)
        seals, receipts = reader.vouchers(page)
        receipts += reader.verdicts(page, self.district.private_key)
        answer = wire.SyncAnswer(
            log=reader.log,
            cursor=page.cursor,
            cursor_hash=page.running,
            positions=page.positions,
            more=page.more,
            restart=page.restart,
            time=ledger.now(),
            own=reader.own_entries() if request.want > 0 else None,
            have=taken.have,
            kept=taken.kept,
            receipts=[*taken.receipts, *(each for each in page.released if each.device == writer.device)],
            rulings=page.rulings,
            seals=seals,
            certificates=reader.certificates(page),
            witnessed=[*receipts, *(each for each in page.released if each.device != writer.device)],
            skews=[*taken.skews, *reader.skews(page)],
        )
        if reader.staff and request.want > 0:
            answer.quarantine = quarantine_for(session, self.district.id, access, request.quarantine)
        if request.scope != scope.version and request.want > 0:
            answer.scope = wire.sign_scope(self.district.private_key, self.district.id, scope)
        return answer, page.lines

    # --- attachments -------------------------------------------------------------------------------------------------

    def blob_held(self, writer: Writer, name: str) -> blobs.Held:
        """What is held of a blob, as far as this device may know."""
        return self.engine.read(
            lambda session: blobs.held(session, self.district.id, self._access_in(session), writer, name)
        )

    def put_blob(self, writer: Writer, name: str, part: bytes, offset: int, size: int) -> blobs.Held:
        """Keep a part; raises `WrongOffset`, or `Denied` for too much and for bytes the name does not stand for."""

        def put(session: Session) -> blobs.Held:
            access = self._access_in(session, keep=False)
            return blobs.put(session, self.district.id, access, writer, name, part, offset, size)

        try:
            return self.engine.transact(put)
        except blobs.NotItsName as error:
            self.engine.transact(lambda session: blobs.drop(session, self.district.id, writer, name))
            raise Denied("malformed", "The content is not what its name says; please send it again.") from error
        except blobs.TooLong as error:
            raise Denied("too_large", "The attachment is larger than an attachment may be.") from error

    def blob_part(self, writer: Writer, name: str, offset: int) -> tuple[bytes, int]:
        """A part of a blob from `offset` on, and the size of the whole; `Denied` unless an entry in scope names it."""

        def read(session: Session) -> tuple[bytes, int] | None:
            row = session.row(statements.BLOB, (self.district.id, name))
            access = self._access_in(session)
            if row is None or not blobs.may_read(session, self.district.id, access, writer, name):
                return None
            return blobs.content(session, self.district.id, name, offset), row[0]

        found = self.engine.read(read)
        if found is None:
            raise Denied("not_found", "There is no such attachment, or not for you, or it has not arrived.")
        return found

    # --- the store's own edits ---------------------------------------------------------------------------------------

    def write(self, edits: Iterable[Edit]) -> Taken:
        """Keep edits of the store's own device, all in one transaction."""
        kept = list(edits)
        return self.engine.transact(lambda session: self._write(session, kept))

    def _write(self, session: Session, edits: Sequence[Edit]) -> Taken:
        (device,) = session.row(statements.OWN_DEVICE, (self.district.id,)) or ("",)  # a restoration may rename it
        private = self.district.private_key
        log = self._log(session)
        arriving = Arriving()
        ends: dict[str, tuple[int, str]] = {}
        for edit in edits:
            if edit.ledger not in ends:
                row = session.row(statements.CHAIN, (self.district.id, edit.ledger, device))
                ends[edit.ledger] = (row[0], row[1]) if row else (0, "")
            entry = _compose(edit, device, *ends[edit.ledger])
            ends[edit.ledger] = (entry.head.seq, entry.hash)
            arriving.chains.setdefault((edit.ledger, device), []).append((entry, ACCEPTED))
        for name, chain in arriving.chains.items():
            last = chain[-1][0]
            arriving.seals[name] = ledger.make_seal(private, self.district.id, *name, last.head.seq, last.hash)
        return log.take(arriving, Writer(device=device, person=STORE, key=self.district.public_key))


def _compose(edit: Edit, device: str, seq: int, previous: str) -> Entry:
    return ledger.compose(
        ledger=edit.ledger,
        device=device,
        seq=seq + 1,
        prev=previous,
        kind=edit.kind,
        record=edit.record,
        fields=edit.fields,
        by=STORE,
        at=ledger.now(),
        over=edit.over,
        why=edit.why,
    )


def open_store(path: Path) -> Store:
    """Open the central store in an SQLite file."""
    from sync.central.sqlite import SqliteEngine

    return Store.open(SqliteEngine(path))


def init_store(path: Path, district: str, name: str) -> Store:
    """Make a central store in a new SQLite file."""
    from sync.central.sqlite import SqliteEngine

    return Store.init(SqliteEngine(path, create=True), district, name)


def _revoked() -> Denied:
    return Denied("device_revoked", "The office has revoked this laptop; what is on it stays readable.")


def _closed_answer(request: wire.SyncRequest, taken: Taken) -> wire.SyncAnswer:
    """What a revoked device is told: what became of what it sent, and nothing else; its next question is refused."""
    return wire.SyncAnswer(
        log=request.log,
        cursor=request.cursor,
        cursor_hash=request.cursor_hash,
        positions=request.positions,
        more=True,
        time=ledger.now(),
        have=taken.have,
        kept=taken.kept,
        receipts=taken.receipts,
        skews=taken.skews,
    )


def _skew(clock: str) -> int:
    """By how many seconds a clock is wrong; 0 within what is tolerated."""
    seconds = ledger.seconds_apart(clock, ledger.now()) if clock else 0
    return seconds if abs(seconds) > ledger.TOLERATED_SKEW else 0


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _is_public_key(text: str) -> bool:
    """Whether the text is a readable Ed25519 key (any signature under it is then either right or wrong)."""
    import base64
    import binascii

    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == 32
    except (ValueError, binascii.Error):
        return False
