CREATE TABLE district (
    district text NOT NULL, name text NOT NULL, log text NOT NULL, device text NOT NULL, private_key text NOT NULL,
    public_key text NOT NULL, code_salt text NOT NULL, last_number bigint NOT NULL, last_running text NOT NULL,
    staff_number bigint NOT NULL, created_at text NOT NULL,
    PRIMARY KEY (district)
);
CREATE TABLE entry (
    district text NOT NULL, number bigint NOT NULL, ledger text NOT NULL, device text NOT NULL, seq bigint NOT NULL,
    hash text NOT NULL, kind text NOT NULL, record text NOT NULL, code text NOT NULL, running text NOT NULL,
    head bytea NOT NULL, body bytea,
    PRIMARY KEY (district, number),
    UNIQUE (district, ledger, device, seq)
);
CREATE INDEX entry_stub ON entry (district, device, ledger, seq) WHERE body IS NULL;
CREATE TABLE chain (
    district text NOT NULL, ledger text NOT NULL, device text NOT NULL, seq bigint NOT NULL, hash text NOT NULL,
    seal_seq bigint NOT NULL, seal_hash text NOT NULL, seal_sig text NOT NULL, receipt text NOT NULL,
    PRIMARY KEY (district, ledger, device)
);
CREATE TABLE skew (
    district text NOT NULL, ledger text NOT NULL, device text NOT NULL, first bigint NOT NULL, last bigint NOT NULL,
    seconds bigint NOT NULL,
    PRIMARY KEY (district, ledger, device, first)
);
CREATE INDEX chain_device ON chain (district, device, seq);
CREATE TABLE apart (
    district text NOT NULL, ledger text NOT NULL, device text NOT NULL, seq bigint NOT NULL, hash text NOT NULL,
    number bigint NOT NULL, received_at text NOT NULL, code text NOT NULL, message text NOT NULL,
    PRIMARY KEY (district, ledger, device, seq)
);
CREATE TABLE ruling (
    district text NOT NULL, number bigint NOT NULL, target text NOT NULL, verdict text NOT NULL, ledger text NOT NULL,
    device text NOT NULL, seq bigint NOT NULL, comment text NOT NULL, ruled_by text NOT NULL, ruled_at text NOT NULL,
    PRIMARY KEY (district, number)
);
CREATE INDEX ruling_target ON ruling (district, target);
CREATE TABLE released (
    district text NOT NULL, number bigint NOT NULL, entry_number bigint NOT NULL, ledger text NOT NULL,
    device text NOT NULL, running text NOT NULL, receipt text NOT NULL,
    PRIMARY KEY (district, number),
    UNIQUE (district, entry_number)
);
CREATE TABLE again (
    district text NOT NULL, hash text NOT NULL, number bigint NOT NULL,
    PRIMARY KEY (district, hash)
);
CREATE TABLE closed (
    district text NOT NULL, ledger text NOT NULL, device text NOT NULL,
    PRIMARY KEY (district, ledger, device)
);
CREATE TABLE audit (
    district text NOT NULL, number bigint NOT NULL, at text NOT NULL, who text NOT NULL, what text NOT NULL,
    about text NOT NULL, hash text NOT NULL,
    PRIMARY KEY (district, number)
);
CREATE TABLE quarantine (
    district text NOT NULL, digest text NOT NULL, device text NOT NULL, received_at text NOT NULL, code text NOT NULL,
    message text NOT NULL, raw bytea NOT NULL,
    PRIMARY KEY (district, digest)
);
CREATE INDEX quarantine_received ON quarantine (district, received_at, digest);
CREATE TABLE blob (
    district text NOT NULL, sha text NOT NULL, size bigint NOT NULL, device text NOT NULL,
    PRIMARY KEY (district, sha)
);
CREATE TABLE blob_part (
    district text NOT NULL, sha text NOT NULL, device text NOT NULL, first bigint NOT NULL, content bytea NOT NULL,
    PRIMARY KEY (district, sha, device, first)
);
CREATE INDEX blob_part_device ON blob_part (district, device);
CREATE TABLE blob_ref (
    district text NOT NULL, sha text NOT NULL, ledger text NOT NULL,
    PRIMARY KEY (district, sha, ledger)
);
CREATE TABLE device (
    district text NOT NULL, device text NOT NULL, person text NOT NULL, name text NOT NULL, key text NOT NULL,
    token_hash text NOT NULL, certificate text NOT NULL, joined_at text NOT NULL, revoked_at text NOT NULL,
    last_used_day text NOT NULL,
    PRIMARY KEY (district, device)
);
CREATE TABLE heading (
    district text NOT NULL, what text NOT NULL, heading text NOT NULL, field text NOT NULL,
    PRIMARY KEY (district, what, heading)
);
CREATE TABLE code (
    district text NOT NULL, code_hash text NOT NULL, person text NOT NULL, expires_at text NOT NULL,
    used_at text NOT NULL, device text NOT NULL,
    PRIMARY KEY (district, code_hash)
);
