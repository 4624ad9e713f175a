"""Ways to the store as people have them: gateways, redirects, another store, clocks; one sentence for each."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.files.profiles import profile_file
from supervisor_tui.labels.connection import error_words
from supervisor_tui.locale import has, set_language, words
from sync.client import http, responses
from sync.client.enrolment import join
from sync.client.session import NoConnection, Rejected, exchange
from sync.replica import Replica
from sync.replica.editing import attachments, edits
from tests.certificates import DAY, Authority
from tests.faults.conftest import NOTE
from tests.faults.proxy import HTML, Fault, Proxy, Spoiler, head, spoiled
from tests.store import District, new_district, office, serving
from tests.supervisor_tui.cli.test_commands import Line

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 1200  # more than one part


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the waits between tries, not the tries."""
    monkeypatch.setattr(http, "_drawn", lambda _: 0.0)
    monkeypatch.setattr(http, "_retry_after", lambda _: 0.001)


@pytest.fixture
def profile(live: District, tmp_path: Path) -> Iterator[Replica]:
    """A laptop that has joined and exchanged."""
    with live.laptop(profile_file(tmp_path / "home", "default"), "wang") as replica:
        exchange(replica)
        yield replica


def go_by(replica: Replica, address: str) -> None:
    """Let the laptop reach the store at this address from now on."""
    replica.set_identity(msgspec.structs.replace(replica.joined(), server=address))


def page(status: int, *headers: tuple[str, str]) -> Fault:
    """A gateway's own page in place of the store's answer."""
    sent = [("Content-Type", "text/html"), ("Content-Length", str(len(HTML))), *headers]

    def answer(line: Spoiler, _: bytes) -> None:
        line.wfile.write(head(status, sent) + (HTML if line.command != "HEAD" else b""))

    return answer


def only(methods: str, status: int, beside: Fault = Spoiler.carry) -> Fault:
    """Run a gateway that passes these methods alone and answers others with this status."""
    return lambda line, body: (beside if line.command in methods.split() else page(status))(line, body)


def with_paper(replica: Replica, folder: Path) -> str:
    """A note with an attachment of several parts; the note."""
    paper = folder / "说明.pdf"
    paper.write_bytes(PDF)
    record = edits.create(replica, "liaison_note", "u-1", NOTE).record
    attachments.attach(replica, record, paper, "补充材料")
    return record


@pytest.mark.parametrize("status", [403, 405, 501])
def test_attachments_go_through_a_gateway_that_passes_get_and_post_alone(
    status: int, live: District, profile: Replica, tmp_path: Path
) -> None:
    with_paper(profile, tmp_path)
    with spoiled(live.address) as gateway:
        gateway.standing = only("GET POST", status)
        go_by(profile, gateway.address)
        result = exchange(profile)
    assert (result.pushed, result.attached, attachments.unsent(profile)) == (2, 1, [])


def _no_attachments(line: Spoiler, body: bytes) -> None:
    (page(403) if "/blobs/" in line.path else Spoiler.carry)(line, body)


