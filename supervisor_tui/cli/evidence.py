"""The check of a file for whoever knows the store's public key: an exported ledger, or a bundle."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from supervisor_tui.cli.commands import DONE, REFUSED
from supervisor_tui.cli.maintenance import say_breaks
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.outcome import Refusal, profile_path
from supervisor_tui.cli.options.output import print_json, print_line
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line
from sync.ledger.chains import certificate_holds
from sync.ledger.proof_file import NoEvidence, check_file
from sync.protocol.bundle import ANSWER, BadBundle, Bundle, first_header


def verify_file(path: Path, options: argparse.Namespace) -> int:
    """Check an exported ledger, or a bundle, against the store's public key."""
    key = options.store_key or _known_key(options)
    try:
        checked = check_file(path, key)
    except NoEvidence:
        return _verify_bundle(path, key)
    if options.json:
        print_json(
            {
                "holds": checked.holds,
                "ledgers": checked.ledgers,
                "chains": checked.chains,
                "entries": checked.entries,
                "receipted": checked.receipted,
                "device": checked.device,
                "store_key": checked.store_key,
                "key_given": bool(key),
                "breaks": checked.breaks,
            }
        )
    elif checked.holds:
        figures = {name: getattr(checked, name) for name in ("chains", "entries", "receipted", "device")}
        print_line(one_line(t("cli.verified_file", **figures)))
    if not key:
        print(one_line(t("cli.key_unproved", key=checked.store_key)), file=sys.stderr)
    if checked.breaks and checked.breaks[0].reason == "store_key":
        return _said(t("cli.other_store", key=checked.store_key))
    return say_breaks(checked.breaks, checked.entries - checked.receipted)


def _known_key(options: argparse.Namespace) -> str:
    """The key of the store this laptop has joined; empty on a machine that has joined none."""
    if not profile_path(options).exists():
        return ""
    with open_replica(options) as replica:
        return replica.joined().store_key


def _verify_bundle(path: Path, key: str) -> int:
    header = first_header(path)
    if header is None:
        raise Refusal(t("cli.no_evidence"))
    certificate = header.certificate
    if not key:
        raise Refusal(t("cli.key_wanted"))
    try:
        bundle = Bundle.open(path, header.kind, header.district)
        if header.kind == ANSWER:
            bundle.check(key)
        elif certificate is None or not certificate_holds(certificate, header.district, key):
            return _said(t("broken.certificate"))
        else:
            bundle.check(certificate.key)
    except BadBundle:
        return _said(t("broken.signature"))
    print_line(one_line(t("cli.verified_bundle", device=header.device)))
    return DONE


def _said(reason: str) -> int:
    print(one_line(reason), file=sys.stderr)
    return REFUSED
