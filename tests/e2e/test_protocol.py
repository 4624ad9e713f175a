"""`sync/PROTOCOL.md` beside the program: its example, its lists of codes, and a client written from it alone."""

from __future__ import annotations

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
from tests.store import District, office

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


def test_every_refusal_and_every_reason_to_keep_apart_is_listed() -> None:
    rows = dict(re.findall(r"^\| (\d{3}) \| (.*) \|$", _section("11. Refusals"), re.M))
    listed = {code: int(status) for status, codes in rows.items() for code in re.findall(r"`(\w+)`", codes)}
    assert listed == STATUS
    releasable, final = _section("7. Why an entry is kept apart").split("may release it", 1)
    assert set(re.findall(r"`(\w+)`", releasable)) == set(RELEASABLE)
    assert set(re.findall(r"`(\w+)`", final)) == set(CODES) - set(RELEASABLE)


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


def test_what_is_not_its_to_write_is_kept_apart_with_a_code_of_the_list(client: Client) -> None:
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
