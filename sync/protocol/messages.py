"""What an exchange says: the headers of its messages, enrolment, and errors. `wire` brings them into bytes."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from sync.ledger.chains import Certificate, Receipt, Seal

PROTOCOL = 1
OLDEST_PROTOCOL = 1
BATCH_BYTES = 4 * 1024 * 1024  # of entries in one message, either way

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]  # what a database can hold; longer numbers are refused as JSON

# The one list of error codes; `central/api.py` maps each to its HTTP status.
ERRORS = (
    "bad_request",
    "code_unknown",
    "code_used",
    "device_revoked",
    "device_unknown",
    "malformed",
    "not_found",
    "out_of_scope",
    "protocol_too_old",
    "rate_limited",
    "too_large",
    "too_slow",
    "token_unknown",
    "unavailable",
    "unsupported_media",
    "wrong_offset",
)


class JoinRequest(msgspec.Struct, kw_only=True):
    """A laptop asks to be enrolled: the one-time code, a name for the device, its new public key.

    After a fork there is no code: `succeeds` is the old device's token, `signature` the old key's over
    `succession_statement`. A laptop that a restored store has forgotten names its token in `returns`, with its
    certificate and its key's signature over `reattach_statement`, and goes on as the device it is.
    """

    code: str = ""
    device: str
    public_key: str
    protocol: int = PROTOCOL
    succeeds: str = ""
    returns: str = ""
    certificate: Certificate | None = None
    signature: str = ""


class JoinAnswer(msgspec.Struct, kw_only=True):
    """The laptop is enrolled. `device` is the name its entries carry from now on; `names` are for the first screen."""

    token: str
    device: str
    person: str
    district: str
    store_key: str
    protocol: int
    certificate: Certificate
    person_name: str = ""
    role: str = ""
    district_name: str = ""


class Have(msgspec.Struct, frozen=True, kw_only=True):
    """How far the store holds one chain; the laptop goes on from `seq + 1`."""

    ledger: str
    device: str
    seq: Count
    hash: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one pushed entry when it was not simply accepted: kept apart, with the reason."""

    ledger: str
    device: str
    seq: int
    hash: str
    code: str
    message: str = ""
    number: int = 0


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which ledgers this person may read, and the names of the people they show; `sig` is the store's.

    `everything`: all units of the district; then `units` is empty. `version` changes whenever anything here does.
    `gone`: who of the people has left, or answers for none of these units any more; only for who asked for it.
    `log` and `number`: the end of the log as of which it is; only for who asked for it, and no part of the `version`.
    """

    version: str
    person: str
    role: str
    group: str = ""
    everything: bool = False
    staff: bool = False
    units: list[str] = []
    people: dict[str, str] = {}
    groups: dict[str, str] = {}
    liaisons: dict[str, str] = {}  # unit -> person, for the units in scope that have one
    unit_groups: dict[str, str] = {}  # unit -> group, where it differs from `group`
    gone: list[str] = []
    log: str = ""
    number: Count = 0
    sig: str = ""


class Skew(msgspec.Struct, frozen=True, kw_only=True):
    """A device's clock was off by `seconds` (too fast: positive) when its entries `first` to `last` came in."""

    ledger: str
    device: str
    first: int
    last: int
    seconds: int


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was accepted after the term in which its work was done."""

    ledger: str
    device: str
    seq: int


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """A device's entries `first` to `last` came in one after the other, the first of them as `number` of the log.

    Their receipt names the number of the chain's end alone. What was ever kept apart has a receipt of its own.
    """

    ledger: str
    device: str
    first: Count
    last: Count
    number: Count


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who answered for the units of a scope from which day on; `sig` is the store's.

    Units whose duties took the same course stand together: its steps, and their ids. A step is the first day (the first
    step has none), group, liaison officer, and since when there was no officer and no group; what is empty at its end
    is left out. `version` changes whenever anything here does; `log` and `number` are as in a scope.
    """

    version: str
    person: str
    units: list[tuple[list[list[str]], list[str]]] = []
    log: str = ""
    number: Count = 0
    sig: str = ""


class Ruling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the office said of something this person wrote that was kept apart: `released` or `answered`, and why."""

    target: str
    verdict: str
    comment: str
    by: str
    at: str


class SetAside(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device sent that has no place in any chain: the bytes as text, for the office to read."""

    digest: str
    device: str
    person: str
    received_at: str
    code: str
    raw: str


