-- Servers and their channels as they come and go, roles that a platform gives,
-- and what could not be said in private.

ALTER TABLE space ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE space ADD COLUMN gone_at datetime;

ALTER TABLE room ADD COLUMN kind text NOT NULL DEFAULT 'text';
ALTER TABLE room ADD COLUMN read_only boolean NOT NULL DEFAULT false;
ALTER TABLE room ADD COLUMN gone_at datetime;

-- The roles of a person that come from a platform's and from nothing else.
ALTER TABLE person ADD COLUMN mapped integer NOT NULL DEFAULT 0;
CREATE INDEX person_mapped ON person (coalition_id, id) WHERE mapped <> 0;

-- What a platform's role stands for, as an admin said.
CREATE TABLE role_link (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    space_id integer NOT NULL REFERENCES space (id),
    remote text NOT NULL,
    role integer NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (space_id, remote, role)
);
CREATE INDEX role_link_coalition ON role_link (coalition_id);

-- The platform's roles that an account was last seen with in a space.
CREATE TABLE member (
    space_id integer NOT NULL REFERENCES space (id),
    account_id integer NOT NULL REFERENCES account (id),
    coalition_id integer NOT NULL REFERENCES coalition (id),
    roles text NOT NULL,
    present boolean NOT NULL,
    at datetime NOT NULL,
    PRIMARY KEY (space_id, account_id)
) WITHOUT ROWID;
CREATE INDEX member_account ON member (account_id);

-- A code with which another space joins a coalition, once. The code itself is
-- not kept.
CREATE TABLE join_code (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    hash text NOT NULL UNIQUE,
    person_id integer NOT NULL REFERENCES person (id),
    created_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    used_at datetime
);
CREATE INDEX join_code_coalition ON join_code (coalition_id);

-- Which coalition somebody speaks to in a direct chat, where they are in several.
CREATE TABLE direct (
    platform text NOT NULL,
    remote text NOT NULL,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    at datetime NOT NULL,
    PRIMARY KEY (platform, remote)
) WITHOUT ROWID;

-- When a platform was last known to be connected: for what happened meanwhile.
CREATE TABLE heartbeat (
    platform text PRIMARY KEY,
    at datetime NOT NULL
) WITHOUT ROWID;

ALTER TABLE outbox ADD COLUMN room_id integer NOT NULL DEFAULT 0;
CREATE INDEX outbox_resting ON outbox (coalition_id, id) WHERE state = 'resting';
CREATE INDEX outbox_waiting ON outbox (account_id, id) WHERE state = 'waiting';
