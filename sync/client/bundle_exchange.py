"""The laptop's side of an exchange by stick: a request that carries all that is unsent, an answer that brings the rest.

Between the two lie days, so the laptop notes what it asked, from which place and with which key; an answer that was not
asked for, that was read before, or that other exchanges have overtaken changes nothing: the next request says it all
again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from sync.client import bundle_attachments
from sync.client.bundle_attachments import STICK_BYTES
from sync.client.enrolment import enrolled
from sync.client.http import Cancelled, Progress, Rejected
from sync.client.pull import GIVE_BACK, Receiver, note_failure
from sync.client.push import START, next_batch
from sync.client.restore_upload import ChainName, everything_held, still_lacking
from sync.client.session import Result
from sync.ledger import chains, keys
from sync.ledger.chains import UNREADABLE
from sync.protocol import codec
from sync.protocol.bundle import (
    ANSWER,
    BLOB,
    GIVEN,
    HELD,
    PAGE,
    PUSHED,
    REFUSED,
    REQUEST,
    SCOPE,
    SUCCESSOR,
    SUFFIXES,
    BadBundle,
    Bundle,
    BundleWriter,
    Header,
    name_for,
    new_nonce,
)
from sync.replica import Identity, Replica
from sync.replica.sync_state.fork_recovery import ASKED, SUCCESSOR_KEY, switch_device
from sync.replica.sync_state.scope_removal import remove_out_of_scope

_MESSAGE_BYTES = 1024 * 1024  # of entries in one part: what either side holds in memory at a time
_REMEMBERED = 8  # requests whose answers may still come


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was written: where, how many unsent entries it carries, its size.

    `attachments`: how many it carries; `unfinished`: how many of these are to go on with the next request.
    """

    path: Path
    entries: int
    bytes: int
    attachments: int = 0
    unfinished: int = 0


class _Asked(msgspec.Struct, kw_only=True):
    """A request on its way: the key its answer is sealed to, and the place it was asked from."""

    nonce: str
    reply_key: str
    log: str
    scope: str
    positions: dict[str, int]


_questions = msgspec.json.Decoder(list[_Asked])
_positions = msgspec.json.Decoder(dict[str, int])