class Quarantine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What lies in quarantine without an answer of the office; `version` changes whenever that does."""

    version: str
    items: list[SetAside] = []


class SyncRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The header of a request.

    `log` and `cursor` say how far this laptop has read, `cursor_hash` the running hash it saw there; `seen` and
    `seen_hash` where it was last told that the log ends, if that lies beyond; `positions` where a ledger stands that is
    being fetched from its start. `want`: how many bytes of entries the answer may carry (0: only verdicts). `entries`
    and `digest` bind the lines that follow. `quarantine`: the version an office laptop has; `terms`: the version
    another has, None where its program does not ask for them. `gone`: whether the program knows that part of a scope;
    `dated`: whether it knows as of which end of the log scope and terms are.
    `clock` is the laptop's own as it sends entries; it decides nothing.

    After a restart `holds` names ends of chains held here, and the answer's `lacks` those of them that the store has
    not got. With `given` the lines are entries of any device that the store may have lost, with what proves them:
    `seals` of their devices, `certificates` of the keys, `receipts` of the old verdicts. Without lines these are what
    this laptop knows to have been kept apart, by whomever the store may have been given the entries.
    """

    protocol: int = PROTOCOL
    log: str = ""
    cursor: Count = 0
    cursor_hash: str = ""
    seen: Count = 0
    seen_hash: str = ""
    scope: str = ""
    terms: str | None = None
    gone: bool = False
    dated: bool = False
    quarantine: str = ""
    clock: str = ""
    positions: dict[str, Count] = {}
    want: Count = BATCH_BYTES
    seals: list[Seal] = []
    given: bool = False
    holds: list[Have] = []
    certificates: list[Certificate] = []
    receipts: list[Receipt] = []
    entries: Count = 0
    digest: str = ""


class SyncAnswer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The header of an answer.

    `answers` is `wire.question` of the request where the laptop is to stand elsewhere afterwards: a page of another
    question would have it pass over entries. `have`: chains of the request that the store holds only up to there (a
    predecessor is missing). `receipts`: one for each chain the request moved, and one for each entry kept apart; `kept`
    says why. `cursor`, `cursor_hash`, `positions`: where the laptop stands once it has stored the lines that follow;
    `more`: whether to ask again. `newest`, `newest_hash`: the end of the log, where that lies beyond `cursor`: whatever
    the answer tells, verdicts on entries that were just sent included, is of the log up to there.
    `restart`: the store does not know the place the laptop has read up to, or has `seen` (it was restored from a
    backup), so it begins anew, and the laptop gives back what it holds.
    `lacks`: chains of `holds` that the store has only up to there, or in other words (0); where it wants no more than
    the content of heads it has, `hash` is that of the end.
    `own`: how many entries of the asking device the store holds in its chains: a laptop with fewer was restored from an
    old copy, and where a laptop has receipts for more, the store was.
    `attached`: how many attachments the store holds all of that this device, or one that it follows, sent it or named
    in accepted entries: where a laptop knows of more, a copy of the store's file was put back, in whatever way, and
    they are to be sent again.
    `rulings`: what the office said of this person's entries; `quarantine`: what an office laptop lacks of it.
    `seals`, `certificates`, `witnessed` vouch for those lines: their devices' signatures and keys, and the receipts the
    store gave for their chains' ends; `skews`: whose clock was wrong when they came in; `late`: which of them came in
    after the term in which their work was done; `numbered`: when each entry of the request came in.
    """

    log: str
    protocol: int = PROTOCOL
    answers: str = ""
    cursor: Count = 0
    cursor_hash: str = ""
    newest: Count = 0
    newest_hash: str = ""
    positions: dict[str, Count] = {}
    more: bool = False
    restart: bool = False
    time: str = ""
    own: Count | None = None
    attached: Count | None = None
    scope: Scope | None = None
    have: list[Have] = []
    lacks: list[Have] = []
    kept: list[Kept] = []
    receipts: list[Receipt] = []
    seals: list[Seal] = []
    certificates: list[Certificate] = []
    witnessed: list[Receipt] = []
    skews: list[Skew] = []
    late: list[Late] = []
    numbered: list[Numbered] = []
    rulings: list[Ruling] = []
    quarantine: Quarantine | None = None
    terms: Terms | None = None
    entries: Count = 0
    digest: str = ""


class HealthAnswer(msgspec.Struct, kw_only=True):
    """That the store is up, and which it is; `proof`: its key's signature over `hello` of the nonce asked with."""

    status: str
    protocol: int
    district: str
    store_key: str = ""
    proof: str = ""


class ErrorBody(msgspec.Struct, kw_only=True):
    """`error` of an error answer: a code from `ERRORS`, one plain sentence, and details if any."""

    code: str
    message: str
    detail: dict[str, Any] = {}


class ErrorAnswer(msgspec.Struct, kw_only=True):
    """Every answer that is not a success."""

    error: ErrorBody


# One decoder of each message, made at import: made at its first message, it may be made in several threads at once.
read_join_request = msgspec.json.Decoder(JoinRequest).decode
read_join_answer = msgspec.json.Decoder(JoinAnswer).decode
read_sync_request = msgspec.json.Decoder(SyncRequest).decode
read_sync_answer = msgspec.json.Decoder(SyncAnswer).decode
read_scope = msgspec.json.Decoder(Scope).decode
read_refusal = msgspec.json.Decoder(ErrorBody).decode
read_health_answer = msgspec.json.Decoder(HealthAnswer).decode
read_error_answer = msgspec.json.Decoder(ErrorAnswer).decode
