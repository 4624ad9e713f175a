"""What is wrong with the profile's file, in words: the same on screen and on the command line."""

from __future__ import annotations

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


def fault_words(error: ReplicaError) -> str:
    """Return the sentence for an error of the profile's file."""
    cause = error.__cause__
    why = getattr(cause, "strerror", None) or getattr(cause, "sqlite_errorname", None) or type(cause).__name__
    return t(fault_key(error), why=why)
