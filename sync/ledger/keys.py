"""Ed25519 keys, signatures over statements, and sealing to a key's holder, as texts that fit a JSON value.

`cryptography` takes tens of milliseconds to import, so it is imported where a key is used, never at start.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from sync.ledger import ids

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.hpke import Suite

_KEY_BYTES = 32  # any so many are a private key, of either kind (RFC 8032, RFC 7748)
_PURPOSE = "supervisor-tui/1"  # keeps a signature made here from meaning anything elsewhere


def statement(kind: str, *parts: str | int) -> bytes:
    """The exact bytes a signature covers: a JSON array of the purpose, the statement's kind and its parts."""
    return msgspec.json.encode([_PURPOSE, kind, *parts])


def new_private_key() -> str:
    """A new private key, 32 raw bytes in URL-safe base64."""
    return _to_text(ids.random_bytes(_KEY_BYTES))


def new_secret() -> str:
    """What nobody can guess, 32 random bytes in URL-safe base64: the secret of a token."""
    return _to_text(ids.random_bytes(_KEY_BYTES))


def public_key(private: str) -> str:
    """The public key that belongs to a private one, 32 raw bytes in URL-safe base64."""
    return _to_text(_private(private).public_key().public_bytes_raw())


def sign(private: str, data: bytes) -> str:
    """The signature over `data`, 64 bytes in URL-safe base64."""
    return _to_text(_private(private).sign(data))


def holds(public: str, signature: str, data: bytes) -> bool:
    """Whether `signature` over `data` was made by the owner of `public`; False for anything unreadable, too."""
    from cryptography.exceptions import InvalidSignature

    try:
        _public(public).verify(_to_bytes(signature), data)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def new_reply_key() -> str:
    """A new private key that opens what is sealed to it; 32 raw bytes in URL-safe base64."""
    return _to_text(ids.random_bytes(_KEY_BYTES))


def reply_address(reply_key: str) -> str:
    """The public key to seal to, so that only the holder of `reply_key` can open it."""
    return _to_text(_reply_key(reply_key).public_key().public_bytes_raw())


def signer_address(public: str) -> str:
    """Where to seal to the owner of a signing key: the same point on the Montgomery form of the curve (RFC 7748)."""
    y = int.from_bytes(_to_bytes(public), "little") & ((1 << 255) - 1)
    u = (1 + y) * pow(1 - y, -1, _FIELD) % _FIELD
    return _to_text(u.to_bytes(32, "little"))


def signer_reply_key(private: str) -> str:
    """The private key that opens what is sealed to `signer_address` of its public one (RFC 8032, 5.1.5)."""
    return _to_text(hashlib.sha512(_to_bytes(private)).digest()[:32])


def seal_to(address: str, data: bytes, about: bytes) -> bytes:
    """Encrypt to the holder of an address by HPKE (RFC 9180); opens only together with the same `about`.

    Raises `ValueError` for an address that is none.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    return _suite().encrypt(data, X25519PublicKey.from_public_bytes(_to_bytes(address)), info=about)


def unseal(reply_key: str, sealed: bytes, about: bytes) -> bytes:
    """What was sealed to the address of `reply_key`; raises `ValueError` if it was not, or not about this."""
    from cryptography.exceptions import InvalidTag

    try:
        return _suite().decrypt(sealed, _reply_key(reply_key), info=about)
    except InvalidTag as error:
        raise ValueError("this cannot be opened with this key") from error


_FIELD = 2**255 - 19  # the prime of Curve25519


def _suite() -> Suite:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _reply_key(text: str) -> X25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(_to_bytes(text))


@lru_cache(maxsize=64)
def _private(text: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(_to_bytes(text))


@lru_cache(maxsize=4096)
def _public(text: str) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(_to_bytes(text))


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _to_bytes(text: str) -> bytes:
    """The bytes of a text; `ValueError` unless it is the one text that stands for them."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _to_text(raw) != text:
        raise ValueError("not the base64 of a key or signature")
    return raw
