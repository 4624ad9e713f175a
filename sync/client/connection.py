"""The connection to a store: over TLS or not, straight or by the proxy that this machine is set to use.

A bare transport of httpx, without its client: what a client adds (cookies, merged addresses and headers) the exchange
does not want, and a small message would spend a fifth of its time on it. httpx takes 51 ms of a start to import, so
it is imported when a connection is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sync.client import trust
from sync.client.proxies import BadProxy, Proxy, proxy_to

if TYPE_CHECKING:
    import httpx


def open_transport(server: str) -> httpx.BaseTransport:
    """Open a connection to the server at this address.

    Raises `ValueError` if it is none, and `BadProxy` or `BadCertificates` for what this machine is set to.
    """
    import httpx

    is_secret = urlsplit(server).scheme == "https"
    verify = trust.trusted() if is_secret else trust.nobody()
    return httpx.HTTPTransport(verify=verify, trust_env=False, proxy=_told(proxy_to(server)))


def _told(proxy: Proxy | None) -> httpx.Proxy | None:
    import httpx

    if proxy is None:
        return None
    try:
        return httpx.Proxy(proxy.url, ssl_context=trust.trusted() if proxy.url.startswith("https:") else None)
    except httpx.InvalidURL as error:
        raise BadProxy(proxy.variable) from error
