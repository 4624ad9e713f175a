"""Names that are made up here: record ids, device ids, secrets and one-time enrolment codes."""

import os
import re
import time

from sync.console.full_width import as_meant

LEDGER_DISTRICT = "district"
LEDGER_STAFF = "staff"
COMMON_LEDGERS = (LEDGER_DISTRICT, LEDGER_STAFF)
DISTRICT_RECORD = "district"  # the one record of the kind `district`, in the ledger of that name


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 13  # 13 x 5 bits = 65 bits: guessing is hopeless even without a limit
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def assignment_record(unit: str) -> str:
    """The one record in `staff` that assigns a unit; so two assignments of it never stand side by side."""
    return f"a.{unit}"


def random_bytes(count: int) -> bytes:
    """Bytes nobody can foretell: what every id, key, token, salt and nonce of `sync` is made of."""
    return os.urandom(count)


def new_id() -> str:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then randomness; ids made later mostly sort later."""
    value = (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(random_bytes(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _drawn(length: int) -> str:
    """Unpredictable characters, 5 bits each."""
    return "".join(_CROCKFORD[byte & 31] for byte in random_bytes(length))


def new_device_id() -> str:
    """A short random device name, 60 bits, e.g. `d-7K2M9Q4T1X0Z`."""
    return "d-" + _drawn(12)


def new_code() -> str:
    """A one-time enrolment code of 65 bits in groups a person can read out, e.g. `7K2M-9Q4T-1X0ZA`."""
    code = _drawn(_CODE_LENGTH)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def plain_code(typed: str) -> str:
    """An enrolment code as stored: upper case, no separators, the letters people confuse (O, I, L) read as digits."""
    folded = as_meant(typed).upper().translate(str.maketrans("OIL", "011"))
    return "".join(character for character in folded if character in _CROCKFORD)


def is_plain_id(text: str) -> bool:
    """Whether a text may name a ledger, device, record or person: 1 to 64 of `A-Z a-z 0-9 . _ -`, no sign first."""
    return _PLAIN_ID.fullmatch(text) is not None


_CHECK_TAIL = 10  # hexadecimal digits, 40 bits: two of a million records seldom share a code, and then both are found
_HEX_TAIL = re.compile(rf"[0-9a-f]{{{_CHECK_TAIL}}}\Z")
_PAIRS = [first + second for first in _CROCKFORD for second in _CROCKFORD]
_CHECK_SYMBOLS = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")


def check_code(record: str) -> str:
    """The short code that stands on paper for a record, e.g. `7K2M-9Q4T`: the random end of its id in another dress.

    A record whose id is of another make is its own code.
    """
    if not _HEX_TAIL.search(record):
        return record
    number = int(record[-_CHECK_TAIL:], 16)
    pairs = _PAIRS
    return f"{pairs[number >> 30]}{pairs[number >> 20 & 1023]}-{pairs[number >> 10 & 1023]}{pairs[number & 1023]}"


def check_code_tail(typed: str) -> str:
    """The end of the record ids that a check code stands for, however it was typed; empty if it is none."""
    upper = as_meant(typed).upper().translate(str.maketrans("OIL", "011"))
    code = "".join(character for character in upper if character not in " -\u2013\u2014\u2212_")
    if not _CHECK_SYMBOLS.fullmatch(code):
        return ""
    number = sum(_CROCKFORD.index(symbol) << 5 * place for place, symbol in enumerate(reversed(code)))
    return f"{number:0{_CHECK_TAIL}x}"
