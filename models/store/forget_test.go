package store

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What forgetting a person does to a column.
const (
	stays     = "stays"     // a fact, a state, a time, or the coalition's own
	points    = "points"    // an id of a row that says nothing any more
	erased    = "erased"    // emptied in the rows that are theirs
	pseudonym = "pseudonym" // replaced
	rowGoes   = "row goes"  // with the whole row
)

// forgetting says of every column what happens to it. A new column has to be
// put in here, by somebody who has thought about it.
var forgetting = map[string]map[string]string{
	"account":     columnsThat(stays, "id coalition_id platform created_at", points, "person_id", pseudonym, "remote"),
	"area":        columnsThat(stays, "id coalition_id name folded position"),
	"card":        columnsThat(stays, "id coalition_id kind entity_id room_id platform remote_id created_at"),
	"choice":      columnsThat(rowGoes, "account_id number coalition_id label line at"),
	"claim":       columnsThat(stays, "id coalition_id need_id by_reaction state end_reason created_at ended_at version address_from", points, "person_id account_id"),
	"coalition":   columnsThat(stays, "id name zone language volunteers_open crisis_numbers set_up_at created_at version purge_days"),
	"direct":      columnsThat(rowGoes, "platform remote coalition_id at"),
	"heartbeat":   columnsThat(stays, "platform at"),
	"join_code":   columnsThat(stays, "id coalition_id hash created_at expires_at used_at", points, "person_id"),
	"member":      columnsThat(rowGoes, "space_id account_id coalition_id roles present at"),
	"role_link":   columnsThat(stays, "id coalition_id space_id remote role created_at"),
	"direct_room": columnsThat(rowGoes, "platform remote room state created_at"),
	// Taken back on the platform first: see DueShown.
	"direct_shown":        columnsThat(stays, "id coalition_id platform room event kind row_id at", points, "account_id"),
	"installation_secret": columnsThat(stays, "name ciphertext"),
	"matrix_sync":         columnsThat(stays, "account next_batch at"),
	"reaction_event":      columnsThat(rowGoes, "event coalition_id card_id message account emoji at"),
	"undecryptable":       columnsThat(rowGoes, "event room session sender raw at told"),
	"dialog":              columnsThat(rowGoes, "person_id coalition_id name step about_kind about_id updated_at version"),
	"history":             columnsThat(stays, "id coalition_id kind entity_id verb at", points, "person_id"),
	"inbox":               columnsThat(rowGoes, "platform account event_id coalition_id command key about_kind about_id args at"),
	"installation":        columnsThat(stays, "only_row pseudonym_key forgotten"),
	"keep_away":           columnsThat(rowGoes, "id coalition_id person_id other_id created_at"),
	"look":                columnsThat(stays, "id coalition_id need_id at as_team", points, "person_id"),
	"need":                columnsThat(stays, "id coalition_id number state category area_id when_kind when_at priority rank_at people slots claimed outcome close_reason created_at posted_at ended_at version for_other consent consent_at purged_at", points, "person_id filer_id", erased, "what languages"),
	"offer":               columnsThat(stays, "id coalition_id number state category area_id when_kind when_at created_at posted_at ended_at version purged_at", points, "person_id", erased, "what languages"),
	"outbox":              columnsThat(stays, "id coalition_id kind platform card_id room_id key about_kind about_id emoji dedup_key wanted shown state due_at next_at attempts token uncertain_since remote_id last_error created_at sent_at", points, "lane account_id args"),
	"person":              columnsThat(stays, "id coalition_id live_claims created_at version blocked_at forgotten_at forgetting", pseudonym, "name", erased, "language roles mapped welcomed show_name asked_need_id admin_asked_by finished_claims noticed_at"),
	"reaction":            columnsThat(rowGoes, "card_id account_id emoji coalition_id present at"),
	"ref_counter":         columnsThat(stays, "coalition_id kind last"),
	"room":                columnsThat(stays, "id coalition_id space_id platform remote name language is_board version kind read_only gone_at"),
	"schema_info":         columnsThat(stays, "only_row min_program"),
	"schema_migration":    columnsThat(stays, "version name applied_at"),
	"secret":              columnsThat(rowGoes, "id coalition_id kind row_id field ciphertext created_at"),
	"space":               columnsThat(stays, "id coalition_id platform remote name gone_at created_at"),
}

