"""How a device comes in and is known again: codes, tokens, successors, and certificates after a restoration.

Whoever has not the code, the token, the key or the store's word is refused by its code, and nothing is enrolled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sync.central.admin import staff
from sync.central.service import enrolment
from sync.central.service.store import Denied, Edit, Store
from sync.central.storage import statements
from sync.ledger import chains, ids, keys
from sync.protocol import codec
from tests.sync.central.pen import Pen, quick_codes

FORGED = keys.new_private_key()
NOW = "2026-09-18T09:00:00.000Z"
SLOWLY = enrolment._SCRYPT


@pytest.fixture(autouse=True)
def _quickly() -> Iterator[None]:
    with quick_codes():
        yield


def _join(store: Store, **parts: Any) -> codec.JoinAnswer:
    request = codec.JoinRequest(device="laptop", public_key=keys.public_key(keys.new_private_key()))
    return store.enrolment.join(msgspec.structs.replace(request, **parts))


def _refused(store: Store, **parts: Any) -> str:
    before = set(store.access().devices)
    with pytest.raises(Denied) as refused:
        _join(store, **parts)
    assert set(store.access().devices) == before
    return refused.value.code


# --- codes -----------------------------------------------------------------------------------------------------------


def test_a_code_enrols_one_device_of_its_person(store: Store) -> None:
    code = staff.new_code(store, "wang")
    private = keys.new_private_key()
    joined = _join(store, code=code, device="x" * 81, public_key=keys.public_key(private))
    assert (joined.person, joined.role, joined.person_name) == ("wang", "group", "name of wang")
    assert (joined.district, joined.district_name, joined.store_key) == ("demo", "示例区", store.district.public_key)
    assert chains.certificate_holds(joined.certificate, "demo", store.district.public_key)
    assert (joined.certificate.device, joined.certificate.person) == (joined.device, "wang")
    assert joined.certificate.key == keys.public_key(private)
    known = store.access().devices[joined.device]
    assert (known.person, known.key, known.name, known.succeeds) == ("wang", keys.public_key(private), "x" * 80, "")
    assert _refused(store, code=code) == "code_used"


def test_a_code_that_nobody_was_given_is_not_known(store: Store) -> None:
    assert _refused(store, code="ABCDE-FGHJK-MNP") == "code_unknown"
    assert _refused(store) == "code_unknown"


@pytest.mark.parametrize(
    ("until", "code"),
    [("2026-09-18T08:59:59.999Z", "code_used"), (NOW, ""), ("2026-09-18T09:00:00.001Z", "")],
)
def test_a_code_holds_until_its_end(store: Store, monkeypatch: pytest.MonkeyPatch, until: str, code: str) -> None:
    made = store.enrolment.new_code("wang", until)
    monkeypatch.setattr(chains, "now", lambda: NOW)
    if code:
        assert _refused(store, code=made) == code
    else:
        assert _join(store, code=made).person == "wang"


def test_nobody_gets_a_code_who_is_not_there(store: Store) -> None:
    staff.put(store, [Edit(ledger="staff", kind="person", record="zhao", fields={"left": True})])
    for person in ("nobody", "zhao"):
        with pytest.raises(Exception, match=person):
            store.enrolment.new_code(person, "2099-01-01T00:00:00.000Z")


@pytest.mark.parametrize(
    "key",
    ["", "short", "!" * 43, keys.public_key(FORGED) + "AAAA", "你" * 43],
    ids=["empty", "short", "no base64", "longer", "no ascii"],
)
def test_a_key_that_is_none_is_refused_and_spends_no_code(store: Store, key: str) -> None:
    code = staff.new_code(store, "wang")
    assert _refused(store, code=code, public_key=key) == "malformed"
    assert _join(store, code=code).person == "wang"


def test_a_code_is_as_slow_to_guess_as_it_is_to_be(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.central.service.enrolment._SCRYPT", SLOWLY)
    code = store.enrolment.new_code("wang", "2099-01-01T00:00:00.000Z")
    salt = bytes.fromhex(store.district.code_salt)
    slow = hashlib.scrypt(ids.plain_code(code).encode(), salt=salt, n=16_384, r=8, p=1, maxmem=2**26, dklen=32).hex()
    assert store.engine.read(lambda session: session.row(statements.CODE, ("demo", slow))) is not None


def test_what_was_made_of_a_code_is_told_in_the_trail(store: Store) -> None:
    code = store.enrolment.new_code("wang", "2099-01-01T00:00:00.000Z")
    joined = _join(store, code=code)
    rows = store.engine.read(lambda session: session.rows(statements.AUDIT, ("demo",)))
    told = [(who, what, about) for _, _, who, what, about, _ in rows]
    assert ("store", "code made", "for wang, until 2099-01-01T00:00:00.000Z") in told
    assert ("wang", "code used", f"by {joined.device}") in told


@pytest.mark.parametrize("lost", ["UPDATE code SET used_at = ''", "DELETE FROM code"])
def test_a_code_that_an_older_copy_has_as_unused_stays_used(store: Store, lost: str) -> None:
    code = staff.new_code(store, "wang")
    _join(store, code=code)
    assert store.enrolment.forgotten_codes() == 0
    store.engine.transact(lambda session: session.run(lost, ()))
    assert store.enrolment.forgotten_codes() == 1
    assert _refused(store, code=code) == "code_used"


def test_a_code_that_another_has_used_meanwhile_is_used(store: Store) -> None:
    """The file beside the database knows nothing of it: the database itself says so."""
    code = staff.new_code(store, "wang")
    store.engine.transact(lambda session: session.run("UPDATE code SET used_at = ?", (NOW,)))
    assert _refused(store, code=code) == "code_used"


def test_a_device_without_a_name_bears_its_own(store: Store) -> None:
    public = keys.public_key(keys.new_private_key())
    device, certificate = store.enrolment.enrol("wang", public, "")
    known = store.access().devices[device]
    assert (known.name, known.person, known.key, certificate.key) == (device, "wang", public, public)
    assert store.enrolment.known_by_certificate(device, None).person == "wang"


def test_the_store_certifies_the_names_under_which_it_writes(store: Store) -> None:
    store.engine.transact(lambda session: store.enrolment.certify_itself(session, "store-9"))
    row = store.engine.read(lambda session: session.row(statements.CERTIFICATE, ("demo", "store-9")))
    assert row is not None
    known = chains.read_certificate(row[0])
    assert (known.person, known.key) == ("store", store.district.public_key)


# --- tokens ----------------------------------------------------------------------------------------------------------


def _parts(pen: Pen) -> tuple[str, str, str]:
    district, device, secret = pen.joined.token.split(".")
    return district, device, secret


@pytest.mark.parametrize(
    "wrong", ["district", "device", "secret", "no secret", "no dots", "empty", "another's secret", "more"]
)
def test_only_a_device_s_own_token_is_known(store: Store, wang: Pen, director: Pen, wrong: str) -> None:
    district, device, secret = _parts(wang)
    token = {
        "district": f"other.{device}.{secret}",
        "device": f"{district}.d-none.{secret}",
        "secret": f"{district}.{device}.{secret[:-1]}x",
        "no secret": f"{district}.{device}.",
        "no dots": secret,
        "empty": "",
        "another's secret": f"{district}.{device}.{_parts(director)[2]}",
        "more": f"{wang.joined.token}.x",
    }[wrong]
    for known in (store.enrolment.device_of, store.enrolment.sender_of):
        with pytest.raises(Denied) as refused:
            known(token)
        assert refused.value.code == "token_unknown"
    assert store.enrolment.device_of(wang.joined.token).device == device


def test_a_token_names_its_device_person_and_key(wang: Pen) -> None:
    submitter = wang.submitter
    assert (submitter.device, submitter.person, submitter.key) == (wang.device, "wang", keys.public_key(wang.private))


# --- successors ------------------------------------------------------------------------------------------------------


def _succession(pen: Pen, private: str, public: str) -> dict[str, str]:
    token = pen.joined.token
    signed = keys.sign(private, codec.succession_statement(token, public))
    return {"succeeds": token, "public_key": public, "signature": signed}


def test_a_device_that_signs_for_it_is_followed_by_another_of_the_same_person(store: Store, wang: Pen) -> None:
    public = keys.public_key(keys.new_private_key())
    joined = _join(store, **_succession(wang, wang.private, public))
    access = store.access()
    assert (joined.person, access.devices[joined.device].succeeds) == ("wang", wang.device)
    assert (access.followers(wang.device), access.followed(joined.device)) == ([joined.device], [wang.device])
    assert access.devices[joined.device].key == public
    assert chains.certificate_holds(joined.certificate, "demo", store.district.public_key)


@pytest.mark.parametrize("who", ["another key", "another successor", "nobody"])
def test_without_the_old_key_s_signature_nobody_follows_it(store: Store, wang: Pen, who: str) -> None:
    public = keys.public_key(keys.new_private_key())
    asked = _succession(wang, FORGED if who == "another key" else wang.private, public)
    if who == "another successor":
        asked["public_key"] = keys.public_key(keys.new_private_key())
    if who == "nobody":
        asked["signature"] = ""
    assert _refused(store, **asked) == "token_unknown"


@pytest.mark.parametrize("end", ["revoked", "left"])
def test_a_device_that_may_not_exchange_is_followed_by_none(store: Store, wang: Pen, end: str) -> None:
    if end == "revoked":
        staff.revoke(store, wang.device)
    else:
        staff.put(store, [Edit(ledger="staff", kind="person", record="wang", fields={"left": True})])
    public = keys.public_key(keys.new_private_key())
    assert _refused(store, **_succession(wang, wang.private, public)) == "device_revoked"


@pytest.mark.parametrize(("key", "code"), [("", "malformed"), ("whole", "")])
def test_by_a_road_without_tokens_a_device_is_followed_as_well(store: Store, wang: Pen, key: str, code: str) -> None:
    public = keys.public_key(keys.new_private_key()) if key else "short"
    request = codec.JoinRequest(device="x" * 81, public_key=public)
    if code:
        with pytest.raises(Denied) as refused:
            store.enrolment.succeed(wang.submitter, request)
        assert refused.value.code == code
        return
    joined = store.enrolment.succeed(wang.submitter, request)
    known = store.access().devices[joined.device]
    assert (known.succeeds, known.person, known.key, known.name) == (wang.device, "wang", public, "x" * 80)
    assert store.enrolment.device_of(joined.token).device == joined.device
    submitter = wang.submitter
    staff.revoke(store, wang.device)
    with pytest.raises(Denied) as refused:
        store.enrolment.succeed(submitter, request)
    assert refused.value.code == "device_revoked"


# --- after a restoration ---------------------------------------------------------------------------------------------


def _forgotten(store: Store, key: str = "", person: str = "wang", district: str = "demo") -> dict[str, Any]:
    """What a laptop shows that the store has never heard of: its certificate, its token, its signature."""
    private = keys.new_private_key()
    token = f"demo.d-lost.{keys.new_secret()}"
    certificate = chains.make_certificate(
        key or store.district.private_key, district, "d-lost", person, keys.public_key(private), NOW
    )
    return {
        "returns": token,
        "certificate": certificate,
        "signature": keys.sign(private, codec.reattach_statement(token)),
    }


def test_a_laptop_with_the_store_s_word_and_its_own_key_is_taken_up_again(store: Store) -> None:
    code = staff.new_code(store, "wang")
    shown = _forgotten(store)
    joined = _join(store, **shown)
    assert (joined.token, joined.device, joined.person) == (shown["returns"], "d-lost", "wang")
    assert joined.certificate == shown["certificate"]
    submitter = store.enrolment.sender_of(joined.token)
    assert (submitter.device, submitter.key) == ("d-lost", shown["certificate"].key)
    with pytest.raises(Denied) as refused:
        store.enrolment.device_of(joined.token)
    assert refused.value.code == "device_unknown"
    assert _refused(store, code=code) == "code_used", "perhaps the one that this laptop had come with"


@pytest.mark.parametrize("clock", [NOW, "2026-09-18T08:59:59.999Z", "2026-09-10T09:00:00.000Z"])
def test_a_code_that_was_ended_stays_ended_in_the_same_moment_and_when_the_clock_is_set_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, clock: str
) -> None:
    monkeypatch.setattr(chains, "now", lambda: NOW)
    code = store.enrolment.new_code("wang", "2026-09-19T09:00:00.000Z")
    _join(store, **_forgotten(store))
    monkeypatch.setattr(chains, "now", lambda: clock)
    assert _refused(store, code=code) == "code_used"


@pytest.mark.parametrize(
    "lie",
    ["no certificate", "forged", "another district", "another device", "another token", "unsigned", "another key"],
)
def test_without_either_it_is_not_known(store: Store, wang: Pen, lie: str) -> None:
    shown = _forgotten(store)
    token = str(shown["returns"])
    if lie == "no certificate":
        shown["certificate"] = None
    elif lie == "forged":
        shown = _forgotten(store, FORGED)
    elif lie == "another district":
        shown = _forgotten(store, district="other")
    elif lie == "another device":
        shown["certificate"] = wang.joined.certificate
    elif lie == "another token":
        shown["returns"] = token.replace("demo.", "other.")
    elif lie == "unsigned":
        shown["signature"] = ""
    elif lie == "another key":
        shown["signature"] = keys.sign(FORGED, codec.reattach_statement(token))
    assert _refused(store, **shown) == "token_unknown"
    with pytest.raises(Denied):
        store.enrolment.sender_of(token)


def test_a_device_is_taken_up_by_its_own_token_alone_though_it_signs_for_another(store: Store, wang: Pen) -> None:
    for token in (f"demo.d-lost.{keys.new_secret()}", f"other.{wang.device}.{keys.new_secret()}"):
        signature = keys.sign(wang.private, codec.reattach_statement(token))
        shown = {"returns": token, "certificate": wang.joined.certificate, "signature": signature}
        assert _refused(store, **shown) == "token_unknown"


def test_a_device_that_is_known_by_its_certificate_keeps_the_token_it_comes_with(store: Store) -> None:
    shown = _forgotten(store)
    store.enrolment.meet(shown["certificate"])
    _join(store, **shown)
    assert store.enrolment.sender_of(shown["returns"]).device == "d-lost"
    store.enrolment.meet(shown["certificate"])
    assert store.enrolment.sender_of(shown["returns"]).device == "d-lost"


def test_by_a_road_without_tokens_a_device_is_who_the_store_knows_or_has_certified(store: Store, wang: Pen) -> None:
    known = store.enrolment.known_by_certificate
    lost = _forgotten(store)["certificate"]
    assert known(wang.device, None).key == keys.public_key(wang.private)
    forged = msgspec.structs.replace(wang.joined.certificate, key=keys.public_key(FORGED))
    assert known(wang.device, forged).key == keys.public_key(wang.private)
    found = known("d-lost", lost)
    assert (found.device, found.person, found.key) == ("d-lost", "wang", lost.key)
    for certificate in (None, wang.joined.certificate, _forgotten(store, FORGED)["certificate"]):
        with pytest.raises(Denied) as refused:
            known("d-lost", certificate)
        assert refused.value.code == "token_unknown"


def test_a_certificate_of_one_that_is_known_changes_nothing(store: Store, wang: Pen) -> None:
    code = staff.new_code(store, "wang")
    store.enrolment.meet(msgspec.structs.replace(wang.joined.certificate, key=keys.public_key(FORGED)))
    assert wang.submitter.key == keys.public_key(wang.private)
    assert _join(store, code=code).person == "wang"
    store.enrolment.meet(_forgotten(store)["certificate"])
    assert store.enrolment.known_by_certificate("d-lost", None).person == "wang"


# --- clocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("2026-09-18T09:05:00.000Z", []),
        ("2026-09-18T09:05:01.000Z", [301]),
        ("2026-09-18T08:55:00.000Z", []),
        ("2026-09-18T08:54:59.000Z", [-301]),
        ("no time", []),
        ("", []),
    ],
)
def test_entries_are_marked_by_a_clock_that_is_wrong_beyond_what_is_tolerated(
    store: Store, wang: Pen, monkeypatch: pytest.MonkeyPatch, clock: str, told: list[int]
) -> None:
    entry = wang.write()
    monkeypatch.setattr(chains, "now", lambda: NOW)
    request = codec.SyncRequest(want=0, clock=clock, seals=wang.seals([entry]))
    answer, _ = store.exchange(wang.submitter, request, [codec.line(entry)])
    assert {each.seconds for each in answer.skews} == set(told)
