"""Keys of encrypted laptop files, and the salt in a file's first bytes that tells an encrypted file from a plain one.

SQLCipher leaves 16 bytes of a file in clear, for a salt. Ours begins with a mark and the number of the hardness, so one
file says all that is needed to open it, and is replaced whole or not at all. Keys stay in this process's memory: who
unlocked a file once may open it again, in any thread.
"""

from __future__ import annotations

from sync.console.named_files import read_given
from sync.ledger import ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_MARK = b"\xf5SVT"
_HARDNESS_NUMBER = 1  # of `sync.ledger.passphrase.HARDNESS`; another hardness gets the next number
_SALT_BYTES = 16


class Key:
    """What opens one encrypted file; its secret never shows when it is printed."""

    __slots__ = ("salt", "secret")

    def __init__(self, salt: bytes, secret: bytes) -> None:
        self.salt = salt
        self.secret = secret

    def __repr__(self) -> str:
        return "Key(…)"

    @property
    def sql(self) -> str:
        """The key as SQLCipher takes it, ready-made: no derivation of its own follows."""
        return f"\"x'{self.secret.hex()}{self.salt.hex()}'\""


_remembered: dict[Path, Key] = {}


def salt_of(path: Path) -> bytes | None:
    """The salt of an encrypted file; None for a plain one, or none at all.

    Never for a file this process has open: closing it here would drop SQLite's locks on it.
    """
    try:
        start = read_given(path, _SALT_BYTES)
    except FileNotFoundError:
        return None
    return start if len(start) == _SALT_BYTES and start.startswith(_MARK) else None


def is_known(salt: bytes) -> bool:
    """Whether this version can derive the key; a newer one may have made the file."""
    return salt[len(_MARK)] == _HARDNESS_NUMBER


def new_key(passphrase: str) -> Key:
    """A key under a fresh salt: 11 random bytes behind the mark and the hardness."""
    salt = _MARK + bytes([_HARDNESS_NUMBER]) + ids.random_bytes(_SALT_BYTES - len(_MARK) - 1)
    return key_for(salt, passphrase)


def key_for(salt: bytes, passphrase: str) -> Key:
    """The key that this passphrase gives with this salt, right or wrong: both cost the same."""
    from sync.ledger.passphrase import derived

    return Key(salt, derived(passphrase, salt))


def remember(path: Path, key: Key | None) -> None:
    """The file at `path` opens with this key from now on; None: it is plain, or to be asked for again."""
    if key is None:
        _remembered.pop(path.resolve(), None)
    else:
        _remembered[path.resolve()] = key


def remembered(path: Path) -> Key | None:
    """The key of a file that was unlocked in this process."""
    return _remembered.get(path.resolve()) if _remembered else None
