"""All SQL of the central store, written once for every engine.

The rules (facts: storage 1.4): `district` leads every key and every statement, the arrival counter is a row of the
district updated first in the transaction, no sequences, triggers or temporary tables, time comes as a parameter.
"""

ADD_DISTRICT = "INSERT INTO district VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', 0, ?)"
DISTRICT = (
    "SELECT district, name, log, device, private_key, public_key, code_salt, last_number, last_running, staff_number"
    " FROM district WHERE district = ?"
)
ANY_DISTRICT = "SELECT district FROM district WHERE district <> '' ORDER BY district LIMIT 2"

# The first statement of every transaction that adds entries: it takes the district's lock, so that numbers are handed
# out in the order of commits and no lower number can appear later.
LOCK_COUNTER = (
    "UPDATE district SET last_number = last_number WHERE district = ?"
    " RETURNING last_number, last_running, staff_number, log"
)
ADVANCE_COUNTER = "UPDATE district SET last_number = ?, last_running = ?, staff_number = ? WHERE district = ?"
COUNTER = "SELECT last_number, last_running, staff_number, log FROM district WHERE district = ?"

ADD_ENTRY = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
ENTRY_HASH = "SELECT hash FROM entry WHERE district = ? AND ledger = ? AND device = ? AND seq = ?"
ENTRY_NUMBER = "SELECT number FROM entry WHERE district = ? AND ledger = ? AND device = ? AND seq = ?"
ENTRY_HASHES = "SELECT seq, hash FROM entry WHERE district = ? AND ledger = ? AND device = ? AND seq >= ? AND seq <= ?"
SKEWS_OF_DEVICE = (
    "SELECT ledger, first, last, seconds FROM skew WHERE district = ? AND device = ? ORDER BY ledger, first"
)
ADD_SKEW = "INSERT INTO skew VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (district, ledger, device, first) DO NOTHING"
ANY_SKEW = "SELECT 1 FROM skew WHERE district = ? LIMIT 1"
SKEWS = "SELECT first, last, seconds FROM skew WHERE district = ? AND ledger = ? AND device = ? AND first <= ?"
SKEWED = "SELECT ledger, device, first, last FROM skew WHERE district = ?"
ADD_LATE = "INSERT INTO late VALUES (?, ?, ?, ?) ON CONFLICT (district, ledger, device, seq) DO NOTHING"
ANY_LATE = "SELECT 1 FROM late WHERE district = ? LIMIT 1"
LATE = "SELECT seq FROM late WHERE district = ? AND ledger = ? AND device = ? AND seq <= ?"
LATE_OF_DEVICE = "SELECT ledger, seq FROM late WHERE district = ? AND device = ? ORDER BY ledger, seq"
ADD_APART = "INSERT INTO apart VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
APART_BETWEEN = (
    "SELECT a.seq, a.hash, a.number, a.received_at, a.code, a.message, coalesce(r.receipt, '') FROM apart a"
    " LEFT JOIN released r ON r.district = a.district AND r.entry_number = a.number"
    " WHERE a.district = ? AND a.ledger = ? AND a.device = ? AND a.seq >= ? AND a.seq <= ? ORDER BY a.seq"
)
NUMBERS_BETWEEN = (
    "SELECT e.seq, e.number FROM entry e WHERE e.district = ? AND e.ledger = ? AND e.device = ? AND e.seq >= ?"
    " AND e.seq <= ? AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.district = e.district AND a.ledger = e.ledger"
    " AND a.device = e.device AND a.seq = e.seq) ORDER BY e.seq"
)
APART_PLACES = "SELECT seq FROM apart WHERE district = ? AND ledger = ? AND device = ? AND seq <= ?"
HELD = (
    "SELECT a.seq, a.hash FROM apart a LEFT JOIN released r ON r.district = a.district AND r.entry_number = a.number"
    " WHERE a.district = ? AND a.ledger = ? AND a.device = ? AND a.code IN ('no_body', 'unproved') AND r.number IS NULL"
    " ORDER BY a.seq"
)
APART_AGAIN = (
    "SELECT device, seq FROM apart WHERE district = ? AND ledger = ? AND device >= 'again-' AND device < 'again.'"
)
APART_ENTRY = (
    "SELECT e.number, a.code, e.head, e.body FROM apart a"
    " JOIN entry e ON e.district = a.district AND e.number = a.number"
    " LEFT JOIN released r ON r.district = a.district AND r.entry_number = a.number"
    " WHERE a.district = ? AND a.ledger = ? AND a.device = ? AND a.seq = ? AND a.hash = ? AND r.number IS NULL"
)
APART = (
    "SELECT a.ledger, a.device, a.seq, a.hash, a.received_at, a.code, e.head, e.body FROM apart a"
    " JOIN entry e ON e.district = a.district AND e.number = a.number"
    " LEFT JOIN released r ON r.district = a.district AND r.entry_number = a.number"
    " WHERE a.district = ? AND r.number IS NULL ORDER BY a.number"
)
RUNNING_AT = (
    "SELECT running FROM entry WHERE district = ? AND number = ?"
    " UNION ALL SELECT running FROM released WHERE district = ? AND number = ?"
    " UNION ALL SELECT running FROM recalled WHERE district = ? AND number = ?"
)
# An entry keeps the verdict it arrived with; a release stands beside it and counts from its own number on. Only where
# a restored store finds out that it had kept the entry apart before (`recalled`) is its code written over.
_CODE = (
    "CASE WHEN code <> '' AND EXISTS (SELECT 1 FROM released WHERE released.district = entry.district"
    " AND released.entry_number = entry.number) THEN '' ELSE code END"
)
_STAFF = f"SELECT number, hash, {_CODE} AS code, head, body FROM entry WHERE district = ? AND ledger = 'staff'"
STAFF_ENTRIES = (
    f"SELECT hash, code, head, body FROM ({_STAFF} AND number > ? UNION {_STAFF} AND number IN"
    " (SELECT entry_number FROM recalled WHERE district = ? AND ledger = 'staff' AND number > ?"
    " UNION SELECT entry_number FROM released WHERE district = ? AND ledger = 'staff' AND number > ?)) AS changed"
    " ORDER BY number"
)
LEDGER_ENTRIES = (
    f"SELECT record, hash, {_CODE}, head, body FROM entry WHERE district = ? AND ledger = ? ORDER BY number + 0"
)
SEEN_OF_LEDGER = (
    f"SELECT hash, {_CODE}, head, body FROM entry WHERE district = ? AND ledger = ?"
    " AND (number + 0 <= ? OR device = ?) ORDER BY number + 0"
)
KIND_ENTRIES = f"SELECT hash, {_CODE}, head, body FROM entry WHERE district = ? AND kind = ? ORDER BY number"
KIND_BEFORE = (
    f"SELECT hash, {_CODE}, head, body FROM entry WHERE district = ? AND kind = ? AND number < ? ORDER BY number"
)
NUMBERED_EDITS = (
    f"SELECT number, hash, {_CODE}, head, body FROM entry WHERE district = ? AND ledger = ? AND record = ?"
    " ORDER BY number + 0"
)
RECORD_ENTRIES = (
    f"SELECT hash, {_CODE}, head, body FROM entry WHERE district = ? AND ledger = ? AND record = ? ORDER BY number + 0"
)
_COLUMNS = f"SELECT number, ledger, device, seq, {_CODE}, head, body FROM entry WHERE district = ?"
_PAGE = _COLUMNS + " AND number > ?"
PAGE = _PAGE + " AND number <= ? AND device <> ? AND ledger <> ? ORDER BY number"
PAGE_OF_LEDGERS = _PAGE + " AND number <= ? AND device <> ? AND ledger IN {listed} ORDER BY number"
PAGE_OF_NUMBERS = _COLUMNS + " AND number IN {listed} AND device <> ? ORDER BY number"
CHAIN_ENDS_OF_LEDGERS = "SELECT ledger, device, receipt FROM chain WHERE district = ? AND ledger IN {listed}"
CHAIN_NUMBERS = "SELECT number FROM entry WHERE district = ? AND ledger = ? AND device = ? ORDER BY seq DESC"
# `number + 0` keeps the planner on the index of the ledger: one ledger is short, the log is long.
PAGE_OF_LEDGER = (
    f"SELECT number, ledger, device, seq, {_CODE}, head, body FROM entry"
    " WHERE district = ? AND ledger = ? AND number + 0 > ? AND number + 0 <= ? ORDER BY number + 0"
)

