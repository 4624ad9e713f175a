CREATE TABLE late (
    district text NOT NULL, ledger text NOT NULL, device text NOT NULL, seq bigint NOT NULL,
    PRIMARY KEY (district, ledger, device, seq)
);