func columnsThat(pairs ...string) map[string]string {
	all := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		for column := range strings.FieldsSeq(pairs[i+1]) {
			all[column] = pairs[i]
		}
	}
	return all
}

// schemaColumns reads the columns of every table, as "table.column".
func schemaColumns(t *testing.T, s *Store) []string {
	t.Helper()
	rows, err := s.readSQL.QueryContext(t.Context(), "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		list = append(list, table+"."+column)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestForgettingKnowsEveryColumn(t *testing.T) {
	t.Parallel()
	there := schemaColumns(t, openSQLite(t))
	for _, name := range there {
		table, column, _ := strings.Cut(name, ".")
		if forgetting[table][column] == "" {
			t.Errorf("%s: nothing says what forgetting a person does to it", name)
		}
	}
	for table, columns := range forgetting {
		for column := range columns {
			if !slices.Contains(there, table+"."+column) {
				t.Errorf("%s.%s is not there any more", table, column)
			}
		}
	}
}

// forget forgets somebody of the town, step by step.
func (w town) forget(person models.ID) (all Forgetting) {
	w.t.Helper()
	for more := true; more; {
		w.do(func(tx *Tx) error {
			tx.In(w.coalition)
			p, err := tx.Person(person)
			if err != nil {
				return err
			}
			step, err := tx.Forget(p, tx.Now)
			if err != nil {
				return err
			}
			all.Closed, all.Released = append(all.Closed, step.Closed...), append(all.Released, step.Released...)
			more = p.Forgetting
			return nil
		})
	}
	return all
}

// somebody is a person with something in every table, all of it with "planted"
// in it where there is room for words.
func (w town) somebody(account string) (person models.ID, needs []*models.Need) {
	w.t.Helper()
	others := w.need() // of somebody else, taken by them
	w.do(w.as(account, func(tx *Tx) error {
		p, a := tx.Actor.Person, tx.Actor.Account
		person = p.ID
		p.Name, p.Language, p.Roles, p.Mapped, p.ShowName = "planted-name", models.Spanish, models.Volunteer, models.Volunteer, true
		tx.Save(p)
		for i, state := range []models.NeedState{models.NeedOpen, models.NeedDone, models.NeedDraft} {
			n, err := newNeed(tx, func(n *models.Need) {
				n.What, n.Languages = "planted-what", "so"
				if n.State = state; state == models.NeedDone {
					n.EndedAt = &noon
				}
				if state == models.NeedDraft {
					n.Number = 0
				}
			})
			if err != nil {
				return err
			}
			needs = append(needs, n)
			tx.Add(n)
			if err := tx.Seal(n.Entity(), models.FieldContact, "planted-contact"); err != nil {
				return err
			}
			if i == 0 {
				if err := tx.Show(n.Entity()); err != nil {
					return err
				}
			}
			tx.Record(n.Entity(), "posted")
		}
		tx.Add(&models.Offer{ID: tx.ID(), CoalitionID: tx.coalition, Number: 77, State: models.OfferAvailable, What: "planted-offer", PersonID: p.ID, CreatedAt: tx.Now},
			&models.Offer{ID: tx.ID(), CoalitionID: tx.coalition, State: models.OfferDraft, What: "planted-draft", PersonID: p.ID, CreatedAt: tx.Now})
		n, err := tx.NeedByID(others.ID)
		if err != nil {
			return err
		}
		claim, err := n.Claim(tx.ID(), tx.Actor, nil, true, tx.Now)
		if err != nil {
			return err
		}
		tx.Add(claim)
		tx.Save(n)
		cards, err := tx.Cards(needs[0].Entity())
		if err != nil {
			return err
		}
		if err := tx.Seal(models.Entity{Kind: models.KindDialog, ID: p.ID}, models.FieldNote, "planted-held"); err != nil {
			return err
		}
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		tx.Add(&models.Dialog{PersonID: p.ID, CoalitionID: tx.coalition, Name: "need", Step: "what", UpdatedAt: tx.Now},
			&models.Choice{AccountID: a.ID, Number: 1, CoalitionID: tx.coalition, Label: "planted-label", Line: "planted-line", At: tx.Now},
			&models.Reaction{CardID: cards[0].ID, AccountID: a.ID, Emoji: "✋", CoalitionID: tx.coalition, Present: true, At: tx.Now},
			&models.Inbox{Platform: a.Platform, Account: a.Remote, EventID: "planted-event", CoalitionID: tx.coalition, Command: "need", At: tx.Now},
			&models.KeepAway{ID: tx.ID(), CoalitionID: tx.coalition, PersonID: p.ID, OtherID: w.person, CreatedAt: tx.Now},
			&models.Direct{Platform: a.Platform, Remote: a.Remote, CoalitionID: tx.coalition, At: tx.Now},
			&models.Member{SpaceID: rooms[0].SpaceID, AccountID: a.ID, CoalitionID: tx.coalition, Roles: "planted-role", Present: true, At: tx.Now},
			&models.JoinCode{ID: tx.ID(), CoalitionID: tx.coalition, Hash: "planted-open", PersonID: p.ID, CreatedAt: tx.Now, ExpiresAt: tx.Now},
			&models.JoinCode{ID: tx.ID(), CoalitionID: tx.coalition, Hash: "used", PersonID: p.ID, CreatedAt: tx.Now, ExpiresAt: tx.Now, UsedAt: &tx.Now},
			&models.Look{ID: tx.ID(), CoalitionID: tx.coalition, NeedID: others.ID, PersonID: p.ID, At: tx.Now})
		return tx.Tell(p.ID, models.Message{Key: "hello", Args: models.Args{"Name": models.PersonArg(p.ID)}})
	}))
	return person, needs
}

func TestForgetLeavesNoWord(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	person, needs := w.somebody("planted-account")
	w.do(w.as("bea", func(tx *Tx) error { // a helper of theirs
		tx.Actor.Person.Roles = models.Volunteer
		n, err := tx.NeedByID(needs[0].ID)
		if err != nil {
			return err
		}
		claim, err := n.Claim(tx.ID(), tx.Actor, nil, false, tx.Now)
		tx.Add(claim)
		tx.Save(n, tx.Actor.Person)
		return err
	}))
	if !bytes.Contains(rawFiles(t, s.Dir()), []byte("planted-")) {
		t.Fatal("the test looks in the wrong place")
	}
	did := w.forget(person)
	if len(did.Closed) != 1 || len(did.Closed[0].Holders) != 1 || len(did.Released) != 1 {
		t.Errorf("closed %+v, released %+v", did.Closed, did.Released)
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(rawFiles(t, s.Dir()), []byte("planted-")); got > 0 {
		t.Errorf("what was theirs is %d times in the files", got)
	}
	raw, err := os.ReadFile(filepath.Join(s.Dir(), forgottenFile))
	if err != nil || bytes.Contains(raw, []byte("planted")) || !bytes.Contains(raw, []byte("person ")) {
		t.Errorf("the list is %q, %v", raw, err)
	}
	for table, columns := range forgetting {
		for column, how := range columns {
			if how == rowGoes && table != "inbox" && table != "installation" && count(t, s, table, "true") > 0 {
				t.Errorf("%s has rows", table)
				break
			}
			if how == erased && table == "need" && count(t, s, table, "person_id = ? AND "+column+" <> ''", person) > 0 {
				t.Errorf("%s.%s is not empty", table, column)
			}
		}
	}
	if count(t, s, "join_code", "used_at IS NULL") != 0 || count(t, s, "join_code", "true") != 1 {
		t.Error("a code that they asked for still opens the coalition, or the record of a used one is gone")
	}
	r := w.reader()
	p, err := r.Person(person)
	if err != nil || p.Mapped != 0 || !strings.HasPrefix(p.Name, "~") || p.Roles != 0 || p.Language != "" || p.ForgottenAt == nil || p.Forgetting || p.LiveClaims != 0 || p.ShowName {
		t.Errorf("%+v, %v", p, err)
	}
	n, err := r.NeedByID(needs[0].ID)
	if err != nil || n.State != models.NeedClosed || n.CloseReason != "no_longer_needed" || n.Claimed != 0 || n.PurgedAt == nil || n.Category != "food" {
		t.Errorf("their open need: %+v, %v", n, err)
	}
	if count(t, s, "need", "id = ?", needs[2].ID) != 0 || count(t, s, "offer", "number = 77 AND state = 'withdrawn'") != 1 || count(t, s, "offer", "state = 'draft'") != 0 {
		t.Error("their draft is there, or their offer is not withdrawn")
	}
	if count(t, s, "claim", "state = 'live'") != 0 || count(t, s, "look", "person_id = ?", person) != 1 || count(t, s, "history", "person_id = ?", person) == 0 {
		t.Error("their claim is live, or what others refer to is gone")
	}
	if got := count(t, s, "outbox", "account_id <> 0 AND state = 'pending'"); got != 0 {
		t.Errorf("%d messages to them are still to be sent", got)
	}
}

func TestForgottenAccountIsSomebodyNew(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		who := w.who
		who.Account = "cas"
		meet := func() *models.Actor {
			w.do(w.as("cas", func(*Tx) error { return nil }))
			a, err := w.Actor(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		first := meet()
		w.act(func(tx *Tx) error {
			tx.Add(&models.KeepAway{ID: tx.ID(), CoalitionID: tx.coalition, PersonID: w.person, OtherID: first.Person.ID, CreatedAt: tx.Now})
			p, err := tx.Person(first.Person.ID)
			if err != nil {
				return err
			}
			p.BlockedAt = &noon
			tx.Save(p)
			return nil
		})
		last := first.Person.ID
		for range 2 { // and comes back again
			w.forget(last)
			again := meet()
			if again.Person.ID == last {
				t.Fatal("they are the same person")
			}
			// What others decided for their safety holds all the same.
			if again.Person.BlockedAt == nil {
				t.Error("the block is gone")
			}
			if apart, err := w.reader().Apart(w.person, again.Person.ID); err != nil || !apart {
				t.Errorf("kept away: %v, %v", apart, err)
			}
			last = again.Person.ID
		}
		w.do(w.as("dan", func(tx *Tx) error {
			if tx.Actor.Person.BlockedAt != nil {
				t.Error("somebody else is blocked")
			}
			return nil
		}))
	})
}

func TestForgettingGoesInSteps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		const rows = 2*forgetAtOnce + 3
		for range rows {
			w.need()
		}
		step := func() (more bool) {
			w.do(func(tx *Tx) error {
				tx.In(w.coalition)
				p, err := tx.StillForgetting()
				if p == nil && err == nil {
					p, err = tx.Person(w.person)
				}
				if err != nil {
					return err
				}
				_, err = tx.Forget(p, tx.Now)
				more = p.Forgetting
				return err
			})
			return more
		}
		if !step() || count(t, w.Store, "need", "purged_at IS NULL") != rows-forgetAtOnce {
			t.Error("the first step did too much, or says that it is all")
		}
		if err := w.Close(); err != nil { // stopped in between
			t.Fatal(err)
		}
		w.Store = open(t, in(w.Dir()))
		for step() {
		}
		if got := count(t, w.Store, "need", "purged_at IS NULL"); got != 0 {
			t.Errorf("%d needs are left", got)
		}
		w.do(func(tx *Tx) error {
			tx.In(w.coalition)
			p, err := tx.StillForgetting()
			if p != nil {
				t.Errorf("%+v is still to be forgotten", p)
			}
			return err
		})
	})
}

