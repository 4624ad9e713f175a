CREATE TABLE blob_named (
    district text NOT NULL, device text NOT NULL, sha text NOT NULL,
    PRIMARY KEY (district, device, sha)
);
