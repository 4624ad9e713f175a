"""An exchange by stick: both directions by file, receipts included; whatever happens to the files is safe and said."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from sync.central.admin import staff
from sync.central.admin.backup import back_up, restore
from sync.central.bundles.exchange import answer, answer_all
from sync.central.service.store import Denied, Edit, Store, init_store, open_store
from sync.central.storage.engine import Row
from sync.central.storage.statements import COUNTER
from sync.client.bundle_exchange import answers_in, read_answer, write_request
from sync.client.enrolment import enrolled
from sync.client.http import Rejected
from sync.client.session import exchange
from sync.ledger import keys
from sync.ledger.ids import LEDGER_STAFF
from sync.protocol import codec
from sync.protocol.bundle import ANSWER, PUSHED, REQUEST, BadBundle, Bundle, BundleWriter, Header
from sync.replica import Identity, Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.rows import dump
from tests.store import District

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
SECRET = "流动党员的帮扶安排只在这一个单位"


@pytest.fixture
def store(district: District) -> Iterator[Store]:
    """The district's store, opened without a line to it."""
    opened = open_store(district.database)
    yield opened
    opened.close()


def _laptop(store: Store, path: Path, person: str, address: str = "http://127.0.0.1:1") -> Replica:
    """A laptop that has joined and has no network."""
    private = keys.new_private_key()
    code = staff.new_code(store, person)
    joined = store.enrolment.join(codec.JoinRequest(code=code, device="desk", public_key=keys.public_key(private)))
    replica = Replica.open(path, create=True)
    replica.set_identity(enrolled(joined, address, private, "desk"))
    return replica


@pytest.fixture
def wang(store: Store, district: District, tmp_path: Path) -> Iterator[Replica]:
    """A supervisor's laptop that never had a network; it has had one answer by stick."""
    with _laptop(store, tmp_path / "wang.db", district.people["wang"]) as replica:
        _trip(store, replica, tmp_path)
        yield replica


def _trip(store: Store, replica: Replica, folder: Path) -> None:
    """There and back."""
    request = write_request(replica, folder).path
    read_answer(replica, answer(store, request, _fresh(folder)).path)


def _fresh(folder: Path) -> Path:
    return folder / f"{random.randrange(2**60)}.answer"


def _note(replica: Replica, content: str = SECRET, unit: str = "u-1") -> str:
    return edits.create(replica, "liaison_note", unit, NOTE | {"content": content}).record


def _holds(replica: Replica) -> None:
    assert verify(replica).breaks == []
    before = dump(replica)
    rebuild(replica)
    assert dump(replica) == before


def _counter(store: Store) -> Row | None:
    return store.engine.read(lambda session: session.row(COUNTER, (store.district.id,)))