// What was forgotten is not in an older copy that is put back.
func TestRestoredCopyForgetsAgain(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	person, _ := w.somebody("planted-account")
	open3, done := w.need(), w.need(func(n *models.Need) { n.What = "planted-other" })
	kept := w.offer(func(o *models.Offer) { o.What = "planted-coats" })
	w.seal(done.Entity(), map[models.PrivateField]string{models.FieldContact: "planted-phone"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	older, err := os.ReadFile(filepath.Join(s.Dir(), databaseFile))
	if err != nil {
		t.Fatal(err)
	}

	w.Store = openSQLite(t, in(s.Dir()))
	w.forget(person)
	w.act(func(tx *Tx) error { // and something that was open in the copy is purged
		n, err := tx.NeedByID(done.ID)
		if err != nil {
			return err
		}
		o, err := tx.OfferByID(kept.ID)
		if err != nil {
			return err
		}
		tx.Save(n, o)
		if err := o.Close(tx.Now); err != nil {
			return err
		}
		return n.Close("other", nil, nil, tx.Now)
	})
	if n := w.purge(noon.Add(20 * day)); n != 2 {
		t.Fatalf("%d were purged", n)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	for range 2 { // put back twice: the second time it is carried out anew
		if err := os.WriteFile(filepath.Join(s.Dir(), databaseFile), older, 0o600); err != nil {
			t.Fatal(err)
		}
		w.Store = openSQLite(t, in(s.Dir()))
		r := w.reader()
		if p, err := r.Person(person); err != nil || p.ForgottenAt == nil || strings.Contains(p.Name, "planted") {
			t.Errorf("%+v, %v", p, err)
		}
		if n, err := r.NeedByID(done.ID); err != nil || n.What != "" || n.PurgedAt == nil || n.State != models.NeedClosed {
			t.Errorf("%+v, %v", n, err)
		}
		if o, err := r.OfferByID(kept.ID); err != nil || o.What != "" || o.State != models.OfferWithdrawn {
			t.Errorf("%+v, %v", o, err)
		}
		if n, err := r.NeedByID(open3.ID); err != nil || n.State != models.NeedOpen || n.What == "" {
			t.Errorf("what was never forgotten: %+v, %v", n, err)
		}
		if count(t, w.Store, "secret", "true") != 0 {
			t.Error("private values are back")
		}
		if err := w.Scrub(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := bytes.Count(rawFiles(t, s.Dir()), []byte("planted-")); got > 0 {
			t.Errorf("what was forgotten is %d times in the files", got)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// Opened as it is, there is nothing to do again.
	w.Store = openSQLite(t, in(s.Dir()))
	size := w.forgotten.size
	if got := count(t, w.Store, "installation", "forgotten = ?", size); got != 1 || size == 0 {
		t.Error("the database does not know that all of the list is carried out")
	}
}

// A line that a crash cut short is no line, and a commit that failed leaves none.
func TestListOfWhatWasForgotten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), forgottenFile)
	if err := os.WriteFile(path, []byte("need 12 2026-12-07T17:00:00Z\nneed 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := openForgotten(path)
	if err != nil || list.size != 29 {
		t.Fatal(list, err)
	}
	at := time.Date(2026, 12, 8, 1, 2, 3, 456000, time.UTC)
	if _, err := list.add([]entry{{kindPerson, 34, at}}); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if want := "need 12 2026-12-07T17:00:00Z\nperson 34 2026-12-08T01:02:03.000456Z\n"; err != nil || string(raw) != want {
		t.Errorf("%q, %v", raw, err)
	}
	if e, err := parseEntry("person 34 2026-12-08T01:02:03.000456Z\n"); err != nil || e != (entry{kindPerson, 34, at}) {
		t.Errorf("%+v, %v", e, err)
	}
	for _, line := range []string{"", "need 12", "need x 2026-12-07T17:00:00Z", "need 12 yesterday"} {
		if _, err := parseEntry(line); err == nil {
			t.Errorf("%q is read", line)
		}
	}
	if err := list.close(); err != nil {
		t.Fatal(err)
	}
}