CHAIN = (
    "SELECT seq, hash, seal_seq, seal_hash, seal_sig, receipt FROM chain"
    " WHERE district = ? AND ledger = ? AND device = ?"
)
PUT_CHAIN = (
    "INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (district, ledger, device) DO UPDATE SET"
    " seq = excluded.seq, hash = excluded.hash, seal_seq = excluded.seal_seq, seal_hash = excluded.seal_hash,"
    " seal_sig = excluded.seal_sig, receipt = excluded.receipt"
)

ADD_RULING = "INSERT INTO ruling VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
RELEASE_OF = "SELECT number FROM ruling WHERE district = ? AND target = ? AND verdict = 'released'"
RULINGS = (
    "SELECT target, verdict, comment, ruled_by, ruled_at, device FROM ruling"
    " WHERE district = ? AND number > ? AND number <= ? ORDER BY number"
)
RULINGS_AGAIN = (  # on what the store had written again
    "SELECT r.target, r.verdict, r.comment, r.ruled_by, r.ruled_at, e.number, e.code, e.body FROM ruling r JOIN entry e"
    " ON e.district = r.district AND e.ledger = r.ledger AND e.device = r.device AND e.seq = r.seq WHERE r.district = ?"
    " AND r.number > ? AND r.number <= ? AND r.device >= 'again-' AND r.device < 'again.' ORDER BY r.number"
)
RECEIPTS = "SELECT receipt FROM chain WHERE district = ? AND receipt <> ''"
ADD_RELEASE = "INSERT INTO released VALUES (?, ?, ?, ?, ?, ?, ?)"
RELEASES = (
    "SELECT number, entry_number, ledger, device, receipt FROM released"
    " WHERE district = ? AND number > ? AND number <= ? ORDER BY number"
)
ACCEPTED_ENTRY = (
    "SELECT number FROM entry WHERE district = ? AND ledger = ? AND device = ? AND seq = ? AND hash = ? AND code = ''"
)
ADD_RECALLED = "INSERT INTO recalled VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
SET_CODE = "UPDATE entry SET code = ? WHERE district = ? AND number = ?"
RECALLED = (
    "SELECT number, entry_number, ledger, device, seq FROM recalled"
    " WHERE district = ? AND number > ? AND number <= ? ORDER BY number"
)
CODE_AT = f"SELECT {_CODE} FROM entry WHERE district = ? AND number = ?"
ENTRY_AT = "SELECT ledger, device, seq, head, body FROM entry WHERE district = ? AND number = ?"