def write_request(
    replica: Replica,
    target: Path,
    attachment_bytes: int = STICK_BYTES,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Written:
    """Write all that is unsent, and the question for what is new, into `target` (a folder: under a name of its own).

    Of attachments at most `attachment_bytes`, each way; what does not fit goes with the next request.

    Raises `BadBundle` if the file exists, `StickFault` if it cannot be written, `Cancelled` once `stop` says so; no
    file is left then. What was written stays unsent until an answer brings the receipts.
    """
    identity = replica.joined()
    path = name_for(target, REQUEST, identity.device, chains.now()) if target.is_dir() else target
    if path.exists():
        raise BadBundle("bundle_exists", "The file exists already.")
    receiver = Receiver(replica)
    asked = _asked_now(replica, receiver)
    header = Header(
        kind=REQUEST,
        district=identity.district,
        device=identity.device,
        nonce=asked.nonce,
        reply_to=keys.reply_address(asked.reply_key),
        certificate=identity.certificate,
    )
    entries, carried = 0, bundle_attachments.Carried()
    (total,) = replica.connection.execute("SELECT count(*) FROM entry WHERE number IS NULL").fetchone()
    progress(Progress(phase="write", done=0, total=total))
    with BundleWriter(path, header, keys.signer_address(identity.store_key)) as bundle:
        for kind, data, count in _request_parts(replica, receiver):
            _go_on_unless(stop)
            bundle.add(kind, data)
            entries += count
            progress(Progress(phase="write", done=entries, total=total))
        if not replica.setting(SUCCESSOR_KEY):
            for kind, data in bundle_attachments.request_parts(replica, attachment_bytes, carried):
                _go_on_unless(stop)
                bundle.add(kind, data)
                progress(Progress(phase="attach", done=carried.count, total=0))
        _remember(replica, asked)  # first: an answer must never come to a laptop that has lost its key
        size = bundle.finish(identity.private_key)
    return Written(path=path, entries=entries, bytes=size, attachments=carried.count, unfinished=carried.unfinished)


def _go_on_unless(stop: Callable[[], bool]) -> None:
    if stop():
        raise Cancelled("stopped", "Stopped; everything is kept for later.")


def _asked_now(replica: Replica, receiver: Receiver) -> _Asked:
    return _Asked(
        nonce=new_nonce(),
        reply_key=keys.new_reply_key(),
        log=receiver.reading.cursor()[0],
        scope=replica.setting("scope_version") or "",
        positions=receiver.reading.positions(),
    )


def _request_parts(replica: Replica, receiver: Receiver) -> Iterator[tuple[bytes, bytes, int]]:
    """What a request consists of: each part, and how many unsent entries it carries."""
    if private := replica.setting(SUCCESSOR_KEY):
        successor = codec.JoinRequest(device=replica.joined().device_name, public_key=keys.public_key(private))
        yield SUCCESSOR, msgspec.json.encode(successor), 0
        return
    if replica.setting(GIVE_BACK) == "1":
        for header, lines in everything_held(replica, _MESSAGE_BYTES):
            yield GIVEN, codec.pack(header, lines), 0
    after = START
    while (batch := next_batch(replica, after, _MESSAGE_BYTES, 100_000)).lines:
        header = receiver.reading.header(want=0)
        header.seals = batch.seals
        yield PUSHED, codec.pack(header, batch.lines), len(batch.lines)
        after = batch.last
    if (scope := replica.scope) is not None:
        yield SCOPE, msgspec.json.encode(scope), 0
    yield PAGE, codec.pack(receiver.reading.header(want=_MESSAGE_BYTES), []), 0


def answers_in(replica: Replica, folder: Path) -> list[Path]:
    """The answers in a folder that this laptop waits for, oldest first."""
    identity = replica.joined()
    waited_for = {asked.nonce for asked in _remembered(replica)}
    found = []
    for path in sorted(folder.glob(f"*{SUFFIXES[ANSWER]}")):
        try:
            bundle = Bundle.open(path, ANSWER, identity.district)
        except BadBundle:
            continue
        if bundle.header.nonce in waited_for:
            found.append(path)
    return found


def read_answer(
    replica: Replica,
    path: Path,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Result:
    """Take what the store answered; what it did.

    Raises `BadBundle` for a file that is no answer to a request of this laptop, `Rejected` for what the store
    refused, and `Cancelled` once `stop` says so; what came before is kept, and a stopped answer can be read again.
    """
    begun = time.monotonic()
    identity = replica.joined()
    bundle = Bundle.open(path, ANSWER, identity.district)
    if bundle.header.device != identity.device:
        raise BadBundle("bundle_other", "This answer is for another laptop.")
    asked = next((each for each in _remembered(replica) if each.nonce == bundle.header.nonce), None)
    if asked is None:
        raise BadBundle("bundle_read", "This answer was read already, or an exchange since has made it void.")
    progress(Progress(phase="read", done=0, total=0))
    bundle.check(identity.store_key)
    reading = _Reading(replica, asked)
    try:
        for kind, data in bundle.parts(asked.reply_key):
            _go_on_unless(stop)
            reading.take(kind, data)
            progress(Progress(phase="read", done=reading.receiver.received.pulled, total=0))
    except codec.MalformedMessage as error:
        raise BadBundle("bundle_damaged", "The bundle holds something that cannot be read.") from error
    _forget(replica, asked)
    result = reading.result()
    result.left = remove_out_of_scope(replica)
    result.bytes_received = path.stat().st_size
    result.seconds = round(time.monotonic() - begun, 3)
    if reading.refusal is not None:
        note_failure(replica, reading.refusal.code)
        raise Rejected(reading.refusal.code, reading.refusal.message)
    return result


class _Reading:
    """One answer, part by part."""

    def __init__(self, replica: Replica, asked: _Asked) -> None:
        self.replica = replica
        self.receiver = Receiver(replica, is_live=False)
        self.asked = asked
        self.renewed = False
        self.given = False
        self.lacking: set[ChainName] = set()  # chains of which the store did not get all that is here
        self.attached = self.fetched = 0
        self.refusal: codec.ErrorBody | None = None
        if self._place() != (asked.log, asked.scope, asked.positions):
            _forget(replica, asked)
            raise BadBundle("bundle_old", "An exchange since has overtaken this answer.")

    def _place(self) -> tuple[str, str, dict[str, int]]:
        return (
            self.receiver.reading.cursor()[0],
            self.replica.setting("scope_version") or "",
            self.receiver.reading.positions(),
        )

    def take(self, kind: bytes, data: bytes) -> None:
        """Keep one part; a kind that a newer store may send is passed over."""
        if kind == PUSHED:
            self.receiver.apply_response(*_message(data), asked=None)
        elif kind == GIVEN:
            answer, lines = _message(data)
            self.receiver.apply_response(answer, lines, asked=None)
            self.given = True
            self.lacking = still_lacking(self.replica, self.lacking, answer)
            self.receiver.has_given_back = not self.lacking
        elif kind == PAGE:
            self._take_page(data)
        elif kind == SUCCESSOR:
            self._go_on(data)
        elif kind == HELD:
            self.attached += bundle_attachments.take_standing(self.replica, data)
        elif kind == BLOB:
            self.fetched += bundle_attachments.take_part(self.replica, data)
        elif kind == REFUSED:
            self._note_refusal(data)

    def _take_page(self, data: bytes) -> None:
        positions, _, message = data.partition(b"\n")
        try:
            asked = _positions.decode(positions)
        except UNREADABLE as error:
            raise codec.MalformedMessage("the positions cannot be read") from error
        self.receiver.apply_response(*_message(message), asked)
        self.asked.log, self.asked.scope, self.asked.positions = self._place()
        if self.replica.setting(GIVE_BACK) != "1":
            _remember(self.replica, self.asked)  # broken off here, the same answer can be read again

    def _go_on(self, data: bytes) -> None:
        """The store has enrolled the device this laptop goes on as."""
        private = self.replica.setting(SUCCESSOR_KEY)
        try:
            answer = codec.read_join_answer(data)
        except UNREADABLE as error:
            raise codec.MalformedMessage("the new device cannot be read") from error
        if private and answer.certificate.key == keys.public_key(private):
            old = self.replica.joined()
            switch_device(self.replica, _successor(old, private, answer))
            self.renewed = True

    def _note_refusal(self, data: bytes) -> None:
        try:
            self.refusal = codec.read_refusal(data)
        except UNREADABLE as error:
            raise codec.MalformedMessage("the refusal cannot be read") from error
        self.replica.set_setting(SUCCESSOR_KEY, "")  # asked for anew, once everything unsent has been handed in
        if self.refusal.code == "device_unknown":  # a restored store that has taken this device up by its certificate
            with self.replica.transaction():
                self.receiver.count_as_unsent()

    def result(self) -> Result:
        """What the answer did; after a fork the next request asks for a new device."""
        received = self.receiver.received
        if self.given and not self.lacking and self.refusal is None:
            self.replica.set_setting(GIVE_BACK, "")
        if received.forked and not self.renewed:
            self.replica.set_setting(SUCCESSOR_KEY, keys.new_private_key())
        (conflicts,) = self.replica.connection.execute("SELECT count(DISTINCT record) FROM conflict").fetchone()
        return Result(
            pushed=received.pushed,
            pulled=received.pulled,
            quarantined=received.quarantined,
            conflicts=conflicts,
            renewed=self.renewed,
            again=received.forked or self.replica.setting(GIVE_BACK) == "1" or self.renewed or self._is_fetching(),
            noted=received.noted,
            attached=self.attached,
            fetched=self.fetched,
        )

    def _is_fetching(self) -> bool:
        """Whether ledgers are to be read from their start with the next request."""
        return bool(self.receiver.reading.positions())


def _message(data: bytes) -> tuple[codec.SyncAnswer, list[bytes]]:
    return codec.unpack(codec.decompress(data, "zstd"), codec.SyncAnswer)


def _successor(old: Identity, private: str, answer: codec.JoinAnswer) -> Identity:
    return msgspec.structs.replace(enrolled(answer, old.server, private, old.device_name), group=old.group)


# --- what was asked, and waits for an answer -------------------------------------------------------------------------


def _remembered(replica: Replica) -> list[_Asked]:
    text = replica.setting(ASKED)
    return _questions.decode(text) if text else []


def _remember(replica: Replica, asked: _Asked) -> None:
    with replica.transaction():
        others = [each for each in _remembered(replica) if each.nonce != asked.nonce]
        replica.set_setting(ASKED, msgspec.json.encode([*others, asked][-_REMEMBERED:]).decode())


def _forget(replica: Replica, asked: _Asked) -> None:
    with replica.transaction():
        others = [each for each in _remembered(replica) if each.nonce != asked.nonce]
        replica.set_setting(ASKED, msgspec.json.encode(others).decode() if others else "")
