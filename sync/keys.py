"""Ed25519 keys and signatures over statements, as texts that fit a JSON value.

`cryptography` takes tens of milliseconds to import, so it is imported where a key is used, never at start.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_PURPOSE = "supervisor-tui/1"  # keeps a signature made here from meaning anything elsewhere


def statement(kind: str, *parts: str | int) -> bytes:
    """The exact bytes a signature covers: a JSON array of the purpose, the statement's kind and its parts."""
    return msgspec.json.encode([_PURPOSE, kind, *parts])


def new_private_key() -> str:
    """A new private key, 32 raw bytes in URL-safe base64."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return _to_text(Ed25519PrivateKey.generate().private_bytes_raw())


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
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
