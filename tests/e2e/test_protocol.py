"""`sync/PROTOCOL.md` beside the program: its example, its lists of codes, and a client written from it alone."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.central.http.api import STATUS
from sync.client.session import exchange
from sync.model.quarantine import CODES, RELEASABLE
from sync.replica import query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.days import today
from tests.e2e.protocol_client import Client, bytes_of, canonical, check, hash_of, statement, text_of
from tests.store import District, office, serving

DOCUMENT = (Path(__file__).parents[2] / "sync" / "PROTOCOL.md").read_text(encoding="utf-8")
RECORD = "01a22d31-8176-73e6-8439-0de2fc338564"
PROGRAM_OF_OURS = "wang"


@pytest.fixture
def client(live: District) -> Client:
    client = Client(live.address)
    client.join(office(live.database, "code", live.people[PROGRAM_OF_OURS]))
    return client


def _section(name: str) -> str:
    """The text below a heading, up to the next of its rank."""
    rank = re.search(rf"^(#+) {re.escape(name)}", DOCUMENT, re.MULTILINE)
    assert rank is not None
    rest = DOCUMENT[rank.end() :]
    end = re.search(rf"^#{{1,{len(rank[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def test_the_example_has_the_bytes_hashes_and_signature_it_says() -> None:
    text = _section("Example")
    body, head, signature = (block.strip().encode() for block in re.findall(r"^```\n(.*?)^```", text, re.M | re.S))
    assert canonical(json.loads(body)) == body
    assert canonical(json.loads(head)) == head
    assert json.loads(head)["body"] == hash_of(body)
    assert f"has the hash `{hash_of(head)}`" in text
    found = re.search(r"\(secret\) `(.*?)`", text)
    assert found is not None
    public = Ed25519PrivateKey.from_private_bytes(bytes_of(found[1])).public_key().public_bytes_raw()
    check(text_of(public), signature.decode(), statement("seal", "yc", "u-1", "d-1", 1, hash_of(head)))


def test_every_refusal_and_every_reason_for_quarantine_is_listed() -> None:
    rows = dict(re.findall(r"^\| (\d{3}) \| (.*) \|$", _section("11. Refusals"), re.M))
    listed = {code: int(status) for status, codes in rows.items() for code in re.findall(r"`(\w+)`", codes)}
    assert listed == STATUS
    reasons = re.findall(r"^\| (`.*`) \| .* \| (yes|no) \|$", _section("7. Why an entry is quarantined"), re.M)
    said = {code: may == "yes" for codes, may in reasons for code in re.findall(r"`(\w+)`", codes)}
    assert said == {code: code in RELEASABLE for code in CODES}


def test_a_client_written_from_it_records_and_what_it_wrote_is_read_and_verified_by_the_program(
    client: Client, live: District, tmp_path: Path
) -> None:
    client.exchange()
    assert "u-1" in client.scope["units"]
    fields = {"content": "到点上, 人都在", "mode": "visit", "noted_on": today()}
    written = client.write("u-1", "liaison_note", RECORD, f"{today()}T00:00:00.000Z", fields)
    said = client.exchange()[0]
    assert said.get("kept", []) == []
    (receipt,) = [each for each in client.receipts if each["hash"] == written]
    assert (receipt["verdict"], receipt["log"]) == ("accepted", client.place["log"])
    with live.laptop(tmp_path / "ours.db", PROGRAM_OF_OURS) as ours:
        exchange(ours)
        found = query.record(ours, RECORD)
        assert found is not None
        assert {name: found.fields[name] for name in fields} == fields
        assert verify(ours).breaks == []


def test_it_reads_and_verifies_what_the_program_wrote(client: Client, live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "ours.db", PROGRAM_OF_OURS) as ours:
        exchange(ours)
        note = {"content": "学习笔记已收", "mode": "phone", "noted_on": today()}
        record = edits.create(ours, "liaison_note", "u-1", note).record
        exchange(ours)
    client.exchange()
    assert note in [{name: body["set"].get(name) for name in note} for body in client.bodies.values()]
    assert record


def test_what_is_not_its_to_write_is_quarantined_with_a_code_of_the_list(client: Client) -> None:
    client.exchange()
    client.write("u-1", "gate", RECORD, f"{today()}T00:00:00.000Z", {"stage": "study", "verdict": "passed"})
    client.write("u-99", "liaison_note", RECORD, f"{today()}T00:00:00.000Z", {"content": "x"})
    said = client.exchange()[0]
    assert {each["ledger"]: each["code"] for each in said["kept"]}["u-99"] in CODES
    assert {each["code"] for each in said["kept"]} <= set(CODES)


def test_a_request_without_a_token_or_with_a_used_code_is_refused_in_the_form_it_says(client: Client) -> None:
    refused = httpx.post(f"{client.address}/v1/sync", headers={"Content-Type": "application/x-ndjson"}, content=b"{}\n")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "token_unknown")
    with pytest.raises(httpx.HTTPStatusError) as error:
        Client(client.address).join("7K2M-9Q4T-1X0ZA")
    assert error.value.response.json()["error"]["code"] == "code_unknown"


NOTE = {"content": "x", "mode": "visit"}


def _write(client: Client, ledger: str, record: str, **values: str) -> str:
    fields = NOTE | {"noted_on": today()} | values
    return client.write(ledger, "liaison_note", record, f"{today()}T00:00:00.000Z", fields)


def test_a_chain_of_several_is_covered_by_one_receipt_and_read_by_a_second_device(
    client: Client, live: District
) -> None:
    client.exchange()
    written = [_write(client, "u-1", f"n-{number}") for number in range(3)]
    said = client.exchange()[0]
    (receipt,) = [each for each in said["receipts"] if each["ledger"] == "u-1"]
    assert (receipt["seq"], receipt["hash"], receipt["verdict"]) == (3, written[-1], "accepted")
    second = Client(live.address)
    second.join(office(live.database, "code", live.people[PROGRAM_OF_OURS]))
    second.exchange()
    assert set(written) <= set(second.bodies)
    stands = second.place["cursor"]
    later = _write(client, "u-1", "n-3")
    client.exchange()
    second.exchange()
    assert later in second.bodies
    assert second.place["cursor"] == stands + 1


def test_a_receipt_names_what_is_quarantined_and_another_reads_its_head_alone(client: Client, live: District) -> None:
    client.exchange()
    bad = _write(client, "u-1", "n-1", mode="telepathy")
    good = _write(client, "u-1", "n-2")
    said = client.exchange()[0]
    verdicts = {each["hash"]: (each["verdict"], each.get("code", "")) for each in said["receipts"]}
    assert verdicts == {bad: ("apart", "invalid_fields"), good: ("accepted", "")}
    (whole,) = [each["log"] for each in said["receipts"] if each["hash"] == good]
    assert whole == f"{client.place['log']} apart 1"
    other = Client(live.address)
    other.join(office(live.database, "code", live.people["li"]))
    other.exchange()
    assert other.quarantined == {bad: "invalid_fields"}
    assert bad not in other.bodies
    assert good in other.bodies


def test_a_gap_is_told_and_nothing_of_the_chain_is_stored(client: Client) -> None:
    client.exchange()
    _write(client, "u-1", "n-1")
    _write(client, "u-1", "n-2")
    client.unsent = client.unsent[1:]
    said = client.exchange()[0]
    assert [(each["ledger"], each["seq"], each["hash"]) for each in said["have"]] == [("u-1", 0, "")]
    assert said.get("receipts", []) == []


def test_a_fork_is_told_and_a_successor_writes_the_edit_again(client: Client) -> None:
    client.exchange()
    copied = copy.deepcopy(client)
    _write(client, "u-1", "n-1")
    client.exchange()
    lost = _write(copied, "u-1", "n-2")
    sent = copied.unsent
    said = copied.exchange()[0]
    assert [(each["hash"], each["code"]) for each in said["kept"]] == [(lost, "fork")]
    copied.unsent, old = sent, copied.joined["device"]
    copied.succeed()
    assert copied.joined["device"] != old
    assert copied.unsent[0][0]["was"] == lost
    assert copied.unsent[0][2] == sent[0][2]
    assert copied.exchange()[0].get("kept", []) == []


def test_an_attachment_goes_up_in_parts_and_comes_down_once_an_entry_names_it(client: Client, live: District) -> None:
    client.exchange()
    data = bytes(range(256)) * 2_000
    said = {"name": "a.bin", "type": "application/octet-stream", "size": len(data)}
    name = client.upload(data)
    other = Client(live.address)
    other.join(office(live.database, "code", live.people["li"]))
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        other.download(name)
    client.write(
        "u-1",
        "liaison_note",
        RECORD,
        f"{today()}T00:00:00.000Z",
        NOTE | {"noted_on": today(), f"attachment.{name}": said},
    )
    assert client.exchange()[0].get("kept", []) == []
    assert other.download(name) == data


def test_a_part_that_does_not_follow_or_is_not_what_the_name_says_is_refused(client: Client) -> None:
    name = "0" * 64
    assert client.put(name, b"12", 0, 4).headers["Upload-Offset"] == "2"
    refused = client.put(name, b"34", 3, 4)
    assert (refused.status_code, refused.headers["Upload-Offset"]) == (409, "2")
    assert client.put(name, b"34", 2, 4).json()["error"]["code"] == "malformed"
    assert client.put(name, b"34", 2, 4).headers["Upload-Offset"] == "0"
    assert client.put(name, b"x" * (256 * 1024 + 1), 0, 2**20).json()["error"]["code"] == "too_large"
    assert client.put(name, b"x", 0, 20 * 2**20 + 1).json()["error"]["code"] == "too_large"
    assert client.put(name, b"x", 0, 20 * 2**20).status_code == 200


def test_a_device_that_a_restored_store_has_forgotten_reattaches(district: District, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    office(district.database, "backup", str(backup))
    code = office(district.database, "code", district.people[PROGRAM_OF_OURS])
    with serving(district.database) as address:
        client = Client(address)
        client.join(code)
        client.exchange()
    token, device = client.joined["token"], client.joined["device"]
    restored = tmp_path / "restored" / "central.db"
    office(restored, "restore", str(backup))
    with serving(restored) as client.address:
        with pytest.raises(httpx.HTTPStatusError) as unknown:
            client.exchange()
        assert unknown.value.response.json()["error"]["code"] == "token_unknown"
        client.reattach()
        assert (client.joined["token"], client.joined["device"]) == (token, device)
        with pytest.raises(httpx.HTTPStatusError) as waiting:
            client.exchange()
        assert waiting.value.response.json()["error"]["code"] == "device_unknown"


def _of_size(client: Client, size: int, record: str) -> str:
    """Write an entry of an unknown kind of exactly so many bytes."""
    at, name = f"{today()}T00:00:00.000Z", client.write("u-1", "poem", record, f"{today()}T00:00:00.000Z", {"t": ""})
    _, raw, body = client.unsent.pop()
    client.chains["u-1", client.joined["device"]].remove(name)
    return client.write("u-1", "poem", record, at, {"t": "x" * (size - len(raw) - len(body))})


def test_an_entry_and_its_parts_are_bounded_where_the_limits_say(client: Client) -> None:
    client.exchange()
    deep: object = 1
    for _ in range(33):
        deep = [deep]
    at = f"{today()}T00:00:00.000Z"
    wanted = {
        _of_size(client, 256 * 1024, "n-1"): "",
        _of_size(client, 256 * 1024 + 1, "n-2"): "too_large",
        client.write("u-1", "poem", "n" * 64, at, {"t": 2**53 - 1}): "",
        client.write("u-1", "poem", "n" * 65, at, {"t": 1}): "malformed",
        client.write("u-1", "poem", "n-3", at, {"t": 2**53}): "invalid_fields",
        client.write("u-1", "poem", "n-4", at, {"t": deep[0]}): "",  # type: ignore[index]
        client.write("u-1", "poem", "n-5", at, {"t": deep}): "invalid_fields",
        client.write("u-1", "poem", "n-6", at, {}): "malformed",
        client.write("u-1", "poem", "n-7", "9998-12-31T23:59:59.999Z", {"t": 1}): "",
        client.write("u-1", "poem", "n-8", "9999-01-01T00:00:00.000Z", {"t": 1}): "malformed",
    }
    kept = {each["hash"]: each["code"] for each in client.exchange()[0].get("kept", [])}
    assert kept == {name: code for name, code in wanted.items() if code}


def test_a_request_to_join_is_bounded_where_the_limits_say(client: Client) -> None:
    asked = json.dumps({"code": "0", "device": "", "public_key": client.public, "protocol": 1}).encode()
    codes = [
        httpx.post(f"{client.address}/v1/join", content=asked.ljust(size)).json()["error"]["code"]
        for size in (4_096, 4_097)
    ]
    assert codes == ["code_unknown", "too_large"]