# What a store restored from a backup is given back (`returning`).
WHOLE_OF_DEVICE = (
    "SELECT (SELECT coalesce(sum(seq), 0) FROM chain WHERE district = ? AND device = ?)"
    " - (SELECT count(*) FROM entry WHERE district = ? AND device = ? AND body IS NULL)"
)
CHAIN_END = "SELECT seq, hash FROM chain WHERE district = ? AND ledger = ? AND device = ?"
FIRST_STUB = "SELECT min(seq) FROM entry WHERE district = ? AND ledger = ? AND device = ? AND body IS NULL"
FILL_BODY = "UPDATE entry SET body = ? WHERE district = ? AND ledger = ? AND device = ? AND seq = ? AND body IS NULL"
FILL_BODY_AT = "UPDATE entry SET body = ? WHERE district = ? AND number = ? AND body IS NULL"
ENTRIES_FROM = (
    "SELECT code, head, body FROM entry WHERE district = ? AND ledger = ? AND device = ? AND seq >= ? ORDER BY seq"
)
NUMBERED_HEADS = "SELECT number, head FROM entry WHERE district = ? AND ledger = ? AND device = ? ORDER BY seq"
AGAIN = "SELECT number FROM again WHERE district = ? AND hash = ?"
AGAIN_UNDER = "SELECT hash FROM again WHERE district = ? AND number = ? ORDER BY hash"
ADD_AGAIN = "INSERT INTO again VALUES (?, ?, ?) ON CONFLICT (district, hash) DO NOTHING"
CLOSED = "SELECT 1 FROM closed WHERE district = ? AND ledger = ? AND device = ?"
CLOSE_CHAIN = "INSERT INTO closed VALUES (?, ?, ?) ON CONFLICT (district, ledger, device) DO NOTHING"
OWN_DEVICE = "SELECT device FROM district WHERE district = ?"
NEW_OWN_DEVICE = "UPDATE district SET device = ? WHERE district = ?"
NEW_LOG = "UPDATE district SET log = ?, device = ? WHERE district = ?"

