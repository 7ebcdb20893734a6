-- What keeps people safe: blocks, keep-away lists, consent, and what is needed
-- to forget in time.

ALTER TABLE coalition ADD COLUMN purge_days integer NOT NULL DEFAULT 14;

ALTER TABLE person ADD COLUMN blocked_at datetime;
ALTER TABLE person ADD COLUMN noticed_at datetime;
ALTER TABLE person ADD COLUMN forgotten_at datetime;

ALTER TABLE person ADD COLUMN admin_asked_by integer NOT NULL DEFAULT 0;
CREATE INDEX person_blocked ON person (coalition_id) WHERE blocked_at IS NOT NULL;

ALTER TABLE claim ADD COLUMN address_from datetime;

ALTER TABLE need ADD COLUMN for_other boolean NOT NULL DEFAULT false;
ALTER TABLE need ADD COLUMN consent text NOT NULL DEFAULT '';
ALTER TABLE need ADD COLUMN consent_at datetime;
ALTER TABLE need ADD COLUMN purged_at datetime;
CREATE INDEX need_purge ON need (ended_at) WHERE ended_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX need_filer ON need (filer_id, created_at);
CREATE INDEX need_filed_open ON need (coalition_id, filer_id, id) WHERE state <> 'closed' AND state <> 'done';
CREATE INDEX need_all_of_person ON need (person_id, posted_at);

ALTER TABLE offer ADD COLUMN purged_at datetime;
CREATE INDEX offer_purge ON offer (ended_at) WHERE ended_at IS NOT NULL AND purged_at IS NULL;

ALTER TABLE look ADD COLUMN as_team boolean NOT NULL DEFAULT false;
CREATE INDEX look_person ON look (person_id, at);

-- "Never this person": it works both ways, and only whoever keeps it sees it.
CREATE TABLE keep_away (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    person_id integer NOT NULL REFERENCES person (id),
    other_id integer NOT NULL REFERENCES person (id),
    created_at datetime NOT NULL,
    UNIQUE (person_id, other_id)
);
CREATE INDEX keep_away_other ON keep_away (other_id);

-- What belongs to the installation and to no coalition: the sealed key that
-- pseudonyms are made with, and how much of the file "forgotten" is in here.
CREATE TABLE installation (
    only_row integer PRIMARY KEY CHECK (only_row = 1),
    pseudonym_key blob NOT NULL,
    forgotten integer NOT NULL
);

ALTER TABLE person ADD COLUMN forgetting boolean NOT NULL DEFAULT false;
CREATE INDEX person_forgetting ON person (id) WHERE forgetting;
