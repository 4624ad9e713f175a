"""Attachments over the line: what was attached here goes out after the records, others' come when they are asked for.

In parts, so that a cut loses at most one; either side goes on where the other stands. An attachment never holds up a
record.
"""

from __future__ import annotations

from collections.abc import Callable

from sync.client.http import NoConnection, PayloadTooLarge, Progress, Rejected, StoppedOnTheWay, StoreClient
from sync.protocol import blobs as blob_names
from sync.replica import Replica
from sync.replica.editing import attachments
from sync.replica.editing.waiting_attachments import STOPPED
from sync.system.fault_points import fault_point

_LEAST_BYTES = 1024  # of a part: whoever does not take that takes nothing
_PATIENCE = 3  # answers in a row that bring an upload no further
_DAMAGED = "The attachment arrived damaged; it will be fetched again."


def send(replica: Replica, client: StoreClient, progress: Callable[[Progress], None] = lambda _: None) -> int:
    """Send what the store does not hold; how many attachments it holds now that it was not known to."""
    waiting = attachments.unsent(replica)
    sent, stopped = 0, ""
    for done, (name, size) in enumerate(waiting):
        progress(Progress(phase="attach", done=done, total=len(waiting)))
        try:
            _send_one(replica, client, name, size)
        except (Rejected, StoppedOnTheWay, PayloadTooLarge) as error:  # it stays here, and holds up no other
            stopped = error.code
        else:
            sent += 1
    if stopped != (replica.setting(STOPPED) or ""):
        replica.set_setting(STOPPED, stopped)
    return sent


def _send_one(replica: Replica, client: StoreClient, name: str, size: int) -> None:
    offset, _ = client.blob_held(name)
    stood_still, most = 0, blob_names.PART_BYTES
    while offset < size:
        part = attachments.part_from(replica, name, offset)[:most]
        try:
            held = client.put_blob(name, offset, size, part)
        except PayloadTooLarge as error:  # something before the store may take less at a time than the store does
            most = len(part) // 2
            if error.code != "too_large" or most < _LEAST_BYTES:
                raise
            continue
        stood_still = 0 if held > offset else stood_still + 1
        if stood_still > _PATIENCE:
            raise NoConnection("no_progress", "The attachment makes no progress; it is kept for later.")
        offset = held
        fault_point("blob.part_sent")
    fault_point("blob.all_sent")
    attachments.note_sent(replica, name, client.attached)


def fetch(replica: Replica, name: str) -> None:
    """Fetch one attachment, going on where an earlier try was cut off; raises `ExchangeError`."""
    identity = replica.joined()
    with StoreClient(identity.server, identity.token) as client:
        whole = False
        while not whole:
            offset = attachments.held_of(replica, name)
            part, size = client.get_blob(name, offset)
            if not part:
                raise NoConnection("damaged_answer", _DAMAGED)
            fault_point("blob.part_fetched")
            try:
                whole = attachments.keep_part(replica, name, offset, part, size)
            except ValueError as error:
                raise NoConnection("damaged_answer", _DAMAGED) from error
