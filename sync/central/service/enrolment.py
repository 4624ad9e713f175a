"""Devices: who holds a token, one-time codes, enrolment, and going on after a fork or a restoration."""

from __future__ import annotations

import hashlib
import hmac

import msgspec

from sync.central.log import audit
from sync.central.log.incoming import Submitter
from sync.central.service.district import Denied, OpenDistrict, revoked, unknown
from sync.central.service.edits import Edit, write_in
from sync.central.service.refusals import Refusal
from sync.central.storage import statements
from sync.central.storage.engine import Row, Session
from sync.ledger import chains, ids, keys
from sync.ledger.chains import Certificate
from sync.ledger.ids import LEDGER_STAFF
from sync.model.validation import STORE
from sync.protocol import codec

_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}  # 16 MiB and some 50 ms a guess


class Enrolment:
    """How devices come in, and how each is known again."""

    def __init__(self, opened: OpenDistrict) -> None:
        self.opened = opened

    def device_of(self, token: str) -> Submitter:
        """The device a token belongs to; raises `Denied` for an unknown, foreign, waiting or revoked one."""
        submitter = self._holder(token)
        self._welcome(submitter)
        return submitter

    def _welcome(self, submitter: Submitter) -> None:
        access = self.opened.access()
        if submitter.device not in access.devices:
            raise unknown()
        if not access.may_connect(submitter.device):
            raise revoked()

    def sender_of(self, token: str) -> Submitter:
        """The same, but whoever was revoked or has left may still hand in what was not sent; it is kept apart."""
        return self._holder(token)

    def _holder(self, token: str) -> Submitter:
        district, _, rest = token.partition(".")
        device, _, secret = rest.partition(".")
        row = None
        if district == self.opened.id and secret:
            row = self.opened.engine.read(lambda session: self._known_device(session, device))
        if row is None or not hmac.compare_digest(row[2], _token_hash(token)):
            raise Denied("token_unknown", "This laptop is not enrolled here.")
        person, key, _, last_used_day = row
        today = self.opened.zones().today()
        if last_used_day != today:
            used = (today, self.opened.id, device)
            self.opened.engine.transact(lambda session: session.run(statements.USED_DEVICE, used))
        return Submitter(device=device, person=person, key=key)

    def _known_device(self, session: Session, device: str) -> Row | None:
        return session.row(statements.DEVICE, (self.opened.id, device))

    # --- new devices -------------------------------------------------------------------------------------------------

    def new_code(self, person: str, valid_until: str) -> str:
        """A one-time code for a person; it is shown once and stored only as a hash."""
        if not self.opened.access().role(person):
            raise Refusal("not_found", "refused.no_joiner", name=person)
        code = ids.new_code()
        values = (self.opened.id, self._code_hash(code), person, valid_until)

        def add(session: Session) -> None:
            session.run(statements.ADD_CODE, values)
            audit.note(session, self.opened.id, STORE, "code made", f"for {person}, until {valid_until}")

        self.opened.engine.transact(add)
        return code

    def join(self, request: codec.JoinRequest) -> codec.JoinAnswer:
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

    def _joined(self, token: str, certificate: Certificate) -> codec.JoinAnswer:
        known = self.opened.access().persons.get(certificate.person)
        return codec.JoinAnswer(
            token=token,
            device=certificate.device,
            person=certificate.person,
            district=self.opened.id,
            store_key=self.opened.district.public_key,
            protocol=codec.PROTOCOL,
            certificate=certificate,
            person_name=known.name if known else "",
            role=known.role if known else "",
            district_name=self.opened.district.name,
        )

    def _succeed(self, request: codec.JoinRequest, device: str, token: str) -> tuple[str, Certificate]:
        """Enrol the successor of a device that is still welcome here and signs for it."""
        old = self.device_of(request.succeeds)
        if not keys.holds(old.key, request.signature, codec.succession_statement(request.succeeds, request.public_key)):
            raise Denied("token_unknown", "The old device has not signed for its successor.")
        return old.person, self._certify_successor(old, request, device, token)

    def succeed(self, old: Submitter, request: codec.JoinRequest) -> codec.JoinAnswer:
        """Enrol the successor of a device that has signed for it; raises `Denied` if it is not welcome here."""
        self._welcome(old)
        if not _is_public_key(request.public_key):
            raise Denied("malformed", "The public key cannot be read.")
        device, token = self._new_device()
        return self._joined(token, self._certify_successor(old, request, device, token))

    def _certify_successor(self, old: Submitter, request: codec.JoinRequest, device: str, token: str) -> Certificate:
        return self.opened.engine.transact(
            lambda session: self._certify(
                session,
                device,
                old.person,
                request.public_key,
                request.device[:80],
                _token_hash(token),
                succeeds=old.device,
            )
        )

    def _new_device(self) -> tuple[str, str]:
        """A new device's name, and its token."""
        device = ids.new_device_id()
        return device, f"{self.opened.id}.{device}.{keys.new_secret()}"

    def _use_code(self, request: codec.JoinRequest, device: str, token: str) -> tuple[str, Certificate]:
        code_hash = self._code_hash(request.code)
        now = chains.now()
        if self.opened.engine.is_spent(code_hash):
            raise _code_used()

        def use(session: Session) -> tuple[str, Certificate]:
            row = session.row(statements.CODE, (self.opened.id, code_hash))
            if row is None:
                raise Denied("code_unknown", "This code is not known.")
            person, expires_at, used_at = row
            used = used_at or expires_at < now
            if used or session.run(statements.USE_CODE, (now, device, self.opened.id, code_hash)) != 1:
                raise _code_used()
            name = request.device[:80]
            audit.note(session, self.opened.id, person, "code used", f"by {device}")
            return person, self._certify(session, device, person, request.public_key, name, _token_hash(token))

        enrolled = self.opened.engine.transact(use)
        self.opened.engine.note_spent(code_hash)
        return enrolled

    def forgotten_codes(self) -> int:
        """Count the codes that were used, as the file beside the database says, and that the database has as unused.

        None, unless an older copy of the database was put in its place without `restore`.
        """
        names = self.opened.engine.must_be_spent()

        def count(session: Session) -> int:
            rows = [session.row(statements.CODE, (self.opened.id, name)) for name in names]
            return sum(row is None or not row[2] for row in rows)

        return self.opened.engine.read(count) if names else 0

    def enrol(self, person: str, public_key: str, name: str) -> tuple[str, Certificate]:
        """Enrol a device without a code, for whoever holds the database itself; its name and certificate."""
        device = ids.new_device_id()
        return device, self.opened.engine.transact(
            lambda session: self._certify(session, device, person, public_key, name, "")
        )

    def certify_itself(self, session: Session, device: str) -> None:
        """Certify a name under which the store itself writes."""
        self._certify(session, device, STORE, self.opened.district.public_key, "central store", "")

    def _certify(
        self, session: Session, device: str, person: str, key: str, name: str, token_hash: str, *, succeeds: str = ""
    ) -> Certificate:
        """Write a device into `staff`, with the one it follows, give it its certificate, and note its token."""
        now = chains.now()
        private = self.opened.district.private_key
        certificate = chains.make_certificate(private, self.opened.id, device, person, key, now)
        fields = {"person": person, "key": key, "name": name or device} | ({"succeeds": succeeds} if succeeds else {})
        write_in(self.opened, session, [Edit(ledger=LEDGER_STAFF, kind="device", record=device, fields=fields)])
        text = msgspec.json.encode(certificate).decode()
        values = (self.opened.id, device, person, name, key, token_hash, text, now)
        session.run(statements.ADD_DEVICE, values)
        return certificate

    def _code_hash(self, code: str) -> str:
        salt = bytes.fromhex(self.opened.district.code_salt)
        return hashlib.scrypt(ids.plain_code(code).encode(), salt=salt, **_SCRYPT).hex()

    # --- devices a restored store has forgotten ----------------------------------------------------------------------

    def _welcome_back(self, request: codec.JoinRequest) -> codec.JoinAnswer:
        """Take up again a device that was enrolled after the backup this store was restored from.

        Its certificate and its key prove who it is. It may give back what it holds; until `staff` knows it again, by
        what the office's laptops give back, it is told nothing and nothing new is taken from it: it may have been
        revoked in the time that was lost. One that `staff` knows as revoked, or whose person has left, is taken up as
        well: as at any store it may hand in what it has not sent, which is kept apart, and is refused all else.
        """
        certificate, token = request.certificate, request.returns
        district, _, rest = token.partition(".")
        if (
            certificate is None
            or (district, rest.partition(".")[0]) != (self.opened.id, certificate.device)
            or not chains.certificate_holds(certificate, self.opened.id, self.opened.district.public_key)
            or not keys.holds(certificate.key, request.signature, codec.reattach_statement(token))
        ):
            raise Denied("token_unknown", "This laptop is not enrolled here.")
        self._meet(certificate, request.device[:80], _token_hash(token))
        return self._joined(token, certificate)

    def _meet(self, certificate: Certificate, name: str, token_hash: str) -> None:
        """Note a device that is known by its certificate alone, and the token it comes with, if any."""
        device, person = certificate.device, certificate.person
        text = msgspec.json.encode(certificate).decode()
        values = (self.opened.id, device, person, name, certificate.key, token_hash, text, chains.now())

        def note(session: Session) -> None:
            session.run(statements.MEET_DEVICE, values)
            # The store is an older copy of itself: the code this device came with may stand there as unused.
            session.run(statements.END_CODES_OF, (self.opened.id, person))
            audit.note(session, self.opened.id, person, "taken up", f"{device} by certificate")
            if token_hash:
                session.run(statements.ADMIT_DEVICE, (token_hash, self.opened.id, device))

        self.opened.engine.transact(note)

    def known_by_certificate(self, device: str, certificate: Certificate | None) -> Submitter:
        """The device a certificate of this store names, for a transport without tokens; raises `Denied` for any other.

        That whoever speaks holds the device's key is for the caller to see.
        """
        row = self.opened.engine.read(lambda session: self._known_device(session, device))
        if row is not None:
            return Submitter(device=device, person=row[0], key=row[1])
        if (
            certificate is None
            or certificate.device != device
            or not chains.certificate_holds(certificate, self.opened.id, self.opened.district.public_key)
        ):
            raise Denied("token_unknown", "This laptop is not enrolled here.")
        return Submitter(device=device, person=certificate.person, key=certificate.key)

    def meet(self, certificate: Certificate) -> None:
        """Take up a device that a restored store has forgotten, on its certificate; nothing for one that is known."""
        row = self.opened.engine.read(lambda session: self._known_device(session, certificate.device))
        if row is None:
            self._meet(certificate, certificate.device, "")


def _code_used() -> Denied:
    return Denied("code_used", "This code was used or has expired; ask the office for a new one.")


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_public_key(text: str) -> bool:
    """Whether the text is a readable Ed25519 key (any signature under it is then either right or wrong)."""
    import base64
    import binascii

    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == 32
    except (ValueError, binascii.Error):
        return False
