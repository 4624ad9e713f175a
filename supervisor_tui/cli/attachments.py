"""The commands about attachments: attach a file, to a record or with a new one; list a record's files, save one."""

from __future__ import annotations

import argparse
import re

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.lookup import open_replica, record_id
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json, print_line, print_table
from supervisor_tui.files.attachments import file_of, save, state_words
from supervisor_tui.labels.file_faults import system_words
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line, size_words
from sync.console.named_files import given_path
from sync.replica import Replica, query
from sync.replica.editing import attachments as blobs
from sync.replica.editing import drafts
from sync.replica.editing.attachments import Attachment
from sync.replica.editing.drafts import Draft
from sync.replica.editing.edits import Refused

_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}=")


def attach(options: argparse.Namespace) -> int:
    """Attach a file to a record."""
    path = file_of(options.file)
    with open_replica(options) as replica:
        record = record_id(replica, options.record)
        if options.item and not _asks_for(replica, record, options.item):
            raise Refusal(t("attachment.no_item", item=one_line(options.item)))
        try:
            blobs.attach(replica, record, path, options.why, options.item)
        except OSError as error:
            raise Refusal(t("attachment.no_file")) from error
    print_line(t("attachment.attached", name=one_line(path.name)))
    return DONE


def _asks_for(replica: Replica, record: str, name: str) -> bool:
    """Whether the checklist a record was made with has an item of that name that asks for a file."""
    found = query.record(replica, record)
    template = query.template(replica, str(found.fields.get("template", ""))) if found else None
    item = template.item(name) if template else None
    return item is not None and item.kind == "attachment"


def attach_all(replica: Replica, draft: Draft, files: list[str]) -> None:
    """Keep files with a draft, each `FILE` or `ITEM=FILE`; raises `Refusal` with everything that is wrong with them."""
    wrong = []
    for said in files:
        item, _, typed = said.rpartition("=") if _ITEM.match(said) else ("", "", said)
        path = file_of(typed)
        try:
            drafts.attach(replica, draft, blobs.read_file(path, item))
        except Refused as error:
            wrong.append(f"{one_line(path.name)}: {t(f'refused.{error.code}')}")
        except OSError:
            wrong.append(f"{one_line(path.name)}: {t('attachment.no_file')}")
    if wrong:
        raise Refusal("\n".join(wrong))


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
        print_line(t("attachment.none"))
    return DONE


def _listed(replica: Replica, record: str) -> list[Attachment]:
    found = query.record(replica, record)
    return blobs.attachments(replica, found.fields) if found else []


def _save(replica: Replica, listed: list[Attachment], options: argparse.Namespace) -> int:
    if not 1 <= options.save <= len(listed):
        raise Refusal(t("attachment.none"))
    from supervisor_tui.reports.output_file import Exists, NoFolder

    try:
        saved = save(replica, listed[options.save - 1], given_path(options.out or "."))
    except Exists as error:
        raise Refusal(t("error.bundle_exists")) from error
    except NoFolder as error:
        raise Refusal(t("export.failed", why=t("errno.ENOENT"))) from error
    except OSError as error:
        raise Refusal(t("export.failed", why=system_words(error))) from error
    print_line(t("attachment.saved", file=one_line(str(saved))))
    return DONE
