-- Times are milliseconds since 1970-01-01T00:00:00Z. A `folded` column is the lower-case form by which names are compared.
-- A `tag` is a keyed tag over the rest of the row: whoever changes a row without the key ring is found out.

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT UNIQUE,
    created INTEGER NOT NULL,
    tag BLOB NOT NULL,
    -- The end of the account's audit log, with a tag of its own, so that events cut off from the end are missed.
    audit_length INTEGER NOT NULL,
    audit_head BLOB NOT NULL,
    audit_head_tag BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE users (
    account TEXT NOT NULL REFERENCES accounts (id),
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    path TEXT NOT NULL,
    created INTEGER NOT NULL,
    password_hash TEXT,
    mfa_devices INTEGER NOT NULL,
    -- How many sets of recovery codes there were, and how many codes of the last one are not spent.
    recovery_set INTEGER NOT NULL,
    recovery_left INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    budget_whole_at INTEGER NOT NULL,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, folded),
    UNIQUE (account, id)
) WITHOUT ROWID;

CREATE TABLE devices (
    account TEXT NOT NULL REFERENCES accounts (id),
    folded TEXT NOT NULL,
    serial TEXT NOT NULL,
    created INTEGER NOT NULL,
    sealed_seed BLOB NOT NULL,
    -- Both or none: set while the device is enabled for a user.
    user_id TEXT,
    enabled INTEGER,
    -- Set from the first time the device is enabled.
    spent_floor INTEGER,
    spent_forgotten INTEGER,
    spent_accepted BLOB,
    drift INTEGER,
    anchor INTEGER,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, folded),
    FOREIGN KEY (account, user_id) REFERENCES users (account, id)
) WITHOUT ROWID;

-- By the user's id first, which is unique among all accounts: a login must not read the rest of its account.
CREATE INDEX devices_by_user ON devices (user_id, folded);

CREATE TABLE recovery_codes (
    account TEXT NOT NULL,
    user_id TEXT NOT NULL,
    recovery_set INTEGER NOT NULL,
    number INTEGER NOT NULL,
    -- Keyed by the key ring: without it nothing can be tried against the hash.
    hash BLOB NOT NULL,
    used_at INTEGER,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, user_id, number),
    FOREIGN KEY (account, user_id) REFERENCES users (account, id)
) WITHOUT ROWID;

CREATE TABLE audit (
    account TEXT NOT NULL REFERENCES accounts (id),
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    tag BLOB NOT NULL,
    PRIMARY KEY (account, sequence)
) WITHOUT ROWID;
