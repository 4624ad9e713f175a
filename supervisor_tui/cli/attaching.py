"""The commands about attachments: attach a file, list a record's files, save one."""

from __future__ import annotations

import argparse
from pathlib import Path

from supervisor_tui.attached import file_of, save, size_words, state_words
from supervisor_tui.cli.outcome import Refusal
from supervisor_tui.cli.output import print_json, print_table
from supervisor_tui.cli.parser import DONE
from supervisor_tui.cli.reading import open_replica, record_id
from supervisor_tui.locale import t
from supervisor_tui.text import one_line
from sync.replica import Replica, blobs, query
from sync.replica.blobs import Attachment


def attach(options: argparse.Namespace) -> int:
    """Attach a file to a record."""
    path = file_of(options.file)
    with open_replica(options) as replica:
        try:
            blobs.attach(replica, record_id(replica, options.record), path, options.why)
        except OSError as error:
            raise Refusal(t("attachment.no_file")) from error
    print(t("attachment.attached", name=one_line(path.name)))
    return DONE


def attachments(options: argparse.Namespace) -> int:
    """List a record's attachments, or save one of them."""
    with open_replica(options) as replica:
        listed = _listed(replica, record_id(replica, options.record))
        if options.save:
            return _save(replica, listed, options)
    if options.json:
        print_json(listed)
    elif listed:
        rows = [
            (number, each.file_name, size_words(each.size), state_words(each)) for number, each in enumerate(listed, 1)
        ]
        print_table(["", "", "", ""], rows)
    else:
        print(t("attachment.none"))
    return DONE


def _listed(replica: Replica, record: str) -> list[Attachment]:
    found = query.record(replica, record)
    return blobs.attachments(replica, found.fields) if found else []


def _save(replica: Replica, listed: list[Attachment], options: argparse.Namespace) -> int:
    if not 1 <= options.save <= len(listed):
        raise Refusal(t("attachment.none"))
    from supervisor_tui.reports.writing import Exists, NoFolder

    try:
        saved = save(replica, listed[options.save - 1], Path(options.out or ".").expanduser())
    except Exists as error:
        raise Refusal(t("error.bundle_exists")) from error
    except (NoFolder, OSError) as error:
        raise Refusal(t("cli.cannot_write")) from error
    print(t("attachment.saved", file=one_line(str(saved))))
    return DONE
