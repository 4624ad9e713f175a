"""Who gets in: a request that names this machine, comes from our own page, and carries the key of this run.

A browser lets any page it shows connect to loopback, so an open port is an open door: the address alone opens it, by a
key made for this run. Its first use puts the key into a cookie that no script reads and no other site sends.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

PARAMETER = "key"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; font-src 'self' data:;"
    " img-src 'self' data:; connect-src ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_KEY_BYTES = 32


def new_key() -> str:
    """A key for one run: 256 random bits."""
    return secrets.token_urlsafe(_KEY_BYTES)


def doors(key: str, host: str) -> Middleware:
    """A middleware that lets in requests to `host` (`127.0.0.1:PORT`) that carry `key`; others get 403."""

    cookie = f"workbench-{host.rpartition(':')[2]}"  # cookies know no ports, two runs are two workbenches

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host != host or not _from_our_page(request, host):
            raise web.HTTPForbidden(text="This is not the address of the workbench.")
        shown = request.query.get(PARAMETER, "")
        if hmac.compare_digest(shown.encode(), key.encode()):
            answer: web.StreamResponse = web.HTTPSeeOther("/")
            answer.set_cookie(cookie, key, httponly=True, samesite="Strict", path="/")
            answer.headers.update(_HEADERS)
            return answer
        if not hmac.compare_digest(request.cookies.get(cookie, "").encode(), key.encode()):
            raise web.HTTPForbidden(text="Open the workbench by the whole address that was printed.")
        answer = await handler(request)
        if not answer.prepared:
            answer.headers.update(_HEADERS)
            answer.headers["Content-Security-Policy"] = _POLICY.format(host=host)
        return answer

    return middleware


def _from_our_page(request: web.Request, host: str) -> bool:
    """A page of another site says so in `Origin`; a typed address says nothing, but a WebSocket always does."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Upgrade", "").lower() != "websocket"
    return urlsplit(origin).netloc == host