# What is verified, and the audit trail.
CHAIN_NAMES = (
    "SELECT ledger, device FROM chain WHERE district = ? UNION SELECT ledger, device FROM entry WHERE district = ?"
    " ORDER BY 1, 2"
)
CHAIN_ENTRIES = "SELECT seq, hash, head, body FROM entry WHERE district = ? AND ledger = ? AND device = ? ORDER BY seq"
FIRST_BARE = (
    "SELECT min(seq) FROM entry WHERE district = ? AND ledger = ? AND device = ? AND body IS NULL AND code = ''"
)
COUNT_BEYOND = "SELECT count(*) FROM entry WHERE district = ? AND ledger = ? AND device = ? AND seq > ? AND code = ''"
RUNNING_ALL = (
    "SELECT number, hash, CASE WHEN code <> '' AND EXISTS (SELECT 1 FROM recalled"
    " WHERE recalled.district = entry.district AND recalled.entry_number = entry.number) THEN '' ELSE code END,"
    " running FROM entry WHERE district = ?"
    " UNION ALL SELECT r.number, e.hash, '', r.running FROM released r"
    " JOIN entry e ON e.district = r.district AND e.number = r.entry_number WHERE r.district = ?"
    " UNION ALL SELECT r.number, e.hash, r.code, r.running FROM recalled r"
    " JOIN entry e ON e.district = r.district AND e.number = r.entry_number WHERE r.district = ? ORDER BY 1"
)
APART_DIFFERS = (
    "SELECT e.number FROM entry e LEFT JOIN apart a ON a.district = e.district AND a.number = e.number"
    " LEFT JOIN recalled r ON r.district = e.district AND r.entry_number = e.number WHERE e.district = ?"
    " AND (e.code <> '' OR r.code IS NOT NULL)"
    " AND (a.code IS NULL OR a.code <> e.code OR a.hash <> e.hash OR coalesce(r.code, e.code) <> e.code)"
    " ORDER BY e.number LIMIT 1"
)
AUDIT = "SELECT number, at, who, what, about, hash FROM audit WHERE district = ? ORDER BY number"
AUDIT_END = "SELECT number, hash FROM audit WHERE district = ? ORDER BY number DESC LIMIT 1"
ADD_AUDIT = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)"

ADD_QUARANTINE = "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (district, digest) DO NOTHING"
QUARANTINE_COUNT = "SELECT count(*) FROM quarantine WHERE district = ?"
_UNRULED = (
    " FROM quarantine q WHERE q.district = ? AND NOT EXISTS"
    " (SELECT 1 FROM ruling r WHERE r.district = q.district AND r.target = q.digest)"
    " ORDER BY q.received_at DESC, q.digest DESC LIMIT ?"
)
QUARANTINE_ALL = (
    "SELECT digest, device, received_at, code, raw FROM quarantine WHERE district = ? ORDER BY received_at, digest"
)
QUARANTINE_DIGESTS = "SELECT q.digest" + _UNRULED
QUARANTINE = "SELECT q.digest, q.device, q.received_at, q.code, q.raw" + _UNRULED

