"""The road to a store: over TLS or not, straight or by the proxy that this machine is set to use.

A bare road of httpx, without its client: what a client adds (redirects, cookies, merged addresses and headers) the
exchange does not want, and a small message would spend a fifth of its time on it. httpx takes 51 ms of a start to
import, so it is imported when a road is opened.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    import httpx

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def open_road(server: str) -> httpx.BaseTransport:
    """A road to the server at this address; raises `ValueError` if it is none."""
    import httpx

    address = urlsplit(server)
    certificates = _certificates() if address.scheme == "https" else _no_certificates()
    return httpx.HTTPTransport(verify=certificates, proxy=_proxy_to(address))


def _proxy_to(address: SplitResult) -> str | None:
    """The proxy this machine is set to use there (`HTTPS_PROXY` and its like, the system's settings), if any."""
    from urllib.request import getproxies, proxy_bypass

    host = address.hostname or ""
    if host in _THIS_MACHINE:
        return None
    known = getproxies()
    proxy = known.get(address.scheme) or known.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


@lru_cache(maxsize=1)
def _no_certificates() -> ssl.SSLContext:
    """What a line without TLS makes do with; httpx would read all certificates."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _certificates() -> ssl.SSLContext:
    """What this machine trusts; reading it takes 30 ms, which a line without TLS need not wait for."""
    import httpx

    return httpx.create_ssl_context()
