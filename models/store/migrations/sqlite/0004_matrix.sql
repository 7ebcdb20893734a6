-- What a platform with sessions and encryption needs to be remembered: who the
-- bot is there, how far it has read, which private chats it has, and what it
-- showed in them that has to be taken back.

-- What the installation itself keeps sealed: tokens, recovery keys.
CREATE TABLE installation_secret (
    name text PRIMARY KEY,
    ciphertext blob NOT NULL
) WITHOUT ROWID;

-- How far the events of an account of the bot are dealt with.
CREATE TABLE matrix_sync (
    account text PRIMARY KEY,
    next_batch text NOT NULL,
    at datetime NOT NULL
) WITHOUT ROWID;

-- The private chat with somebody. Without a room it is being opened.
CREATE TABLE direct_room (
    platform text NOT NULL,
    remote text NOT NULL,
    room text NOT NULL,
    state text NOT NULL,
    created_at datetime NOT NULL,
    PRIMARY KEY (platform, remote)
) WITHOUT ROWID;
CREATE INDEX direct_room_room ON direct_room (platform, room);

-- Messages with private values in them, until they are taken back.
CREATE TABLE direct_shown (
    id integer PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    platform text NOT NULL,
    room text NOT NULL,
    event text NOT NULL,
    account_id integer NOT NULL,
    kind text NOT NULL,
    row_id integer NOT NULL,
    at datetime NOT NULL,
    UNIQUE (platform, room, event)
);
CREATE INDEX direct_shown_row ON direct_shown (row_id);

-- Events whose key is not here yet, as they came.
CREATE TABLE undecryptable (
    event text PRIMARY KEY,
    room text NOT NULL,
    session text NOT NULL,
    sender text NOT NULL,
    raw text NOT NULL,
    at datetime NOT NULL,
    told boolean NOT NULL DEFAULT false
) WITHOUT ROWID;
CREATE INDEX undecryptable_session ON undecryptable (session);

-- Which event a reaction on a card was: it is taken back by naming that event.
CREATE TABLE reaction_event (
    event text PRIMARY KEY,
    coalition_id integer NOT NULL REFERENCES coalition (id),
    card_id integer NOT NULL,
    message text NOT NULL,
    account text NOT NULL,
    emoji text NOT NULL,
    at datetime NOT NULL
) WITHOUT ROWID;
CREATE INDEX reaction_event_card ON reaction_event (card_id);
CREATE INDEX reaction_event_account ON reaction_event (account);
