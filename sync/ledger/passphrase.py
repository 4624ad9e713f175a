"""From a passphrase to a key: Argon2id. `cryptography` is imported where a key is derived, never at start."""

from __future__ import annotations

import unicodedata

import msgspec

KEY_BYTES = 32
SHORTEST = 8  # characters of a new passphrase


class Hardness(msgspec.Struct, frozen=True):
    """What one guess costs."""

    memory_kib: int
    passes: int
    lanes: int


# The second recommendation of RFC 9106, for machines that cannot spare 2 GiB: 0.13 s on two cores. Less memory would
# suit graphics cards, more would be missing on the oldest laptops in use.
HARDNESS = Hardness(memory_kib=64 * 1024, passes=3, lanes=4)


def derived(passphrase: str, salt: bytes, hardness: Hardness = HARDNESS) -> bytes:
    """The key that belongs to a passphrase and a salt; the same for any Unicode form an input method may give."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=hardness.passes,
        lanes=hardness.lanes,
        memory_cost=hardness.memory_kib,
    )
    return kdf.derive(unicodedata.normalize("NFC", passphrase).encode())
