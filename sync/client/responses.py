"""Judge HTTP answers, which may come from the store, a gateway or a proxy, and explain faults of the connection.

Only `http` calls this.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from sync.client.errors import ExchangeError, NoConnection, PayloadTooLarge, Rejected, StoppedOnTheWay
from sync.client.proxies import Proxy
from sync.ledger.chains import UNREADABLE
from sync.protocol import codec

if TYPE_CHECKING:
    import httpx

BUSY = (429, 502, 503, 504)
MISSING = {"missing": "authorization"}  # detail of the store's 401, where the request named no laptop
MOVED = (301, 302, 307, 308)
FOR_GOOD = (301, 308)
_NO_CONNECTION = "The central store cannot be reached; everything is kept for later."
_NOT_A_STORE = "Something other than a central store answered at this address; everything is kept for later."
# What a gateway's own answer means, by its status, and whether another kind of request may pass.
_ON_THE_WAY = {
    401: ("way_wants_login", True),
    403: ("way_refuses", True),
    405: ("way_takes_no_such", True),
    501: ("way_takes_no_such", True),
    502: ("store_away", False),
    503: ("store_away", False),
    504: ("store_away", False),
}
_NOT_YET_VALID, _EXPIRED = 9, 10  # OpenSSL's numbers


def no_connection() -> NoConnection:
    """Return the error for a server that cannot be reached."""
    return NoConnection("no_connection", _NO_CONNECTION)


def not_a_store(code: str = "not_a_store") -> NoConnection:
    """Return the error for an answer that did not come from a store."""
    return NoConnection(code, _NOT_A_STORE)


def judged(
    status: int,
    headers: dict[str, str],
    body: bytes,
    expected: str,
    *,
    proxy: Proxy | None = None,
    named: bool = False,
) -> bytes:
    """The decompressed body of a success; every other answer as the fault it is.

    `proxy`: the one that was asked by; `named`: the request named the laptop.
    """
    is_expected = headers.get("content-type", "").partition(";")[0] == expected
    if status == 200 and is_expected:
        try:
            return codec.decompress(body, headers.get("content-encoding", ""))
        except codec.MalformedMessage as error:
            raise NoConnection("damaged_answer", "The answer arrived damaged; everything is kept for later.") from error
    try:
        said = codec.read_error_answer(body).error
    except UNREADABLE as error:
        raise _of_another(status, headers, proxy) from error
    if status in (408, 413):
        raise PayloadTooLarge(said.code, said.message)
    if status in BUSY:
        raise NoConnection(said.code, said.message)
    if named and said.code == "token_unknown" and said.detail == MISSING:
        raise NoConnection("token_taken", "Something before the store took away who asks; everything is kept.")
    raise Rejected(said.code, said.message)


def _of_another(status: int, headers: dict[str, str], proxy: Proxy | None) -> ExchangeError:
    """Return the error that an answer of a gateway or another server shows."""
    if status == 413:  # something before the store takes no messages as large as the store does
        return PayloadTooLarge("too_large", "The message is too large for the way to the store.")
    if status == 407:
        return proxy_fault("proxy_wants_login", proxy)
    if 300 <= status < 400:
        at = _place(headers.get("location", ""))
        return NoConnection("moved", f"The address leads on to {at}; nothing was sent there.", at=at)
    if status in _ON_THE_WAY:
        code, is_of_this_kind = _ON_THE_WAY[status]
        kind = StoppedOnTheWay if is_of_this_kind else NoConnection
        return kind(code, f"A gateway before the store answers {status}; everything is kept.", status=str(status))
    return not_a_store()


def _place(location: str) -> str:
    """Host and path of an address, without whatever else it carries."""
    try:
        parts = urlsplit(location)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "?"
    return f"{host}{parts.path}"[:100] or "?"


def proxy_fault(code: str, proxy: Proxy | None) -> NoConnection:
    """A fault of the proxy, which is named with the variable that names it."""
    at, variable = (proxy.shown, proxy.variable) if proxy is not None else ("?", "?")
    return NoConnection(code, f"The proxy {at} ({variable}): {code}.", proxy=at, variable=variable)


def moved_to(server: str, asked: str, headers: dict[str, str]) -> str:
    """The server's new address, where an answer leads on to the same host and path under TLS or at another port.

    Empty for every other place: nobody's token goes there.
    """
    try:
        new = urljoin(asked, headers.get("location", ""))
        old_parts, new_parts = urlsplit(asked), urlsplit(new)
        _ = new_parts.port
    except ValueError:
        return ""
    is_same = (old_parts.hostname, old_parts.path, old_parts.query) == (
        new_parts.hostname,
        new_parts.path,
        new_parts.query,
    )
    is_open = new_parts.scheme == "https" or (old_parts.scheme, new_parts.scheme) == ("http", "http")
    if not is_same or not is_open or "@" in new_parts.netloc or new == asked:
        return ""
    prefix = urlsplit(server).path.rstrip("/")
    return f"{new_parts.scheme}://{new_parts.netloc}{prefix}"


class Passing(Exception):
    """A fault that may pass: try again, so many times in all, and in the end raise `error`."""

    def __init__(self, error: ExchangeError, tries: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.tries = tries


def explained(error: httpx.TransportError, proxy: Proxy | None, tries: int) -> Exception:
    """What a fault of the line means: a certificate that does not hold is final, as is a proxy's no; the rest may pass.

    `tries`: how often a line is tried that was there and broke off.
    """
    import httpx

    if (fault := _of_certificate(error)) is not None:
        return fault
    if isinstance(error, httpx.UnsupportedProtocol):
        return NoConnection("bad_address", "The server's address must begin with http:// or https://.")
    if isinstance(error, httpx.ProxyError):
        return _of_proxy(str(error), proxy)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return Passing(no_connection() if proxy is None else proxy_fault("proxy_away", proxy), 2)
    return Passing(no_connection(), tries)


def _of_proxy(said: str, proxy: Proxy | None) -> Exception:
    if said.startswith(("502", "503", "504")):
        return Passing(NoConnection("store_away", _NO_CONNECTION, status=said[:3]), 2)
    if "could not connect" in said and "not allowed" not in said:
        return Passing(no_connection(), 2)
    wants_login = said.startswith(("407", "Requested")) or "username" in said  # as httpcore words it
    return proxy_fault("proxy_wants_login" if wants_login else "proxy_refuses", proxy)


def _of_certificate(error: Exception) -> NoConnection | None:
    for each in _causes(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            said = str(each).lower()
            if each.verify_code in (_NOT_YET_VALID, _EXPIRED) or "expired" in said or "not yet valid" in said:
                now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
                return NoConnection("certificate_time", f"The certificate does not hold at {now}.", now=now)
    if "certificate" in str(error).lower():
        return NoConnection("certificate", "The server's certificate does not hold; everything is kept for later.")
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