def test_a_day_goes_to_the_office_and_the_receipts_come_back(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    record = _note(wang)
    written = write_request(wang, tmp_path)
    assert written.entries == 1
    assert (written.path.stat().st_mode & 0o777, written.path.suffix) == (0o600, ".request")
    assert query.status(wang).pending == 1  # until an answer brings the receipt
    done = answer(store, written.path, tmp_path)
    assert (done.taken, done.apart, done.refusal) == (1, 0, "")
    result = read_answer(wang, done.path)
    assert (result.pushed, result.again) == (1, False)
    standing = query.status(wang)
    assert (standing.pending, standing.acknowledged, standing.mine) == (0, 1, 1)
    with _laptop(store, tmp_path / "li.db", district.people["li"]) as li:
        _trip(store, li, tmp_path)
        found = query.record(li, record)
        assert found is not None
        assert found.fields["content"] == SECRET
        _holds(li)
    _holds(wang)


def test_by_stick_and_by_line_a_laptop_gets_the_same_however_much_it_is(
    live: District, store: Store, tmp_path: Path
) -> None:
    rng = random.Random(7)
    with (
        _laptop(store, tmp_path / "a.db", live.people["wang"]) as by_stick,
        _laptop(store, tmp_path / "b.db", live.people["wang"], live.address) as by_line,
    ):
        _trip(store, by_stick, tmp_path)
        for _ in range(60):  # 3 MB that do not compress: several parts out, several pages back
            _note(by_stick, "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(16_000)), "u-2")
        request = write_request(by_stick, tmp_path)
        assert request.entries == 60
        result = read_answer(by_stick, answer(store, request.path, tmp_path).path)
        assert result.pushed == 60
        exchange(by_line)
        assert exchange(by_line).pulled == 0
        with _laptop(store, tmp_path / "c.db", live.people["wang"]) as fresh:
            _trip(store, fresh, tmp_path)
            assert dump(fresh) == dump(by_line) == dump(by_stick)
            _holds(fresh)
        by_stick.set_identity(by_line.joined())
        assert exchange(by_stick).pulled == 0  # the place the stick left it at is the line's, too


def test_an_answer_read_twice_or_overtaken_changes_nothing(live: District, store: Store, tmp_path: Path) -> None:
    with _laptop(store, tmp_path / "a.db", live.people["wang"], live.address) as wang:
        exchange(wang)
        _note(wang)
        first = write_request(wang, tmp_path / "1.request").path
        twice = [answer(store, first, tmp_path / f"{number}.answer").path for number in range(2)]
        assert answers_in(wang, tmp_path) == twice
        read_answer(wang, twice[0])
        before = dump(wang)
        for path in twice:
            with pytest.raises(BadBundle) as refused:
                read_answer(wang, path)
            assert refused.value.code == "bundle_read"
        assert answers_in(wang, tmp_path) == []
        assert dump(wang) == before

        _note(wang, "overtaken")
        late = write_request(wang, tmp_path / "2.request").path
        assert exchange(wang).pushed == 1
        answered = answer(store, late, tmp_path / "late.answer").path
        read_answer(wang, answered)  # says what the line has said already
        assert query.status(wang).pending == 0
        assert query.history(wang, "u-1", "liaison_note").count == 2

        third = write_request(wang, tmp_path / "3.request").path
        staff.assign(store, ["u-2"], live.groups["second"], None)
        exchange(wang)
        staff.assign(store, ["u-3"], live.groups["first"], None)
        old = answer(store, third, tmp_path / "old.answer").path
        with pytest.raises(BadBundle) as refused:
            read_answer(wang, old)
        assert refused.value.code == "bundle_old"
        exchange(wang)
        assert sorted(row.id for row in query.units(wang).rows(0, 9)) == ["u-1", "u-3"]
        _holds(wang)


def test_a_request_answered_again_gives_the_store_nothing_new(store: Store, wang: Replica, tmp_path: Path) -> None:
    for number in range(5):
        _note(wang, str(number))
    request = write_request(wang, tmp_path).path
    answer(store, request, tmp_path / "1.answer")
    counted = _counter(store)
    again = answer(store, request, tmp_path / "2.answer")
    assert _counter(store) == counted
    read_answer(wang, again.path)
    assert query.status(wang).pending == 0
    _holds(wang)


def test_a_file_for_another_district_another_laptop_or_of_another_kind_is_said_and_changes_nothing(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    request = write_request(wang, tmp_path).path
    answered = answer(store, request, tmp_path / "1.answer").path
    elsewhere = init_store(tmp_path / "elsewhere.db", "elsewhere", "Elsewhere")
    (tmp_path / "letter.txt").write_text("白天生产忙")
    with _laptop(store, tmp_path / "li.db", district.people["li"]) as li:
        before = dump(li)
        for path, code in ((answered, "bundle_other"), (request, "bundle_is_request")):
            with pytest.raises(BadBundle) as refused:
                read_answer(li, path)
            assert refused.value.code == code
        assert dump(li) == before
    for one, path, code in (
        (elsewhere, request, "bundle_district"),
        (store, answered, "bundle_is_answer"),
        (store, tmp_path / "letter.txt", "bundle_unreadable"),
    ):
        counted = _counter(one)
        with pytest.raises(BadBundle) as refused:
            answer(one, path, tmp_path / "2.answer")
        assert refused.value.code == code
        assert _counter(one) == counted
    with pytest.raises(BadBundle) as refused:
        write_request(wang, request)
    assert refused.value.code == "bundle_exists"
    elsewhere.close()
    assert not list(tmp_path.glob(".*"))  # nothing half-written is left


def test_a_request_that_is_cut_or_changed_anywhere_is_refused(store: Store, wang: Replica, tmp_path: Path) -> None:
    _note(wang)
    whole = write_request(wang, tmp_path).path.read_bytes()
    bad = tmp_path / "bad.request"
    counted = _counter(store)
    for damaged in _damaged(whole):
        bad.write_bytes(damaged)
        with pytest.raises((BadBundle, Denied)):
            answer(store, bad, tmp_path / "bad.answer")
    assert _counter(store) == counted
    assert not (tmp_path / "bad.answer").exists()
    bad.write_bytes(whole)
    assert answer(store, bad, tmp_path / "good.answer").taken == 1


def test_an_answer_that_is_cut_or_changed_anywhere_is_refused(store: Store, wang: Replica, tmp_path: Path) -> None:
    _note(wang)
    path = answer(store, write_request(wang, tmp_path).path, tmp_path / "1.answer").path
    whole = path.read_bytes()
    before, standing = dump(wang), query.status(wang)
    for damaged in _damaged(whole):
        path.write_bytes(damaged)
        with pytest.raises(BadBundle):
            read_answer(wang, path)
    assert (dump(wang), query.status(wang)) == (before, standing)
    path.write_bytes(whole)
    assert read_answer(wang, path).pushed == 1


def _damaged(whole: bytes) -> Iterator[bytes]:
    """The file cut at every fifth byte, with every byte changed, and with more at its end."""
    for at in range(len(whole)):
        if at % 5 == 0:
            yield whole[:at]
        yield whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]
    yield whole + b"\n"
    yield whole + whole


def test_nobody_on_the_way_reads_it_and_nobody_signs_it_again_as_another(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    _note(wang)
    request = write_request(wang, tmp_path).path
    bundle = Bundle.open(request, REQUEST, store.district.id)
    with pytest.raises(BadBundle):
        list(bundle.parts(keys.new_reply_key()))
    with _laptop(store, tmp_path / "li.db", district.people["li"]) as li:
        thief = li.joined()
        header, _, rest = request.read_bytes().partition(b"\n")
        forged = header.replace(wang.joined().device.encode(), thief.device.encode())
        stolen = tmp_path / "stolen.request"
        with BundleWriter(stolen, bundle.header, keys.signer_address(thief.store_key)) as out:
            out._header = forged  # the sealed parts of the one under the name and signature of the other
            out._digest.update(forged + b"\n" + rest[:-86])
            out._file.seek(0)
            out._file.write(forged + b"\n" + rest[:-86])
            out.finish(thief.private_key)
        counted = _counter(store)
        with pytest.raises(BadBundle) as refused:
            answer(store, stolen, tmp_path / "2.answer")
        assert refused.value.code == "bundle_damaged"
        assert _counter(store) == counted


def test_a_stranger_and_a_certificate_of_another_store_are_refused(store: Store, tmp_path: Path) -> None:
    elsewhere = init_store(tmp_path / "elsewhere.db", store.district.id, "the same name")
    admin_person = staff.add_person(elsewhere, "wang", "office", "")
    with _laptop(elsewhere, tmp_path / "x.db", admin_person) as stranger:
        stranger.set_identity(_pointing_at(stranger, store))
        request = write_request(stranger, tmp_path).path
        with pytest.raises(Denied) as refused:
            answer(store, request, tmp_path)
        assert refused.value.code == "token_unknown"
    elsewhere.close()


def _pointing_at(replica: Replica, store: Store) -> Identity:
    return msgspec.structs.replace(replica.joined(), store_key=store.district.public_key)


def test_what_a_revoked_laptop_had_not_sent_is_kept_apart_and_receipted(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    _note(wang)
    staff.revoke(store, wang.joined().device)
    done = answer(store, write_request(wang, tmp_path).path, tmp_path)
    assert (done.taken, done.apart, done.given, done.refusal) == (1, 1, 0, "device_revoked")
    with pytest.raises(Rejected) as refused:
        read_answer(wang, done.path)
    assert refused.value.code == "device_revoked"
    standing = query.status(wang)
    assert (standing.pending, standing.last_error) == (0, "device_revoked")
    assert query.history(wang, "u-1", "liaison_note").count == 1  # her own work stays readable
    _holds(wang)


def test_units_enter_and_leave_by_one_trip(store: Store, district: District, wang: Replica, tmp_path: Path) -> None:
    with _laptop(store, tmp_path / "zhao.db", district.people["zhao"]) as zhao:
        _trip(store, zhao, tmp_path)
        _note(zhao, "of the other group", "u-3")
        _trip(store, zhao, tmp_path)
    _note(wang, SECRET, "u-2")
    staff.assign(store, ["u-2"], district.groups["second"], None)
    staff.assign(store, ["u-3"], district.groups["first"], None)
    request = write_request(wang, tmp_path).path
    result = read_answer(wang, answer(store, request, tmp_path / "scope.answer").path)
    assert result.left == ["u-2"]
    assert [kept.code for kept in result.quarantined] == ["out_of_scope"]
    assert query.history(wang, "u-3", "liaison_note").count == 1
    assert sorted(row.id for row in query.units(wang).rows(0, 9)) == ["u-1", "u-3"]
    _holds(wang)


def test_whoever_becomes_the_office_gets_the_whole_district_by_one_trip(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    with _laptop(store, tmp_path / "zhao.db", district.people["zhao"]) as zhao:
        _trip(store, zhao, tmp_path)
        _note(zhao, "of the other group", "u-3")
        _trip(store, zhao, tmp_path)
    _note(wang)
    _trip(store, wang, tmp_path)
    staff.put(store, [_made_office(district.people["wang"])])
    _trip(store, wang, tmp_path)
    with _laptop(store, tmp_path / "d.db", district.people["director"]) as director:
        for laptop in (director, wang):
            _trip(store, laptop, tmp_path)
        assert set(dump(wang)) == set(dump(director))
    _holds(wang)


def _made_office(person: str) -> Edit:
    return Edit(ledger=LEDGER_STAFF, kind="person", record=person, fields={"role": "office", "group": None})


def test_a_restored_store_gets_back_by_stick_what_it_lost(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    _note(wang, "before the backup")
    _trip(store, wang, tmp_path)
    backup = tmp_path / "backup.db"
    back_up(district.database, backup)
    with _laptop(store, tmp_path / "li.db", district.people["li"]) as li:  # enrolled after the backup
        _trip(store, li, tmp_path)
        for number in range(3):
            _note(wang, f"after the backup {number}")
        _note(li, "of a device enrolled after the backup", "u-2")
        for laptop in (wang, li):
            _trip(store, laptop, tmp_path)
        old = answer(store, write_request(wang, tmp_path).path, tmp_path / "before.answer").path
        lost = open_store(_restored(backup, tmp_path))
        with _laptop(lost, tmp_path / "d.db", district.people["director"]) as director:
            for _ in range(4):
                for laptop in (wang, director, li):
                    _trip_or_refused(lost, laptop, tmp_path)
            with pytest.raises(BadBundle):
                read_answer(wang, old)
            for laptop in (wang, director):
                assert query.history(laptop, "u-1", "liaison_note").count == 4
                assert query.status(laptop).pending == 0
                _holds(laptop)
        lost.close()


def _restored(backup: Path, folder: Path) -> Path:
    target = folder / "restored.db"
    restore(backup, target, force=False)
    return target


def _trip_or_refused(store: Store, replica: Replica, folder: Path) -> None:
    with suppress(Rejected):
        _trip(store, replica, folder)


def test_a_copied_profile_goes_on_by_stick_as_a_new_device(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    wang.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(wang.path, copy)
    with Replica.open(copy) as other:
        _note(wang, "the first's own")
        _note(other, "the second's own")
        _trip(store, wang, tmp_path)
        device = other.joined().device
        for _ in range(3):  # the fork is seen; a new device is asked for; what was written goes out again
            _trip(store, other, tmp_path)
        assert other.joined().device != device
        _trip(store, wang, tmp_path)
        for laptop in (wang, other):
            listing = query.history(laptop, "u-1", "liaison_note")
            assert {row.fields["content"] for row in listing.rows(0, 9)} == {"the first's own", "the second's own"}
            assert query.status(laptop).pending == 0
            _holds(laptop)


def test_an_answer_whose_reading_was_broken_off_is_read_again(
    store: Store, district: District, wang: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.client import bundle_exchange as stick

    for number in range(5):
        _note(wang, str(number))
    _trip(store, wang, tmp_path)
    with _laptop(store, tmp_path / "li.db", district.people["li"]) as li:
        monkeypatch.setattr("sync.central.bundles.exchange._PAGE_BYTES", 1)
        path = answer(store, write_request(li, tmp_path).path, tmp_path / "long.answer").path
        pages = len(list(_parts(store, li, path)))
        assert pages > 5
        take = stick._Reading._take_page
        for stop in range(pages):
            taken = 0

            def broken(reading: stick._Reading, data: bytes, stop: int = stop) -> None:
                nonlocal taken
                if taken == stop:
                    raise KeyboardInterrupt
                taken += 1
                take(reading, data)

            monkeypatch.setattr(stick._Reading, "_take_page", broken)
            with pytest.raises(KeyboardInterrupt):
                read_answer(li, path)
        monkeypatch.setattr(stick._Reading, "_take_page", take)
        read_answer(li, path)
        assert query.history(li, "u-1", "liaison_note").count == 5
        _holds(li)


def _parts(store: Store, replica: Replica, path: Path) -> Iterator[tuple[bytes, bytes]]:
    from sync.client.bundle_exchange import _remembered

    bundle = Bundle.open(path, ANSWER, store.district.id)
    return bundle.parts(_remembered(replica)[-1].reply_key)


def test_a_folder_is_answered_and_read_as_a_whole(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "holiday.request").write_text("not a request")
    _note(wang)
    with _laptop(store, tmp_path / "li.db", district.people["li"]) as li:
        for laptop in (wang, li):
            write_request(laptop, stick)
        done = list(answer_all(store, stick, stick))
        assert sorted(type(each).__name__ for each in done) == ["Answered", "Answered", "tuple"]
        for laptop in (wang, li):
            (found,) = answers_in(laptop, stick)
            read_answer(laptop, found)
            assert query.status(laptop).pending == 0
            assert query.units(laptop).count == 2


def test_a_request_with_a_useless_key_or_content_is_refused(store: Store, wang: Replica, tmp_path: Path) -> None:
    who = wang.joined()
    address = keys.signer_address(who.store_key)
    for number, (reply_to, data) in enumerate(
        (("", b""), ("AAAA", b""), (keys.reply_address(keys.new_reply_key()), b"x"))
    ):
        path = tmp_path / f"{number}.request"
        header = Header(
            kind=REQUEST,
            district=who.district,
            device=who.device,
            nonce="1",
            reply_to=reply_to,
            certificate=who.certificate,
        )
        with BundleWriter(path, header, address) as out:
            out.add(PUSHED, data or codec.pack(codec.SyncRequest(want=0), []))
            out.finish(who.private_key)
        with pytest.raises(BadBundle) as refused:
            answer(store, path, tmp_path / "x.answer")
        assert refused.value.code == "bundle_damaged"
        assert not (tmp_path / "x.answer").exists()


def test_the_key_to_seal_to_belongs_to_the_key_that_signs() -> None:
    for _ in range(20):
        private = keys.new_private_key()
        address = keys.signer_address(keys.public_key(private))
        assert address == keys.reply_address(keys.signer_reply_key(private))
        sealed = keys.seal_to(address, b"x", b"about")
        assert keys.unseal(keys.signer_reply_key(private), sealed, b"about") == b"x"
        with pytest.raises(ValueError, match="cannot be opened"):
            keys.unseal(keys.signer_reply_key(private), sealed, b"else")