ADD_DEVICE = "INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '')"
MEET_DEVICE = ADD_DEVICE + " ON CONFLICT (district, device) DO NOTHING"
ADMIT_DEVICE = "UPDATE device SET token_hash = ? WHERE district = ? AND device = ?"
DEVICE = "SELECT person, key, token_hash, last_used_day FROM device WHERE district = ? AND device = ?"
DEVICES = (
    "SELECT device, person, name, joined_at, revoked_at, last_used_day FROM device WHERE district = ?"
    " ORDER BY joined_at, device"
)
CERTIFICATE = "SELECT certificate FROM device WHERE district = ? AND device = ?"
USED_DEVICE = "UPDATE device SET last_used_day = ? WHERE district = ? AND device = ?"
REVOKE_DEVICE = "UPDATE device SET revoked_at = ? WHERE district = ? AND device = ?"

# A code that was ended expired before any moment, whatever the clock says next.
END_CODES = "UPDATE code SET expires_at = '' WHERE district = ? AND used_at = ''"
END_CODES_OF = "UPDATE code SET expires_at = '' WHERE district = ? AND person = ? AND used_at = ''"
ADD_CODE = "INSERT INTO code VALUES (?, ?, ?, ?, '', '')"
CODE = "SELECT person, expires_at, used_at FROM code WHERE district = ? AND code_hash = ?"
USE_CODE = "UPDATE code SET used_at = ?, device = ? WHERE district = ? AND code_hash = ? AND used_at = ''"

COUNT_ENTRIES = "SELECT count(*), count(DISTINCT ledger), count(DISTINCT device) FROM entry WHERE district = ?"
COUNT_APART = (
    "SELECT count(*) FROM apart a WHERE district = ? AND NOT EXISTS"
    " (SELECT 1 FROM released r WHERE r.district = a.district AND r.entry_number = a.number)"
)
COUNT_KINDS = "SELECT kind, count(*) FROM entry WHERE district = ? GROUP BY kind ORDER BY kind"

HEADINGS = "SELECT heading, field FROM heading WHERE district = ? AND what = ?"
ALL_HEADINGS = "SELECT what, heading, field FROM heading WHERE district = ? ORDER BY what, heading"
FORGET_HEADING = "DELETE FROM heading WHERE district = ? AND what = ? AND heading = ?"
PUT_HEADING = (
    "INSERT INTO heading VALUES (?, ?, ?, ?) ON CONFLICT (district, what, heading) DO UPDATE SET field = excluded.field"
)

ADD_BLOB_REF = "INSERT INTO blob_ref VALUES (?, ?, ?) ON CONFLICT (district, sha, ledger) DO NOTHING"
BLOB_REFS = "SELECT ledger FROM blob_ref WHERE district = ? AND sha = ?"
BLOB = "SELECT size, device FROM blob WHERE district = ? AND sha = ?"
BLOBS = "SELECT sha, size, device FROM blob WHERE district = ? ORDER BY sha"
NAME_BLOB = "INSERT INTO blob_named VALUES (?, ?, ?) ON CONFLICT (district, device, sha) DO NOTHING"
COUNT_BLOBS = (
    "SELECT count(*) FROM (SELECT sha FROM blob WHERE district = ? AND device IN {devices} UNION"
    " SELECT b.sha FROM blob_named n JOIN blob b ON b.district = n.district AND b.sha = n.sha"
    " WHERE n.district = ? AND n.device IN {devices}) counted"
)
ADD_BLOB = "INSERT INTO blob VALUES (?, ?, ?, ?)"
BLOB_OFFSET = (
    "SELECT coalesce(max(first + length(content)), 0) FROM blob_part WHERE district = ? AND sha = ? AND device = ?"
)
BLOBS_WAITING = (
    "SELECT coalesce(sum(length(p.content)), 0) FROM blob_part p WHERE p.district = ? AND p.device = ? AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.district = p.district AND b.sha = p.sha AND b.device = p.device)"
)
ADD_BLOB_PART = "INSERT INTO blob_part VALUES (?, ?, ?, ?, ?)"
BLOB_PARTS = "SELECT content FROM blob_part WHERE district = ? AND sha = ? AND device = ? AND first >= ? ORDER BY first"
BLOB_PARTS_FROM = (
    "SELECT first, content FROM blob_part WHERE district = ? AND sha = ? AND device = ?"
    " AND first + length(content) > ? ORDER BY first"
)
DROP_BLOB_PARTS = "DELETE FROM blob_part WHERE district = ? AND sha = ? AND device = ?"
