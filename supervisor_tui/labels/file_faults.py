"""What is wrong with the profile's file, in words: the same on screen and on the command line."""

from __future__ import annotations

from errno import errorcode

from supervisor_tui.locale import has, t

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sync.replica import ReplicaError

_WORDS = {
    "Missing": "cli.no_profile",
    "InUse": "cli.in_use",
    "WrongPassphrase": "cli.passphrase_wrong",
    "NoEncryption": "cli.no_encryption",
    "Locked": "cli.passphrase_wanted",
    "Newer": "cli.newer",
    "ForeignLog": "file.foreign_log",
    "Damaged": "cli.damaged",
}


def fault_key(error: ReplicaError) -> str:
    """Return the key of the sentence for an error of the profile's file; `file.unexpected` wants a value `why`."""
    if error.reason and has(f"file.{error.reason}"):
        return f"file.{error.reason}"
    return next((_WORDS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _WORDS), "cli.cannot_write")


def system_words(error: Exception) -> str:
    """Return why the system did not do something with a file, in a few words."""
    number = error.errno if isinstance(error, OSError) else None
    key = f"errno.{errorcode.get(number or 0, '')}"
    return t(key) if has(key) else getattr(error, "strerror", None) or type(error).__name__


def fault_words(error: ReplicaError) -> str:
    """Return the sentence for an error of the profile's file."""
    return t(fault_key(error), why=fault_cause(error))


def fault_cause(error: ReplicaError) -> str:
    """Return the value `why` of the sentence for an error of the profile's file."""
    cause = error.__cause__
    if isinstance(cause, OSError):
        return system_words(cause)
    return getattr(cause, "sqlite_errorname", None) or type(cause).__name__
