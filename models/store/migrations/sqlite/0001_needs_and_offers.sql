-- Times are UTC texts (YYYY-MM-DD HH:MM:SS.ffffff+00:00), so that they sort.
-- Ids are assigned by the program. Every row carries its coalition.

CREATE TABLE coalition (
    id integer PRIMARY KEY,
    name text NOT NULL,
    zone text NOT NULL,
    language text NOT NULL,
    volunteers_open boolean NOT NULL,
    crisis_numbers text NOT NULL,
    set_up_at datetime,
    created_at datetime NOT NULL,
    version integer NOT NULL
);

CREATE TABLE area (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    name text NOT NULL,
    folded text NOT NULL,
    position integer NOT NULL,
    UNIQUE (coalition_id, folded)
);

CREATE TABLE space (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    platform text NOT NULL,
    remote text NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (platform, remote)
);

CREATE TABLE room (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    space_id integer NOT NULL REFERENCES space (id),
    platform text NOT NULL,
    remote text NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    is_board boolean NOT NULL,
    version integer NOT NULL,
    UNIQUE (platform, remote)
);
CREATE INDEX room_coalition ON room (coalition_id);

CREATE TABLE person (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    name text NOT NULL,
    language text NOT NULL,
    roles integer NOT NULL,
    welcomed boolean NOT NULL,
    show_name boolean NOT NULL,
    asked_need_id integer NOT NULL,
    live_claims integer NOT NULL CHECK (live_claims >= 0),
    finished_claims integer NOT NULL CHECK (finished_claims >= 0),
    created_at datetime NOT NULL,
    version integer NOT NULL
);
CREATE INDEX person_team ON person (coalition_id) WHERE roles > 1;

CREATE TABLE account (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    person_id integer NOT NULL REFERENCES person (id),
    platform text NOT NULL,
    remote text NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (coalition_id, platform, remote)
);
CREATE INDEX account_person ON account (person_id);

CREATE TABLE ref_counter (
    coalition_id integer NOT NULL REFERENCES coalition (id),
    kind text NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (coalition_id, kind)
) WITHOUT ROWID;

CREATE TABLE need (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    number integer NOT NULL,
    state text NOT NULL,
    what text NOT NULL,
    category text NOT NULL,
    area_id integer NOT NULL,
    when_kind text NOT NULL,
    when_at datetime NOT NULL,
    priority text NOT NULL,
    rank_at datetime NOT NULL,
    people integer NOT NULL,
    languages text NOT NULL,
    slots integer NOT NULL,
    claimed integer NOT NULL CHECK (claimed BETWEEN 0 AND slots),
    person_id integer NOT NULL REFERENCES person (id),
    filer_id integer NOT NULL REFERENCES person (id),
    outcome text NOT NULL,
    close_reason text NOT NULL,
    created_at datetime NOT NULL,
    posted_at datetime,
    ended_at datetime,
    version integer NOT NULL
);
CREATE UNIQUE INDEX need_number ON need (coalition_id, number) WHERE number > 0;
CREATE INDEX need_board ON need (coalition_id, rank_at, id) WHERE state IN ('open', 'in_progress') AND claimed < slots;
CREATE INDEX need_person ON need (coalition_id, person_id, id) WHERE state <> 'closed' AND state <> 'done';
CREATE INDEX need_drafts ON need (created_at) WHERE state = 'draft';

CREATE TABLE claim (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    need_id integer NOT NULL REFERENCES need (id),
    person_id integer NOT NULL REFERENCES person (id),
    account_id integer NOT NULL REFERENCES account (id),
    by_reaction boolean NOT NULL,
    state text NOT NULL,
    end_reason text NOT NULL,
    created_at datetime NOT NULL,
    ended_at datetime,
    version integer NOT NULL
);
CREATE UNIQUE INDEX claim_live ON claim (need_id, person_id) WHERE state = 'live';
CREATE INDEX claim_need ON claim (need_id);
CREATE INDEX claim_person ON claim (person_id) WHERE state = 'live';

