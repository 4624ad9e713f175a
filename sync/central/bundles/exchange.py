"""The store's end of an exchange by stick: read a laptop's request, write what it would have been told over the line.

Whoever carries the file need not be trusted: the device's signature covers the whole request, and only this store can
open it; the answer is signed by the store and opens only with the key the request named. The same request answered
twice says the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from sync.central.bundles.attachments import Attached
from sync.central.log import audit
from sync.central.log.incoming import Submitter
from sync.central.service.store import Denied, Store
from sync.ledger import chains, keys
from sync.ledger.chains import UNREADABLE
from sync.protocol import codec
from sync.protocol.bundle import (
    ANSWER,
    BLOB,
    GIVEN,
    PAGE,
    PUSHED,
    REFUSED,
    REQUEST,
    SCOPE,
    SUCCESSOR,
    SUFFIXES,
    WANTED,
    BadBundle,
    Bundle,
    BundleWriter,
    Header,
    name_for,
)

_PAGE_BYTES = 1024 * 1024  # of entries in one part


class Answered(msgspec.Struct, kw_only=True):
    """What an answer carries: for whom, where it was written, entries taken from the laptop and given to it.

    `attached`, `fetched`: the attachments that are whole here with it, and that the laptop is given to their end.
    """

    path: Path
    device: str
    person: str
    taken: int = 0
    apart: int = 0
    given: int = 0
    attached: int = 0
    fetched: int = 0
    refusal: str = ""


def answer_all(store: Store, source: Path, target: Path) -> Iterator[Answered | tuple[Path, BadBundle | Denied]]:
    """Answer the request in a file, or every request in a folder; what cannot be answered is told with its reason."""
    asked = sorted(source.glob(f"*{SUFFIXES[REQUEST]}")) if source.is_dir() else [source]
    for path in asked:
        try:
            yield answer(store, path, target)
        except (BadBundle, Denied) as error:
            yield path, error


def answer(store: Store, source: Path, target: Path) -> Answered:
    """Do what a request asks, and write the answer into `target` (a folder: under a name of its own).

    Raises `BadBundle` for a file that is no request to this district, or damaged, or signed by another than its device;
    `Denied` for a device this store has never enrolled. Nothing was changed then.
    """
    bundle = Bundle.open(source, REQUEST, store.district.id)
    asked = bundle.header
    submitter = store.enrolment.known_by_certificate(asked.device, asked.certificate)
    bundle.check(submitter.key)
    path = name_for(target, ANSWER, asked.device, chains.now()) if target.is_dir() else target
    if path.exists():
        raise BadBundle("bundle_exists", "The file exists already.")
    if asked.certificate is not None:
        store.enrolment.meet(asked.certificate)
    done = Answered(path=path, device=submitter.device, person=submitter.person)
    header = Header(kind=ANSWER, district=asked.district, device=asked.device, nonce=asked.nonce)
    with BundleWriter(path, header, asked.reply_to) as out:
        try:
            for kind, data in _Answering(store, submitter, done).parts(bundle):
                out.add(kind, data)
        except Denied as denied:
            done.refusal = denied.code
            out.add(REFUSED, msgspec.json.encode(codec.ErrorBody(code=denied.code, message=str(denied))))
        except (codec.MalformedMessage, *UNREADABLE) as error:
            raise BadBundle("bundle_damaged", "The bundle holds something that cannot be read.") from error
        out.finish(store.district.private_key)
    store.engine.transact(
        lambda session: audit.note(
            session, store.district.id, submitter.person, "stick answered", f"for {submitter.device}"
        )
    )
    return done


class _Answering:
    """The answer to one request, part by part."""

    def __init__(self, store: Store, submitter: Submitter, done: Answered) -> None:
        self.store = store
        self.submitter = submitter
        self.done = done
        self.attached = Attached(store, submitter)
        self.scope: codec.Scope | None = None  # the one the laptop had when it asked

    def parts(self, bundle: Bundle) -> Iterator[tuple[bytes, bytes]]:
        """What is told on each part of the request; a kind that a newer laptop may send is passed over."""
        for kind, data in bundle.parts(keys.signer_reply_key(self.store.district.private_key)):
            if kind == SUCCESSOR:
                request = codec.read_join_request(data)
                yield SUCCESSOR, msgspec.json.encode(self.store.enrolment.succeed(self.submitter, request))
            elif kind == SCOPE:
                self.scope = codec.read_scope(data)
            elif kind in (PUSHED, GIVEN):
                header, lines = codec.unpack(codec.decompress(data, "zstd"), codec.SyncRequest)
                answer, _ = self.store.exchange(self.submitter, header, lines)
                self.done.taken += len(lines)
                self.done.apart += len(answer.kept)
                yield kind, codec.pack(answer, [])
            elif kind == PAGE:
                header, _ = codec.unpack(codec.decompress(data, "zstd"), codec.SyncRequest)
                yield from self._pages(header)
            elif kind == BLOB:
                self.attached.take(data)
            elif kind == WANTED:
                self.attached.want(data)
        yield from self.attached.parts()
        self.done.attached, self.done.fetched = self.attached.taken, self.attached.given

    def _pages(self, request: codec.SyncRequest) -> Iterator[tuple[bytes, bytes]]:
        """Page after page until there is no more, each asked for as the laptop would ask after the one before."""
        while True:
            request.want = _PAGE_BYTES
            answer, lines = self.store.exchange(self.submitter, request, [])
            self.done.given += len(lines)
            self.attached.notice(each.split(b"\t", 2)[1] for each in lines)
            yield PAGE, msgspec.json.encode(request.positions) + b"\n" + codec.pack(answer, lines)
            request, goes_on = _following(request, answer, self.scope)
            if not goes_on:
                return
            self.scope = answer.scope or self.scope


def _following(
    request: codec.SyncRequest, answer: codec.SyncAnswer, had: codec.Scope | None
) -> tuple[codec.SyncRequest, bool]:
    """What a laptop asks once it has stored an answer, and whether it has anything to ask."""
    following = msgspec.structs.replace(
        request,
        log=answer.log,
        cursor=answer.cursor,
        cursor_hash=answer.cursor_hash,
        positions=answer.positions,
        entries=0,
        digest="",
    )
    more = answer.more
    if answer.quarantine is not None:
        following.quarantine = answer.quarantine.version
    if answer.terms is not None:
        following.terms = answer.terms.version
    if (scope := answer.scope) is not None:
        following.scope = scope.version
        if had is not None and scope.everything and not had.everything:
            following.cursor, following.cursor_hash, more = 0, "", True
        elif had is not None:
            following.positions = answer.positions | dict.fromkeys(codec.entering(had, scope), 0)
    return following, not answer.restart and (more or bool(following.positions))
