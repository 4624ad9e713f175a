"""How a laptop becomes known to a store: by a code, on the word of the device it was, or by its certificate."""

from __future__ import annotations

from pathlib import Path

import msgspec

from sync import keys, wire
from sync.as_meant import address_as_meant, as_meant
from sync.replica import Identity, Replica
from sync.transport import ExchangeError, RefusedByStore, Transport


def join(path: Path, server: str, code: str, device_name: str) -> Identity:
    """Enrol a new laptop file at `path` with a one-time code; raises `ExchangeError` and then leaves no file behind."""
    private, server = keys.new_private_key(), address_as_meant(server)
    identity = _enrolled(
        server, private, wire.JoinRequest(code=as_meant(code), device=device_name, public_key=keys.public_key(private))
    )
    with Replica.open(path, create=True) as replica:
        replica.set_identity(identity)
    return identity


def _enrolled(server: str, private: str, request: wire.JoinRequest) -> Identity:
    with Transport(server) as transport:
        answer = transport.join(request)
        server = transport.moved_for_good or server
    return enrolled(answer, server, private, request.device)


def enrolled(answer: wire.JoinAnswer, server: str, private: str, device_name: str) -> Identity:
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


def successor(old: Identity) -> Identity:
    """Enrol a new device for the same person, on the old one's word."""
    private = keys.new_private_key()
    public = keys.public_key(private)
    signature = keys.sign(old.private_key, wire.succession(old.token, public))
    request = wire.JoinRequest(device=old.device_name, public_key=public, succeeds=old.token, signature=signature)
    return msgspec.structs.replace(_enrolled(old.server, private, request), group=old.group)


def taken_up_again(identity: Identity) -> bool:
    """Whether the store takes up this device again, on its own certificate and this device's key."""
    request = wire.JoinRequest(
        device=identity.device_name,
        public_key=identity.certificate.key,
        returns=identity.token,
        certificate=identity.certificate,
        signature=keys.sign(identity.private_key, wire.homecoming(identity.token)),
    )
    with Transport(identity.server) as transport:
        try:
            transport.join(request)
        except RefusedByStore:
            return False
    return True


def is_other_store(identity: Identity) -> bool:
    """Whether the store at this laptop's address shows that it is another than the one this laptop has joined.

    Whoever cannot prove to hold the key this laptop knows is another; a store too old to be asked, by its district.
    """
    nonce = keys.new_secret()
    try:
        with Transport(identity.server, identity.token) as transport:
            said = transport.health(nonce)
    except ExchangeError:
        return False  # nothing is shown
    if not said.store_key:
        return said.district != identity.district
    return not keys.holds(identity.store_key, said.proof, wire.hello(identity.district, nonce))
