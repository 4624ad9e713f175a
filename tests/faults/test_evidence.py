"""An exported ledger is checked by a third party who has the file and the store's public key, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.client.bundle_exchange import write_request
from sync.ledger import keys
from sync.ledger.proof_file import NoEvidence, check_file
from sync.replica import Replica
from sync.replica.sync_state.entry_export import evidence
from tests import warm


@pytest.fixture
def exported(file: Path, tmp_path: Path) -> Path:
    """The ledger of one unit: two authors, a conflict, entries not sent yet."""
    path = tmp_path / "u-1.json"
    with Replica.open(file) as replica:
        path.write_bytes(b"".join(evidence(replica, "u-1")))
    return path


@pytest.fixture
def store_key(file: Path) -> str:
    """What the office makes public."""
    with Replica.open(file) as replica:
        return replica.joined().store_key


def _run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return warm.run("supervisor_tui", ["--home", str(home), "--lang", "en", *arguments])


def test_it_holds_and_the_same_entries_give_the_same_bytes(file: Path, exported: Path, store_key: str) -> None:
    checked = check_file(exported, store_key)
    assert checked.breaks == []
    assert (checked.ledgers, checked.chains) == (1, 3)
    assert checked.entries - checked.receipted == 3  # those not sent yet
    with Replica.open(file) as replica:
        assert b"".join(evidence(replica, "u-1")) == exported.read_bytes()
        everything = exported.with_name("all.json")
        everything.write_bytes(b"".join(evidence(replica)))
    checked = check_file(everything, store_key)
    assert checked.breaks == []
    assert (checked.ledgers, checked.chains) == (3, 7)


def test_a_machine_that_never_joined_checks_it_by_command(exported: Path, store_key: str, tmp_path: Path) -> None:
    nobody = tmp_path / "nobody"
    done = _run("verify", str(exported), "--store-key", store_key, "--json", home=nobody)
    said = json.loads(done.stdout)
    assert (done.returncode, said["holds"], said["key_given"]) == (0, True, True)
    done = _run("verify", str(exported), home=nobody)
    assert done.returncode == 0
    assert store_key in done.stderr  # whoever gives no key is told to compare the one in the file
    assert "no receipt yet" in done.stderr
    other = keys.public_key(keys.new_private_key())[2:]
    for given in (f"ab{other}", f"-a{other}", f"-h{other}"):  # one key in 64 looks like an option
        done = _run("verify", str(exported), "--store-key", given, home=nobody)
        assert (done.returncode, f"the store of the key {store_key}, not" in done.stderr) == (1, True)
    (tmp_path / "letter.txt").write_text("no evidence")
    done = _run("verify", str(tmp_path / "letter.txt"), home=nobody)
    assert (done.returncode, "neither" in done.stderr) == (1, True)
    assert not nobody.exists()


def test_the_first_wrong_entry_is_named(exported: Path, store_key: str, tmp_path: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "另一种说法".encode() in line)
    head = json.loads(json.loads(lines[at].lstrip(b","))["head"])
    lines[at] = lines[at].replace("另一种说法".encode(), "第三种说法".encode())
    exported.write_bytes(b"".join(lines))
    (first, *_) = check_file(exported, store_key).breaks
    assert (first.ledger, first.device, first.seq, first.reason) == ("u-1", head["device"], head["seq"], "malformed")
    done = _run("verify", str(exported), "--store-key", store_key, home=tmp_path / "nobody")
    assert done.returncode == 1
    assert f"device {head['device']}, entry {head['seq']}" in done.stderr


def test_any_byte_changed_and_any_line_lost_doubled_or_moved_is_found(exported: Path, store_key: str) -> None:
    whole = exported.read_bytes()
    copy = exported.with_name("copy.json")
    for tampered in _tampered(whole):
        copy.write_bytes(tampered)
        try:
            assert not check_file(copy, store_key).holds
        except NoEvidence:
            continue


def _tampered(whole: bytes) -> Iterator[bytes]:
    for at in range(0, len(whole), 3):
        yield whole[:at] + bytes([whole[at] ^ 1 << at % 7]) + whole[at + 1 :]
    for at in range(0, len(whole), 97):
        yield whole[:at]
    lines = whole.splitlines(keepends=True)
    for at in range(len(lines)):
        yield b"".join(lines[:at] + lines[at + 1 :])
        yield b"".join([*lines[: at + 1], *lines[at:]])
        if at + 1 < len(lines):
            yield b"".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])
    yield whole + b"\n"


def test_whoever_exports_it_cannot_change_what_others_wrote(file: Path, exported: Path, store_key: str) -> None:
    """The maker edits a colleague's entry, or cuts her tail off, and signs the file anew with the device's own key."""
    with Replica.open(file) as replica:
        me = replica.joined()
    lines = exported.read_bytes().splitlines(keepends=True)
    theirs = [at for at, line in enumerate(lines[1:-1], start=1) if "另一种说法".encode() in line]
    changed = [line.replace("另一种说法".encode(), "第三种说法".encode()) for line in lines]
    cut = [line for at, line in enumerate(lines) if at != theirs[-1]]
    for forged in (changed, cut):
        text = b"".join(forged[:-1])
        sig = keys.sign(me.private_key, keys.statement("entries", "sha256:" + hashlib.sha256(text).hexdigest()))
        exported.write_bytes(text + b'],"sig":"%b"}\n' % sig.encode())
        breaks = check_file(exported, store_key).breaks
        assert breaks
        assert {each.device for each in breaks} != {me.device}


def test_whoever_exports_it_cannot_hide_that_an_entry_was_kept_apart(
    file: Path, store_key: str, tmp_path: Path
) -> None:
    """The maker leaves out the receipt that says so; the one of the chain names the place."""
    with Replica.open(file) as replica:
        me = replica.joined()
        first, *entries = b"".join(evidence(replica, "u-2")).splitlines(keepends=True)[:-1]
    heading = json.loads(first.replace(b',"entries":[', b"}"))
    heading["receipts"] = [each for each in heading["receipts"] if each["verdict"] != "apart"]
    text = json.dumps(heading, ensure_ascii=False, separators=(",", ":")).encode()[:-1] + b',"entries":[\n'
    text += b"".join(entries).replace(b',"apart":"out_of_scope"', b"")
    sig = keys.sign(me.private_key, keys.statement("entries", "sha256:" + hashlib.sha256(text).hexdigest()))
    path = tmp_path / "u-2.json"
    path.write_bytes(text + b'],"sig":"%b"}\n' % sig.encode())
    assert [(each.device, each.seq, each.reason) for each in check_file(path, store_key).breaks] == [
        (me.device, 3, "verdict")
    ]


def test_a_bundle_is_checked_like_a_file(file: Path, store_key: str, tmp_path: Path) -> None:
    with Replica.open(file) as replica:
        path = write_request(replica, tmp_path).path
        device = replica.joined().device
    nobody = tmp_path / "nobody"
    done = _run("verify", str(path), "--store-key", store_key, home=nobody)
    assert (done.returncode, device in done.stdout) == (0, True)
    path.write_bytes(path.read_bytes()[:-200])
    done = _run("verify", str(path), "--store-key", store_key, home=nobody)
    assert (done.returncode, "cut or changed" in done.stderr) == (1, True)


# --- a checker that shares nothing with the program ------------------------------------------------------------------


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _check_signature(key: str, sig: str, *parts: Any) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    said = json.dumps(["supervisor-tui/1", *parts], separators=(",", ":"), ensure_ascii=False)
    Ed25519PublicKey.from_public_bytes(_raw(key)).verify(_raw(sig), said.encode())


def _check_by_hand(text: str, store_key: str) -> int:
    """All the file claims, by its description alone; how many entries held."""
    document = json.loads(text)
    district = document["district"]
    device_keys = {}
    for each in document["certificates"]:
        parts = (each["device"], each["person"], each["key"], each["at"])
        _check_signature(store_key, each["sig"], "certificate", district, *parts)
        device_keys[each["device"]] = each["key"]
    ends: dict[tuple[str, str], tuple[int, str]] = {}
    names = {}
    for line in document["entries"]:
        head = json.loads(line["head"])
        chain = (head["ledger"], head["device"])
        assert (head["seq"] - 1, head["prev"]) == ends.get(chain, (0, ""))
        if line["body"] is not None:
            assert head["body"] == "sha256:" + hashlib.sha256(line["body"].encode()).hexdigest()
        name = "sha256:" + hashlib.sha256(line["head"].encode()).hexdigest()
        ends[chain] = (head["seq"], name)
        names[(*chain, head["seq"])] = name
    for each in document["seals"]:
        place = (each["ledger"], each["device"], each["seq"])
        assert names[place] == each["hash"]
        _check_signature(device_keys[each["device"]], each["sig"], "seal", district, *place, each["hash"])
    for each in document["receipts"]:
        place = (each["ledger"], each["device"], each["seq"])
        assert names[place] == each["hash"]
        rest = (each["hash"], each["log"], each["number"], each["at"], each["verdict"], each.get("code", ""))
        _check_signature(store_key, each["sig"], "receipt", district, *place, *rest)
    before = text[: text.rindex('],"sig":')].encode()
    digest = "sha256:" + hashlib.sha256(before).hexdigest()
    _check_signature(device_keys[document["device"]], document["sig"], "entries", digest)
    return len(names)


def test_the_description_is_enough_to_write_another_checker(exported: Path, store_key: str) -> None:
    assert _check_by_hand(exported.read_text(), store_key) == check_file(exported, store_key).entries
    with pytest.raises(AssertionError):
        _check_by_hand(exported.read_text().replace("另一种说法", "第三种说法"), store_key)
