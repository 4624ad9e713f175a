"""What is said of the line to the store: why an exchange failed, which proxy is used, which attachments wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from supervisor_tui.locale import has, t
from supervisor_tui.terminal.text import one_line, size_words
from sync.replica import Replica
from sync.replica.editing.waiting_attachments import WaitingFile, stopped_by, waiting_files

if TYPE_CHECKING:
    from sync.client.proxies import Proxy

NAMED = "last_error_named"  # setting: what the words of `last_error` name, as JSON
_NAMES = ("variable", "proxy", "status", "at", "now", "why")  # that such words may name
_MOST_FILES = 5
_SAY_WHAT_IS_KEPT = ("fault", "device_unknown", "device_revoked", "wrong_offset")  # in words of their own
_read_named = msgspec.json.Decoder(dict[str, str]).decode


def error_words(code: str, named: Mapping[str, str] | None = None) -> str:
    """Why an exchange failed, and that everything is kept; `named`: what the sentence names."""
    if code in _SAY_WHAT_IS_KEPT:
        return join_error_words(code, named)
    return t("error.kept", sentence=join_error_words(code, named))


def join_error_words(code: str, named: Mapping[str, str] | None = None) -> str:
    """Return why the store was not reached, of a laptop that has nothing yet which could be kept."""
    key = f"error.{code}"
    if not has(key):
        return t("error.no_connection")
    values = dict.fromkeys(_NAMES, "?") | {name: one_line(text) for name, text in (named or {}).items()}
    if values["variable"] == "system":
        values["variable"] = t("line.system")
    return t(key, **values)


def last_error_words(replica: Replica, code: str) -> str:
    """Why the last exchange failed."""
    return error_words(code, _read_named(replica.setting(NAMED) or "{}"))


def proxy_words(proxy: Proxy | None) -> str:
    """Which proxy leads to the store, never with its password."""
    if proxy is None:
        return t("line.no_proxy")
    variable = t("line.system") if proxy.variable == "system" else proxy.variable
    return t("line.proxy", proxy=one_line(proxy.shown), variable=variable)


def line_words(server: str) -> list[str]:
    """The store's address, the proxy, who is trusted; what cannot be read of them is told by its variable's name."""
    from sync.client.proxies import BadProxy, proxy_to, unread_exceptions
    from sync.client.trust import variable_in_use

    said = [t("line.server", server=one_line(server))]
    try:
        said.append(proxy_words(proxy_to(server)))
    except BadProxy as error:
        said.append(error_words("proxy_unreadable", {"variable": error.variable}))
    except ValueError:
        said.append(error_words("bad_address"))
    if unread := unread_exceptions():
        said.append(t("line.excepted", variable="NO_PROXY", entries=one_line(", ".join(unread))))
    if server.startswith("https:"):
        variable = variable_in_use()
        said.append(t("line.trust_variable", variable=variable) if variable else t("line.trust"))
    return said


def files_words(replica: Replica) -> str:
    """Which attachments are not sent, and what stopped them; empty if all are."""
    files = waiting_files(replica)
    if not files:
        return ""
    names = ", ".join(one_line(each.file_name or each.name[:12])[:40] for each in files[:_MOST_FILES])
    more = " …" if len(files) > _MOST_FILES else ""
    size = size_words(sum(each.size for each in files))
    what = t("waiting.files", count=len(files), size=size, names=names + more)
    code = stopped_by(replica)
    return t("waiting.files_why", what=what, why=error_words(code)) if code else what


def file_value(file: WaitingFile) -> dict[str, object]:
    """Return a waiting attachment as a value for `--json`."""
    return {
        "attachment": file.name,
        "file_name": file.file_name,
        "ledger": file.ledger,
        "record": file.record,
        "bytes": file.size,
    }
