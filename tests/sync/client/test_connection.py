"""The road to a store: straight on this machine, else by the proxy the machine is set to use."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
import truststore

from sync.client import trust
from sync.client.connection import open_transport
from sync.client.http import NoConnection, StoreClient
from sync.client.proxies import proxy_to, unread_exceptions
from tests.certificates import Authority
from tests.sync.client.test_http import DONE, OK, answer, speaking
from tests.sync.socks import socks

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
    with StoreClient(address, "token") as line:
        return line.sync(b"message")


def refused(address: str) -> tuple[str, dict[str, str]]:
    """Send a message there in vain: the code of the fault, and what it names."""
    try:
        asked(address)
    except NoConnection as error:
        return error.code, error.named
    raise AssertionError("it was answered")


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
        open_transport("http://[::1")


# --- proxies as people have them -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTP_PROXY"])
def test_a_socks_proxy_leads_to_the_store_and_looks_up_its_name(
    scheme: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking([OK]) as store, socks(store) as proxy:
        monkeypatch.setenv(name, f"{scheme}://{proxy.address}/")
        assert asked(ELSEWHERE) == DONE
    assert proxy.asked == [("store.example", 80)]


def test_a_socks_proxy_is_told_name_and_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking([OK]) as store, socks(store, (b"wang", b"p@ss")) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://wang:p%40ss@{proxy.address}")
        assert asked(ELSEWHERE) == DONE


LEFT_OPEN = "ignore::pytest.PytestUnraisableExceptionWarning"  # httpcore lets go of a refused SOCKS line unclosed


@pytest.mark.filterwarnings(LEFT_OPEN)
@pytest.mark.parametrize("given", ["", "wang:wrong@"])
def test_a_socks_proxy_that_wants_another_login_is_told_by_its_variable(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking([OK]) as store, socks(store, (b"wang", b"right")) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://{given}{proxy.address}")
        told = refused(ELSEWHERE)
    gc.collect()
    assert told == ("proxy_wants_login", {"variable": "ALL_PROXY", "proxy": f"socks5://{proxy.address}"})


@pytest.mark.filterwarnings(LEFT_OPEN)
def test_what_talks_no_socks_is_told_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking([OK]) as proxy:
        monkeypatch.setenv("all_proxy", proxy.replace("http:", "socks5:"))
        code, named = refused(ELSEWHERE)
    gc.collect()
    assert (code, named["variable"]) == ("proxy_refuses", "all_proxy")


BAD = ["host:8080:", "http://host:port", "socks4://host:1", "ftp://host:1", "http://", "http://[::1", "://", "a b:1"]


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_a_variable_that_holds_no_proxy_is_told_by_its_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(NoConnection) as failed:
        asked(ELSEWHERE)
    assert (failed.value.code, failed.value.named) == ("proxy_unreadable", {"variable": name})


def test_a_proxy_that_is_away_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking([OK]) as gone:
        pass
    monkeypatch.setenv("HTTP_PROXY", gone.replace("//", "//wang:secret@"))
    with pytest.raises(NoConnection) as failed:
        asked(ELSEWHERE)
    assert failed.value.code == "proxy_away"
    assert failed.value.named == {"variable": "HTTP_PROXY", "proxy": gone}
    assert "secret" not in repr(proxy_to(ELSEWHERE))


REFUSALS = {
    "407 Proxy Authentication Required": "proxy_wants_login",
    "403 Forbidden": "proxy_refuses",
    "502 Bad Gateway": "store_away",
}


@pytest.mark.parametrize("status", REFUSALS)
def test_what_a_proxy_says_to_a_line_in_secret_is_told(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.client.http._drawn", lambda _: 0.0)
    with speaking([answer(status, b"", "text/plain")]) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        with pytest.raises(NoConnection) as failed:
            asked("https://store.example")
    assert failed.value.code == REFUSALS[status]


STORE = "http://192.0.2.3:8443"
COVERS = [
    "192.0.0.0/8",
    "192.0.2.3",
    "192.0.2.3:8443",
    "192.0.2.3/32",
    "127.0.0.1, 192.0.0.0/8",
    "a.example;192.0.0.0/16",
    "１９２．０．０．０／８",
    "192.0.0.0/8、b.example",
    "*",
    "192.0.2.3/8",
]
COVERS_NOT = [
    "11.0.0.0/8",
    "192.0.2.3:80",
    "192.0.0.0/99",
    "/",
    ":",
    ",",
    "[",
    "192.0.2",
    "::/0",
    "store.example",
    "*.",
    "*x",
]


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("exception", COVERS)
def test_an_exception_may_be_a_network_or_name_a_port(
    exception: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example")
    monkeypatch.setenv(variable, exception)
    assert proxy_to(STORE) is None


@pytest.mark.parametrize("exception", COVERS_NOT)
def test_an_exception_for_others_and_one_nobody_can_read_except_nothing(
    exception: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example")
    monkeypatch.setenv("NO_PROXY", exception)
    found = proxy_to(STORE)
    assert found is not None
    assert (found.url, found.variable) == ("socks5://proxy.example:1080", "ALL_PROXY")


def test_what_nobody_can_read_of_the_exceptions_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "192.0.0.0/8, 192.0.0.0/99, b.example")
    assert unread_exceptions() == ["192.0.0.0/99"]


@pytest.mark.parametrize("exception", ["gov.example", ".gov.example", "*.gov.example", "gov.example:443"])
@pytest.mark.parametrize("host", ["gov.example", "store.gov.example"])
def test_a_name_stands_for_what_lies_below_it(exception: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", exception)
    assert proxy_to(f"https://{host}") is None
    assert proxy_to("https://othergov.example") is not None


# --- who is trusted --------------------------------------------------------------------------------------------------


def test_the_system_says_who_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    assert isinstance(trust.trusted(), truststore.SSLContext)


def test_a_file_may_say_who_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    with speaking([OK], authority.server()) as store:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        assert asked(store) == DONE


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_that_holds_no_certificates_is_told_by_its_variable(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "roots.pem"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(NoConnection) as failed:
        asked("https://127.0.0.1:9")
    assert (failed.value.code, failed.value.named) == ("no_certificates", {"variable": "SSL_CERT_FILE"})


def test_a_line_without_tls_reads_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with speaking([OK]) as store:
        assert asked(store) == DONE
