CREATE TABLE recalled (
    district text NOT NULL, number bigint NOT NULL, entry_number bigint NOT NULL, ledger text NOT NULL,
    device text NOT NULL, seq bigint NOT NULL, code text NOT NULL, running text NOT NULL,
    PRIMARY KEY (district, number),
    UNIQUE (district, entry_number)
);
