"""The road to a store: straight on this machine, else by the proxy the machine is set to use."""

from __future__ import annotations

import pytest

from sync.road import open_road
from sync.transport import NoConnection, Transport
from tests.sync.test_transport import DONE, OK, speaking

ELSEWHERE = "http://store.example"
NOT_QUITE_HERE = "127.0.0.2"  # this machine, under a name that is not known for it


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any proxy, whatever is set where the tests run."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def asked(address: str) -> bytes:
    """Send a message there."""
    with Transport(address, "token") as line:
        return line.sync(b"message")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("with_scheme", [True, False])
def test_a_store_elsewhere_is_asked_by_the_proxy(name: str, with_scheme: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking([OK]) as proxy:
        monkeypatch.setenv(name, proxy if with_scheme else proxy.removeprefix("http://"))
        assert asked(ELSEWHERE) == DONE


def test_a_store_on_this_machine_is_asked_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with speaking([OK]) as address:
        assert asked(address) == DONE


@pytest.mark.parametrize("excepted", [NOT_QUITE_HERE, ".0.0.2", "*", f"elsewhere.example, {NOT_QUITE_HERE}"])
def test_a_store_that_is_excepted_is_asked_straight(excepted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", excepted)
    with speaking([OK]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with pytest.raises(NoConnection):
            asked(f"http://{NOT_QUITE_HERE}:9")


def test_a_proxy_for_other_addresses_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with speaking([OK]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        assert asked(ELSEWHERE) == DONE


def test_what_is_no_address_opens_no_road() -> None:
    with pytest.raises(ValueError, match="IPv6"):
        open_road("http://[::1")
