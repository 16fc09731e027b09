-- Times are milliseconds since 1970-01-01T00:00:00Z. A `folded` column is the lower-case form by which names are compared.
-- `audit_lane` and `audit_length` name the event of the account's audit log that last wrote the row: the lane, and the
-- length of the lane with it. `tag` is a keyed tag over the table's name and all of the row: whoever changes a row without
-- the key ring is found out.

CREATE TABLE installation (
    number INTEGER NOT NULL PRIMARY KEY,
    -- The key ring that belongs to this database says the same.
    id TEXT NOT NULL,
    accounts INTEGER NOT NULL,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL
);

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT UNIQUE,
    created INTEGER NOT NULL,
    mfa_demand TEXT NOT NULL,
    failure_limit TEXT NOT NULL,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE users (
    account TEXT NOT NULL REFERENCES accounts (id),
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    path TEXT NOT NULL,
    created INTEGER NOT NULL,
    password_hash TEXT,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, folded),
    UNIQUE (account, id)
) WITHOUT ROWID;

-- All that a try of a code reads and writes, apart from recovery codes. It is kept apart from `users`, whose rows seldom
-- change.
CREATE TABLE login_states (
    account TEXT NOT NULL REFERENCES accounts (id),
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    path TEXT NOT NULL,
    failures INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    budget_whole_at INTEGER NOT NULL,
    other_failures INTEGER NOT NULL,
    -- JSON: the pairs of the last second, each with its source and time, and the steps that were half of a wrong one.
    recent_pairs TEXT NOT NULL,
    password_failures INTEGER NOT NULL,
    password_not_before INTEGER NOT NULL,
    -- How many sets of recovery codes there were, and how many codes of the last one are not spent.
    recovery_set INTEGER NOT NULL,
    recovery_left INTEGER NOT NULL,
    -- JSON: each enabled device with its sealed seed, its spent steps and its drift.
    devices TEXT NOT NULL,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, folded)
) WITHOUT ROWID;

CREATE TABLE devices (
    account TEXT NOT NULL REFERENCES accounts (id),
    folded TEXT NOT NULL,
    serial TEXT NOT NULL,
    -- The name alone, in lower case.
    device_name TEXT NOT NULL,
    created INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    -- All or none: set while the device is enabled for a user.
    user_id TEXT,
    user_name TEXT,
    enabled INTEGER,
    -- Set while it is not. While it is enabled, its user's login state has the seed and the rest.
    sealed_seed BLOB,
    -- Set from the first time it was enabled, while it is not.
    spent_floor INTEGER,
    spent_forgotten INTEGER,
    spent_accepted BLOB,
    drift INTEGER,
    anchor INTEGER,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, folded)
) WITHOUT ROWID;

CREATE INDEX devices_by_name ON devices (account, device_name);

-- One secret is one device's. For a day after the device is deleted its row keeps the last spent step.
CREATE TABLE seeds (
    fingerprint BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    serial TEXT NOT NULL,
    released INTEGER,
    last_step INTEGER,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX seeds_released ON seeds (account, released) WHERE released IS NOT NULL;

CREATE TABLE recovery_codes (
    account TEXT NOT NULL REFERENCES accounts (id),
    user_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    recovery_set INTEGER NOT NULL,
    -- Keyed by the key ring: without it nothing can be tried against the hash.
    hash BLOB NOT NULL,
    used_at INTEGER,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, user_id, number)
) WITHOUT ROWID;

-- The end of each lane of the audit log, so that events cut off from the end are missed, and its beginning.
CREATE TABLE audit_lanes (
    account TEXT NOT NULL,
    lane INTEGER NOT NULL,
    length INTEGER NOT NULL,
    head BLOB NOT NULL,
    base INTEGER NOT NULL,
    base_head BLOB NOT NULL,
    audit_lane INTEGER NOT NULL,
    audit_length INTEGER NOT NULL,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, lane)
) WITHOUT ROWID;

-- No foreign key: each event would look the account up.
CREATE TABLE audit (
    account TEXT NOT NULL,
    lane INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    -- The records that were written with it.
    records TEXT NOT NULL,
    -- Covers the tag of the event before.
    tag BLOB NOT NULL,
    PRIMARY KEY (account, lane, number)
) WITHOUT ROWID;
