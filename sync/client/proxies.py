"""Which proxy leads to a store: the one the environment names (`HTTPS_PROXY`, `ALL_PROXY`, …), or the system settings.

The decision is made here and not by httpx, which neither knows a network in `NO_PROXY` nor says which variable it read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, unquote, urlsplit

import msgspec

from sync.console.full_width import address_as_meant

SYSTEM = "system"  # stands for the name of a variable where the system's own settings name the proxy
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_ALSO = {"socks": "socks5h"}  # as desktops write it
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class Proxy(msgspec.Struct, frozen=True):
    """A proxy, and the variable that names it (or `SYSTEM`); `url` holds its password, `shown` does not."""

    variable: str
    url: str
    shown: str

    def __repr__(self) -> str:
        return f"Proxy({self.variable}, {self.shown})"


class BadProxy(Exception):
    """The value of a variable (or the system's setting) that is no address of a proxy."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} holds no address of a proxy.")
        self.variable = variable


def proxy_to(server: str) -> Proxy | None:
    """The proxy that leads to the server at this address, if any; raises `BadProxy`, `ValueError` for no address."""
    address = urlsplit(server)
    if (address.hostname or "") in _THIS_MACHINE:
        return None
    variable, value = _named_for(address.scheme)
    if not value:
        return _of_the_system(address)
    if any(_covers(each, address) for each in _exceptions()):
        return None
    return _read(variable, value)


def unread_exceptions() -> list[str]:
    """What stands in `NO_PROXY` and can neither be a name, an address nor a network."""
    return [each for each in _exceptions() if "/" in each and _network(each) is None]


def _named_for(scheme: str) -> tuple[str, str]:
    """The variable for addresses of this scheme, and its value; both empty if there is none. Small letters go first."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if variable in os.environ:
                if value := address_as_meant(os.environ[variable]):
                    return variable, value
                break
    return "", ""


def _of_the_system(address: SplitResult) -> Proxy | None:
    """What is set in Windows or macOS; elsewhere there are only the variables."""
    from urllib.request import getproxies, getproxies_environment, proxy_bypass

    if getproxies_environment():
        return None  # variables are set, though none for this scheme
    known = getproxies()
    value = known.get(address.scheme) or known.get("all") or known.get("socks", "")
    if not value or proxy_bypass(address.hostname or ""):
        return None
    return _read(SYSTEM, value)


def _read(variable: str, value: str) -> Proxy:
    try:
        address = urlsplit(value if "://" in value else f"http://{value}")
        scheme = _ALSO.get(address.scheme, address.scheme)
        port = address.port if address.port is not None and scheme in _PORTS else _PORTS[scheme]
    except (ValueError, KeyError) as error:
        raise BadProxy(variable) from error
    host = address.hostname or ""
    if not host or address.netloc.endswith(":") or not _is_host(host):
        raise BadProxy(variable)
    at = f"{f'[{host}]' if ':' in host else host}:{port}"
    login = ""
    if address.username:
        name, word = (quote(unquote(each or ""), safe="") for each in (address.username, address.password))
        login = f"{name}:{word}@"
    return Proxy(variable, f"{scheme}://{login}{at}", f"{scheme}://{at}")


def _is_host(host: str) -> bool:
    if ":" not in host:
        return not any(each.isspace() or each in "/\\?#@%" or not each.isprintable() for each in host)
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _exceptions() -> Iterator[str]:
    """What is reached without a proxy, entry by entry."""
    text = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
    yield from address_as_meant(text).lower().replace(",", " ").replace(";", " ").split()


def _covers(exception: str, address: SplitResult) -> bool:
    """Whether an exception is for this address: `*`, a network, a name with everything below it, each with a port."""
    host = (address.hostname or "").rstrip(".")
    if exception == "*":
        return True
    network = _network(exception)
    if network is not None:
        return _is_in(host, network)
    name, port = _without_port(exception)
    if port and port != str(_port(address)):
        return False
    network = _network(name)
    if network is not None:
        return _is_in(host, network)
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _port(address: SplitResult) -> int:
    return address.port or _PORTS.get(address.scheme, 0)


def _without_port(exception: str) -> tuple[str, str]:
    """A name and its port; only brackets tell the port of an IPv6 address apart."""
    name, colon, port = exception.rpartition(":")
    if colon and port.isdigit() and (":" not in name or name.endswith("]")):
        return name, port
    return exception, ""


def _network(text: str) -> IPv4Network | IPv6Network | None:
    """The network or single address a text is; None if it is neither."""
    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def _is_in(host: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(host.partition("%")[0]) in network
    except ValueError:
        return False
