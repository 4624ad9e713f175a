"""A store that lies: a road on which the real store's answers are read, changed in their meaning and written again."""

from __future__ import annotations

from collections.abc import Callable

from sync.central.service.store import Store, open_store
from sync.ledger.chains import Entry
from sync.protocol import codec
from sync.replica import Replica
from tests.faults.proxy import Fault, Spoiler, head
from tests.store import District

Lie = Callable[[codec.SyncAnswer, list[bytes]], list[bytes] | None]

# What says that an exchange failed, and why: the one thing that a lie may leave behind.
_TELLS_OF_IT = ("last_error", "last_error_named", "kept")  # `kept` counts what was written


def telling(lie: Lie) -> Fault:
    """Each answer of the store as `lie` changes it; a lie that returns lines puts them in place of the answer's own."""

    def fault(line: Spoiler, body: bytes) -> None:
        headers, _, answered = line.ask(body).partition(b"\r\n\r\n")
        if line.path != codec.SYNC_PATH or b"encoding: zstd" not in headers.lower():
            line.wfile.write(headers + b"\r\n\r\n" + answered)
            return
        answer, lines = codec.unpack(codec.decompress(answered, "zstd"), codec.SyncAnswer)
        told = lie(answer, lines)
        _write(line, answer, lines if told is None else told)

    return fault


def inventing(lie: Callable[[codec.SyncRequest, list[Entry]], codec.SyncAnswer]) -> Fault:
    """Answers of which the store knows nothing: what the laptop sent never reached it."""

    def fault(line: Spoiler, body: bytes) -> None:
        asked, lines = codec.unpack(codec.decompress(body, line.headers["Content-Encoding"]), codec.SyncRequest)
        _write(line, lie(asked, [codec.pushed_entry(each) for each in lines]), [])

    return fault


def _write(line: Spoiler, answer: codec.SyncAnswer, lines: list[bytes]) -> None:
    packed = codec.pack(answer, lines)
    headers = [("Content-Type", codec.CONTENT_TYPE), ("Content-Encoding", "zstd"), ("Content-Length", str(len(packed)))]
    line.wfile.write(head(200, headers) + packed)


def keys_of(district: District) -> tuple[str, str]:
    """The district's id and the store's private key: with it a lie can be signed rightly."""
    store: Store = open_store(district.database)
    found = store.district.id, store.district.private_key
    store.close()
    return found


def rows(laptop: Replica) -> dict[str, list[tuple[object, ...]]]:
    """Everything a laptop's file holds, by table, but for what is said of the last exchange."""
    connection = laptop.connection
    tables = [
        str(name)
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
    ]
    found = {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
    found["setting"] = [row for row in found["setting"] if row[0] not in _TELLS_OF_IT]
    return {table: sorted(held, key=repr) for table, held in found.items()}