CREATE TABLE offer (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    number integer NOT NULL,
    state text NOT NULL,
    what text NOT NULL,
    category text NOT NULL,
    area_id integer NOT NULL,
    when_kind text NOT NULL,
    when_at datetime NOT NULL,
    languages text NOT NULL,
    person_id integer NOT NULL REFERENCES person (id),
    created_at datetime NOT NULL,
    posted_at datetime,
    ended_at datetime,
    version integer NOT NULL
);
CREATE UNIQUE INDEX offer_number ON offer (coalition_id, number) WHERE number > 0;
CREATE INDEX offer_list ON offer (coalition_id, posted_at, id) WHERE state = 'available';
CREATE INDEX offer_person ON offer (coalition_id, person_id, id) WHERE state <> 'withdrawn';
CREATE INDEX offer_drafts ON offer (created_at) WHERE state = 'draft';

CREATE TABLE secret (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    kind text NOT NULL,
    row_id integer NOT NULL,
    field text NOT NULL,
    ciphertext blob NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (kind, row_id, field)
);

CREATE TABLE look (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    need_id integer NOT NULL REFERENCES need (id),
    person_id integer NOT NULL REFERENCES person (id),
    at datetime NOT NULL
);
CREATE INDEX look_need ON look (need_id);

CREATE TABLE dialog (
    person_id integer PRIMARY KEY REFERENCES person (id),
    coalition_id integer NOT NULL REFERENCES coalition (id),
    name text NOT NULL,
    step text NOT NULL,
    about_kind text NOT NULL,
    about_id integer NOT NULL,
    updated_at datetime NOT NULL,
    version integer NOT NULL
);

CREATE TABLE choice (
    account_id integer NOT NULL REFERENCES account (id),
    number integer NOT NULL,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    label text NOT NULL,
    line text NOT NULL,
    at datetime NOT NULL,
    PRIMARY KEY (account_id, number)
) WITHOUT ROWID;

CREATE TABLE card (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    kind text NOT NULL,
    entity_id integer NOT NULL,
    room_id integer NOT NULL REFERENCES room (id),
    platform text NOT NULL,
    remote_id text NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (kind, entity_id, room_id)
);
CREATE INDEX card_remote ON card (platform, remote_id) WHERE remote_id <> '';

CREATE TABLE reaction (
    card_id integer NOT NULL REFERENCES card (id),
    account_id integer NOT NULL REFERENCES account (id),
    emoji text NOT NULL,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    present boolean NOT NULL,
    at datetime NOT NULL,
    PRIMARY KEY (card_id, account_id, emoji)
) WITHOUT ROWID;

CREATE TABLE history (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    kind text NOT NULL,
    entity_id integer NOT NULL,
    verb text NOT NULL,
    person_id integer NOT NULL,
    at datetime NOT NULL
);
CREATE INDEX history_entity ON history (kind, entity_id, id);

CREATE TABLE outbox (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    kind text NOT NULL,
    lane text NOT NULL,
    platform text NOT NULL,
    card_id integer NOT NULL,
    account_id integer NOT NULL,
    key text NOT NULL,
    about_kind text NOT NULL,
    about_id integer NOT NULL,
    args text NOT NULL,
    emoji text NOT NULL,
    dedup_key text NOT NULL UNIQUE,
    wanted integer NOT NULL,
    shown integer NOT NULL,
    state text NOT NULL,
    due_at datetime NOT NULL,
    next_at datetime NOT NULL,
    attempts integer NOT NULL,
    token integer NOT NULL,
    uncertain_since datetime,
    remote_id text NOT NULL,
    last_error text NOT NULL,
    created_at datetime NOT NULL,
    sent_at datetime
);
CREATE INDEX outbox_next ON outbox (platform, next_at, id) WHERE state = 'pending';
CREATE INDEX outbox_lane ON outbox (lane, due_at, id) WHERE state = 'pending';
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE state = 'sent';

CREATE TABLE inbox (
    platform text NOT NULL,
    account text NOT NULL,
    event_id text NOT NULL,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    command text NOT NULL,
    key text NOT NULL,
    about_kind text NOT NULL,
    about_id integer NOT NULL,
    args text NOT NULL,
    at datetime NOT NULL,
    PRIMARY KEY (platform, account, event_id)
) WITHOUT ROWID;
CREATE INDEX inbox_at ON inbox (at);