def test_attachments_that_do_not_pass_wait_and_are_named_and_hold_up_no_record(
    live: District,
    profile: Replica,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = with_paper(profile, tmp_path)
    with spoiled(live.address) as gateway:
        gateway.standing = _no_attachments
        go_by(profile, gateway.address)
        assert exchange(profile).pushed == 2
        laptop = Line(tmp_path / "home", capsys, monkeypatch)
        done = laptop("sync", "--json")
    (waits,) = done.value["waiting"]
    assert (done.code, waits["record"], waits["file_name"], waits["bytes"]) == (0, record, "说明.pdf", len(PDF))
    assert laptop("status", "--json").value["waiting"] == [waits]
    for command in ("status", "doctor"):
        said = laptop(command).out
        assert "说明.pdf" in said
        assert "403" in said
    findings = {each["name"]: each["state"] for each in laptop("doctor", "--json").value["findings"]}
    assert findings["attachments"] == "look"


def _stripped(line: Spoiler, body: bytes) -> None:
    del line.headers["Authorization"]
    line.carry(body)


WAYS: dict[str, Fault] = {
    "token_taken": _stripped,
    "way_wants_login": page(401, ("WWW-Authenticate", "Basic")),
    "way_refuses": page(403),
    "way_takes_no_such": page(405),
    "proxy_wants_login": page(407, ("Proxy-Authenticate", "Basic")),
    "store_away": page(502),
    "moved": page(302, ("Location", "http://elsewhere.example/v1/sync")),
}


@pytest.mark.parametrize("code", WAYS)
def test_what_a_gateway_answers_is_told_in_a_sentence_of_its_own(
    code: str,
    live: District,
    profile: Replica,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edits.create(profile, "liaison_note", "u-1", NOTE)
    with spoiled(live.address) as gateway:
        gateway.standing = WAYS[code]
        go_by(profile, gateway.address)
        with pytest.raises(NoConnection) as failed:
            exchange(profile)
        laptop = Line(tmp_path / "home", capsys, monkeypatch)
        done = laptop("sync")
    assert (failed.value.code, done.code) == (code, 3)
    assert done.err.strip() == error_words(code, failed.value.named)
    assert error_words(code, failed.value.named) in laptop("status").out.replace("\n", " ")
    assert len({error_words(each) for each in WAYS}) == len(WAYS)


def test_a_store_that_restarts_behind_its_gateway_is_asked_again(live: District, profile: Replica) -> None:
    edits.create(profile, "liaison_note", "u-1", NOTE)
    with spoiled(live.address) as gateway:
        gateway.faults.extend([page(502)] * 3)
        go_by(profile, gateway.address)
        assert exchange(profile).pushed == 1


# --- redirects -------------------------------------------------------------------------------------------------------


@contextmanager
def in_secret(store: str, context: ssl.SSLContext) -> Iterator[Proxy]:
    """A gateway that talks TLS."""
    with spoiled(store) as gateway:
        gateway.socket = context.wrap_socket(gateway.socket, server_side=True)
        yield gateway


def secret(gateway: Proxy) -> str:
    """Its address."""
    return gateway.address.replace("http:", "https:")


def leads_to(address: str, status: int = 301) -> Fault:
    """Every request is led on to the same path there."""

    def lead(line: Spoiler, _: bytes) -> None:
        line.wfile.write(head(status, [("Location", address + line.path), ("Content-Length", "0")]))

    return lead


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Whom this machine trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.mark.parametrize(("status", "remembered"), [(301, True), (308, True), (302, False), (307, False)])
def test_a_redirect_to_tls_at_the_same_host_is_followed_and_kept_if_it_is_for_good(
    status: int, remembered: bool, live: District, profile: Replica, tmp_path: Path, authority: Authority
) -> None:
    with_paper(profile, tmp_path)
    with in_secret(live.address, authority.server()) as behind, spoiled(live.address) as before:
        before.standing = leads_to(secret(behind), status)
        go_by(profile, before.address)
        result = exchange(profile)
        assert (result.pushed, result.attached) == (2, 1)
        kept = secret(behind) if remembered else before.address
        assert profile.joined().server == kept
        assert result.server == (kept if remembered else "")


def test_joining_keeps_the_address_the_store_leads_to(live: District, tmp_path: Path, authority: Authority) -> None:
    code = office(live.database, "code", live.people["li"])
    with in_secret(live.address, authority.server()) as behind, spoiled(live.address) as before:
        before.standing = leads_to(secret(behind))
        assert join(tmp_path / "li.db", before.address, code, "laptop").server == secret(behind)


@pytest.mark.parametrize(
    "place", ["http://localhost:{port}", "http://127.0.0.1:{port}/elsewhere", "http://x@127.0.0.1"]
)
def test_nobody_s_token_goes_to_another_place(place: str, live: District, profile: Replica) -> None:
    came: list[str] = []

    def note(line: Spoiler, _: bytes) -> None:
        came.append(str(line.headers["Authorization"]))
        line.hang_up()

    with spoiled(live.address) as elsewhere, spoiled(live.address) as before:
        elsewhere.standing = note
        before.standing = leads_to(place.format(port=elsewhere.server_port))
        go_by(profile, before.address)
        with pytest.raises(NoConnection) as failed:
            exchange(profile)
    assert (failed.value.code, came) == ("moved", [])


def test_a_redirect_out_of_tls_is_not_followed(live: District, profile: Replica, authority: Authority) -> None:
    with in_secret(live.address, authority.server()) as before:
        before.standing = leads_to(live.address)
        go_by(profile, secret(before))
        with pytest.raises(NoConnection) as failed:
            exchange(profile)
    assert failed.value.code == "moved"


def test_a_redirect_in_circles_ends() -> None:
    asked = "http://store.example/v1/sync"
    assert responses.moved_to("http://store.example", asked, {"location": asked}) == ""


# --- who answers -----------------------------------------------------------------------------------------------------


def test_another_store_at_the_same_address_is_told(profile: Replica, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = new_district(tmp_path / "other")  # of the same name, with a key of its own
    with serving(other.database) as address:
        go_by(profile, address)
        edits.create(profile, "liaison_note", "u-1", NOTE)
        with pytest.raises(Rejected) as failed:
            exchange(profile)
    assert failed.value.code == "other_store"
    assert profile.setting("last_error") == "other_store"


@pytest.mark.parametrize(("since", "until"), [(-2 * DAY, -DAY), (DAY, 2 * DAY)], ids=["no longer", "not yet"])
def test_a_certificate_that_does_not_hold_by_this_clock_names_the_clock(
    since: timedelta, until: timedelta, live: District, profile: Replica, authority: Authority
) -> None:
    with in_secret(live.address, authority.server(since, until)) as gateway:
        go_by(profile, secret(gateway))
        with pytest.raises(NoConnection) as failed:
            exchange(profile)
    assert failed.value.code == "certificate_time"
    assert failed.value.named["now"] in error_words("certificate_time", failed.value.named)


def test_every_fault_of_the_line_has_its_words_in_both_languages() -> None:
    codes = [
        *WAYS,
        "proxy_unreadable",
        "proxy_away",
        "proxy_refuses",
        "no_certificates",
        "certificate_time",
        "other_store",
    ]
    assert all(has(f"error.{code}") for code in codes)
    for language in ("zh", "en"):
        set_language(language)
        assert not [code for code in codes if "{" in error_words(code)]
    assert all(all(pair) for pair in words().values())
