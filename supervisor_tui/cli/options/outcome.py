"""How a command ends: its exit code, and the one plain sentence on stderr when it is refused."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from supervisor_tui.cli.commands import DAMAGED, DONE, NO_CONNECTION, REFUSED, WRONG_USAGE
from supervisor_tui.files.profiles import BadProfileName, home, profile_file
from supervisor_tui.labels.file_faults import system_words
from supervisor_tui.locale import from_locale, set_language, t
from sync.console.arguments import flushed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from supervisor_tui.cli.commands import Command


class Refusal(Exception):
    """A command that cannot be done; the text is one plain sentence, `code` the exit code."""

    def __init__(self, sentence: str, code: int = REFUSED) -> None:
        super().__init__(sentence)
        self.code = code


def guarded(command: Command, options: argparse.Namespace) -> int:
    """Run a command; every fault a person can meet becomes one sentence and an exit code."""
    set_language(options.lang or from_locale())
    try:
        return flushed(command(options))
    except KeyboardInterrupt:
        return say(t("cli.stopped"), 130)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        return DONE
    except Refusal as refusal:
        return say(str(refusal), refusal.code)
    except BadProfileName:
        return say(t("cli.bad_profile"), WRONG_USAGE)
    except OSError as error:  # a name the system does not take, a folder that may not be read
        return say(t("cli.file_trouble", why=system_words(error)), REFUSED)
    except Exception as error:
        try:
            sentence, code = _explained(error)
        except Exception as fault:  # of the program: its message may hold what a person wrote
            return _crashed(fault, options)
        return say(sentence, code)


def _crashed(error: Exception, options: argparse.Namespace) -> int:
    """The place of the fault goes to the profile's report, the person gets a sentence."""
    from sync.system.crash_report import write_report

    return say(t("app.crashed", file=write_report(profile_path(options).parent, error)), REFUSED)


def say(sentence: str, code: int) -> int:
    """One sentence on stderr, harmless whatever it repeats of what was typed; the exit code back."""
    from supervisor_tui.terminal.text import harmless

    print(harmless(sentence), file=sys.stderr)
    return code


def profile_path(options: argparse.Namespace) -> Path:
    """The file of the profile the options name."""
    return profile_file(home(options.home), options.profile)


def _explained(error: Exception) -> tuple[str, int]:
    """Print what a known fault means to a person; any other fault is the program's own and is raised."""
    from sync.model.validation import InvalidFields
    from sync.replica import Damaged, ReplicaError
    from sync.replica.editing.edits import Refused
    from sync.replica.storage import connect
    from sync.system.sqlite_faults import UNEXPECTED, trouble_of

    if isinstance(error, InvalidFields):
        from supervisor_tui.cli.options.faults import fault_lines

        return "\n".join([t("cli.invalid"), *fault_lines(error.faults, error.kind)]), REFUSED
    if isinstance(error, Refused):
        return t(f"refused.{error.code}"), REFUSED
    if isinstance(error, UnicodeEncodeError):  # bytes on the command line that are no text, looked for or to be kept
        return t("cli.no_text"), REFUSED
    if isinstance(error, connect.Error) and trouble_of(error) != UNEXPECTED:  # met while reading
        error = connect.explain(error)
    if isinstance(error, ReplicaError):
        from supervisor_tui.labels.file_faults import fault_words
        from sync.replica.storage.connect import ForeignLog, Unreadable

        return fault_words(error), DAMAGED if isinstance(error, (Damaged, ForeignLog, Unreadable)) else REFUSED
    return _explained_exchange(error)


def _explained_exchange(error: Exception) -> tuple[str, int]:
    from sync.protocol.bundle import BadBundle

    if isinstance(error, BadBundle):
        return t(f"error.{error.code}"), REFUSED
    if "sync.client.http" not in sys.modules:
        raise error
    from supervisor_tui.labels.connection import error_words
    from sync.client.http import ExchangeError, NoConnection

    if isinstance(error, NoConnection):
        return error_words(error.code, error.named), NO_CONNECTION
    if isinstance(error, ExchangeError):
        return error_words(error.code, error.named), REFUSED
    raise error
