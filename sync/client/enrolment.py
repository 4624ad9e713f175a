"""How a laptop becomes known to a store: by a code, on the word of the device it was, or by its certificate."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from sync.client.http import ExchangeError, Rejected, StoreClient
from sync.console.full_width import address_as_meant, as_meant
from sync.ledger import keys
from sync.protocol import codec
from sync.replica import Identity, Replica
from sync.replica.storage import connect, high_water
from sync.replica.storage.rekey import scrub
from sync.system.private_files import private_folder, put_in_place

_ROOM, _ROOM_CHARACTERS = "room", 64 * 1024  # setting; an answer has some 2 KiB


def join(path: Path, server: str, code: str, device_name: str) -> Identity:
    """Enrol a new laptop file at `path` with a one-time code; leaves no file behind where it fails.

    The file is made first, with room for the answer written and flushed: a disk that is full, read-only or without
    locks and shared memory is met before the code is spent. Raises `ReplicaError` or `ExchangeError`.
    """
    beside = path.parent.with_name(f".{path.parent.name}.joining") / path.name
    made = _missing_folders(path.parent)
    try:
        private, server = keys.new_private_key(), address_as_meant(server)
        scrub(beside)
        with Replica.open(beside, create=True) as replica:
            _take_room(replica)
            private_folder(path.parent)
            request = codec.JoinRequest(code=as_meant(code), device=device_name, public_key=keys.public_key(private))
            identity = _enrolled(server, private, request)
            with replica.transaction() as connection:
                connection.execute("DELETE FROM setting WHERE name = ?", (_ROOM,))
                replica.set_identity(identity)
        high_water.forget(path)
        put_in_place(beside, path)
    except BaseException as error:
        _clear(beside)
        _forget(made)
        if isinstance(error, OSError):
            raise connect.explain(error, path) from error
        raise
    _clear(beside)
    return identity


def _take_room(replica: Replica) -> None:
    """Write more than any answer needs, and copy the log into the file: what follows is written over it."""
    replica.set_setting(_ROOM, "-" * _ROOM_CHARACTERS)
    replica.connection.execute("PRAGMA wal_checkpoint(FULL)")
    replica.set_setting(_ROOM, "." * _ROOM_CHARACTERS)


def _missing_folders(folder: Path) -> list[Path]:
    """The folders that are to be made for a profile, the lowest first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _forget(folders: list[Path]) -> None:
    """Remove the folders that were made for a profile that did not come about; one that holds anything stays."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _clear(beside: Path) -> None:
    with suppress(OSError):
        scrub(beside)
        beside.parent.rmdir()


def _enrolled(server: str, private: str, request: codec.JoinRequest) -> Identity:
    with StoreClient(server) as client:
        answer = client.join(request)
        server = client.moved_for_good or server
    return enrolled(answer, server, private, request.device)


def enrolled(answer: codec.JoinAnswer, server: str, private: str, device_name: str) -> Identity:
    """Who a laptop is once the store has enrolled it."""
    return Identity(
        district=answer.district,
        district_name=answer.district_name or answer.district,
        person=answer.person,
        person_name=answer.person_name or answer.person,
        role=answer.role,
        device=answer.device,
        device_name=device_name,
        server=server.rstrip("/"),
        token=answer.token,
        private_key=private,
        store_key=answer.store_key,
        certificate=answer.certificate,
    )


def enrol_successor(old: Identity) -> Identity:
    """Enrol a new device for the same person, on the old one's word."""
    private = keys.new_private_key()
    public = keys.public_key(private)
    signature = keys.sign(old.private_key, codec.succession_statement(old.token, public))
    request = codec.JoinRequest(device=old.device_name, public_key=public, succeeds=old.token, signature=signature)
    return msgspec.structs.replace(_enrolled(old.server, private, request), group=old.group)


def reattach(identity: Identity) -> bool:
    """Whether the store takes up this device again, on its own certificate and this device's key."""
    request = codec.JoinRequest(
        device=identity.device_name,
        public_key=identity.certificate.key,
        returns=identity.token,
        certificate=identity.certificate,
        signature=keys.sign(identity.private_key, codec.reattach_statement(identity.token)),
    )
    with StoreClient(identity.server) as client:
        try:
            client.join(request)
        except Rejected:
            return False
    return True


def is_other_store(identity: Identity) -> bool:
    """Whether the store at this laptop's address shows that it is another than the one this laptop has joined.

    Whoever cannot prove to hold the key this laptop knows is another; a store too old to be asked, by its district.
    """
    nonce = keys.new_secret()
    try:
        with StoreClient(identity.server, identity.token) as client:
            said = client.health(nonce)
    except ExchangeError:
        return False  # nothing is shown
    if not said.store_key:
        return said.district != identity.district
    return not keys.holds(identity.store_key, said.proof, codec.hello(identity.district, nonce))
