"""Whom this machine trusts: the system's own store of certificates, or what `SSL_CERT_FILE` names; no bundled list.

Reading it takes its time, so it is read for https only, and once in a process as long as nothing else is named.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path

_FILE, _FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"


class BadCertificates(Exception):
    """The file or folder that a variable names holds no certificates."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} names no certificates.")
        self.variable = variable


def trusted() -> ssl.SSLContext:
    """What this machine trusts; raises `BadCertificates` where a variable names what cannot be read."""
    return _trusted(os.environ.get(_FILE, ""), os.environ.get(_FOLDER, ""))


def variable_in_use() -> str:
    """The variable that says whom to trust; empty where the system's store does."""
    return next((name for name in (_FILE, _FOLDER) if os.environ.get(name)), "")


@lru_cache(maxsize=2)
def nobody() -> ssl.SSLContext:
    """Return an empty context for connections without TLS, so that httpx reads no list of certificates."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@lru_cache(maxsize=4)
def _trusted(file: str, folder: str) -> ssl.SSLContext:
    if not file and not folder:
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    try:
        if file:
            context.load_verify_locations(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise BadCertificates(_FILE) from error
    if folder and not all(Path(each).is_dir() for each in folder.split(os.pathsep) if each):
        raise BadCertificates(_FOLDER)
    return context
