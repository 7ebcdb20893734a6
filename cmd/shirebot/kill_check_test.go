package main

import (
	"database/sql"
	"fmt"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// verbs are the messages that say that something was changed, with the change
// that is in the history then.
var verbs = map[string]string{
	"need.posted": "posted", "offer.posted": "posted", "claim.taken": "claimed", "release.done": "released", "release.done_short": "released",
	"start.done": "started", "done.done": "done", "done.done_own": "done", "done.done_team": "done", "followup.done": "followup",
	"close.done": "closed", "reopen.done": "reopened", "offer.withdrawn": "withdrawn", "offer.reopened": "reopened",
}

// invariants hold in the database at rest. Each query finds what breaks one.
var invariants = []struct{ what, query string }{
	{"a need counts other claims than it has", `SELECT number FROM need n
		WHERE claimed <> (SELECT count(*) FROM claim WHERE need_id = n.id AND state = 'live')`},
	{"a person counts other claims than they have", `SELECT name FROM person p
		WHERE live_claims <> (SELECT count(*) FROM claim WHERE person_id = p.id AND state = 'live')
		OR finished_claims <> (SELECT count(*) FROM claim WHERE person_id = p.id AND state = 'finished')`},
	{"a draft has a number, or a posted need none", `SELECT id FROM need WHERE (state = 'draft') <> (number = 0) OR (state = 'draft') <> (posted_at IS NULL)`},
	{"a draft has a number, or a posted offer none", `SELECT id FROM offer WHERE (state = 'draft') <> (number = 0) OR (state = 'draft') <> (posted_at IS NULL)`},
	{"a need's number is missing or there twice", `SELECT last FROM ref_counter WHERE kind = 'need'
		AND (last <> (SELECT count(*) FROM need WHERE number > 0) OR last <> (SELECT max(number) FROM need))`},
	{"an offer's number is missing or there twice", `SELECT last FROM ref_counter WHERE kind = 'offer'
		AND (last <> (SELECT count(*) FROM offer WHERE number > 0) OR last <> (SELECT max(number) FROM offer))`},
	{"something posted has not exactly one card", `SELECT 'N' || number FROM need n WHERE number > 0
		AND 1 <> (SELECT count(*) FROM card WHERE kind = 'need' AND entity_id = n.id)
		UNION ALL SELECT 'O' || number FROM offer o WHERE number > 0 AND 1 <> (SELECT count(*) FROM card WHERE kind = 'offer' AND entity_id = o.id)`},
	{"a card has not exactly one row in the outbox, or not all was shown", `SELECT id FROM card c
		WHERE remote_id = '' OR 1 <> (SELECT count(*) FROM outbox
		WHERE dedup_key = 'card:' || c.id AND card_id = c.id AND shown = wanted AND remote_id = c.remote_id)`},
	{"a row for a card is not its own", `SELECT id FROM outbox WHERE kind = 'card' AND dedup_key <> 'card:' || card_id`},
	{"the outbox is not settled", `SELECT kind || ' ' || state || ' ' || last_error FROM outbox WHERE state <> 'sent'`},
	{"history and claims disagree", `SELECT n.number FROM need n WHERE
		(SELECT count(*) FROM claim WHERE need_id = n.id) <> (SELECT count(*) FROM history WHERE kind = 'need' AND entity_id = n.id AND verb = 'claimed')
		OR (SELECT count(*) FROM claim WHERE need_id = n.id AND end_reason = 'given_back')
		<> (SELECT count(*) FROM history WHERE kind = 'need' AND entity_id = n.id AND verb = 'released')`},
	{"a neighbor was not told exactly once of each claim", `SELECT id FROM
		(SELECT entity_id AS id, count(*) AS claimed FROM history WHERE verb = 'claimed' GROUP BY 1) FULL JOIN
		(SELECT about_id AS id, count(*) AS told FROM outbox WHERE key = 'claim.neighbor_told' GROUP BY 1) USING (id) WHERE claimed IS NOT told`},
	{"a foreign key leads nowhere", `SELECT "table" || ' ' || rowid FROM pragma_foreign_key_check`},
	{"the file is damaged", `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'`},
}

func checkAll(t *testing.T, dir string, lives int, w *witness) {
	t.Helper()
	db, err := openLook(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, i := range invariants {
		for _, found := range column(t, db, i.query) {
			t.Errorf("%s: %s", i.what, found)
		}
	}
	checkShown(t, db, w)
	checkOnce(t, db)
	checkMessages(t, db, w)
	checkCards(t, dir, lives, w)
}

// column is the first column of a query's rows.
func column(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// checkShown looks for every outcome that somebody was shown.
func checkShown(t *testing.T, db *sql.DB, w *witness) {
	t.Helper()
	recorded := map[string]string{}
	for _, row := range column(t, db, "SELECT event_id || ' ' || command || ' ' || key FROM inbox") {
		var event string
		if _, err := fmt.Sscan(row, &event); err != nil {
			t.Fatal(err)
		}
		recorded[event] = row
	}
	for event, o := range w.shown {
		want := event + " " + o.Command + " " + o.MessageID
		if o.Command == "" && o.MessageID == "" { // reads, and refusals that are not kept
			want = recorded[event]
			if want != "" && want != event+"  " {
				t.Errorf("event %s was answered without having been recorded, and now is: %s", event, want)
			}
		}
		if recorded[event] != want {
			t.Errorf("event %s was shown to be %q; the database has %q", event, want, recorded[event])
		}
	}
	for _, work := range w.plan.running {
		t.Errorf("event %s was never answered", work.Event)
	}
}

// checkOnce compares the history with the events: each change is there once
// for the event that made it.
func checkOnce(t *testing.T, db *sql.DB) {
	t.Helper()
	count := map[string]int{}
	tally := func(query string, by int) {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var what, kind, person string
			var id int64
			if err := rows.Scan(&what, &kind, &id, &person); err != nil {
				t.Fatal(err)
			}
			if by > 0 {
				if what = verbs[what]; what == "" {
					continue
				}
			}
			count[fmt.Sprintf("%s %s %d by %s", what, kind, id, person)] += by
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	tally("SELECT key, about_kind, about_id, account FROM inbox", 1)
	tally("SELECT verb, kind, entity_id, (SELECT remote FROM account WHERE person_id = h.person_id) FROM history h", -1)
	for what, n := range count {
		if n != 0 {
			t.Errorf("%s: %d more events than changes", what, n)
		}
	}
}

// checkMessages compares what the platform shows with the outbox: each message
// is there once.
func checkMessages(t *testing.T, db *sql.DB, w *witness) {
	t.Helper()
	rows := column(t, db, "SELECT remote_id FROM outbox WHERE kind <> 'unreact'")
	if len(rows) != len(w.messages) {
		t.Errorf("%d messages are shown for %d rows of the outbox", len(w.messages), len(rows))
	}
	seen := map[string]bool{}
	for _, remote := range rows {
		if w.messages[remote] == nil || seen[remote] {
			t.Errorf("the message %q of the outbox is not shown, or belongs to two rows", remote)
		}
		seen[remote] = true
	}
}

// checkCards compares each card that is shown with what it would be made now.
func checkCards(t *testing.T, dir string, lives int, w *witness) {
	t.Helper()
	clock := laterClock(lives)
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	r, err := commands.New(s, commands.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	actor, err := s.Actor(t.Context(), who("admin"))
	if err != nil {
		t.Fatal(err)
	}
	cards := 0
	reader := s.Reader(t.Context(), actor.Coalition.ID)
	for kind, posted := range map[models.Kind]func(models.Ref) (models.Entity, error){
		models.KindNeed:  func(ref models.Ref) (models.Entity, error) { n, err := reader.Need(ref); return entity(n, err) },
		models.KindOffer: func(ref models.Ref) (models.Entity, error) { o, err := reader.Offer(ref); return entity(o, err) },
	} {
		for number := int64(1); ; number++ {
			e, err := posted(models.Ref{Kind: kind, Number: number})
			if store.IsNotFound(err) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			checkCard(t, r, actor.Coalition, reader, e, w)
			cards++
		}
	}
	if cards == 0 {
		t.Error("nothing was posted: the test shows nothing")
	}
}

func entity[T interface{ Entity() models.Entity }](row T, err error) (models.Entity, error) {
	if err != nil {
		return models.Entity{}, err
	}
	return row.Entity(), nil
}

func checkCard(t *testing.T, r *commands.Registry, c *models.Coalition, reader store.Reader, e models.Entity, w *witness) {
	t.Helper()
	cards, err := reader.Cards(e)
	if err != nil || len(cards) != 1 {
		t.Fatalf("the cards of %v: %v, %v", e, cards, err)
	}
	card, err := r.Card(t.Context(), c, e, "terminal", c.Language)
	if err != nil {
		t.Fatal(err)
	}
	want := content("", card, card.Buttons)
	if got := w.messages[cards[0].RemoteID]; got == nil || got.content != want {
		t.Errorf("the card of %v shows\n%v\nand should\n%s", e, got, want)
	}
}
