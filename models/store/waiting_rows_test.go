package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What is asked with every answer, every reaction and every new session goes by
// an index.
func TestQuestionsOfPlatformsGoByIndexes(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	for what, query := range map[string]string{
		"waiting":   "SELECT * FROM outbox WHERE coalition_id = 1 AND account_id = 1 AND state = 'waiting' ORDER BY id DESC LIMIT 5",
		"sweep":     "SELECT id FROM outbox WHERE state = 'waiting' AND created_at < '2026' LIMIT 200",
		"named":     "SELECT * FROM outbox WHERE coalition_id = 1 AND dedup_key IN ('a', 'b') AND created_at > '2026' LIMIT 1",
		"members":   "SELECT * FROM member WHERE coalition_id = 1 AND account_id = 1 ORDER BY space_id",
		"seen":      "SELECT * FROM member WHERE coalition_id = 1 AND space_id = 1 AND account_id > 1 ORDER BY account_id LIMIT 100",
		"mapped":    "SELECT * FROM person WHERE coalition_id = 1 AND mapped <> 0 AND id > 1 ORDER BY id LIMIT 100",
		"sighted":   "SELECT a.id, m.roles FROM space s LEFT JOIN account a ON a.coalition_id = s.coalition_id AND a.platform = s.platform AND a.remote = 'x' LEFT JOIN member m ON m.space_id = s.id AND m.account_id = a.id WHERE s.platform = 'p' AND s.remote = 'y'",
		"card":      "SELECT * FROM card WHERE platform = 'p' AND remote_id = 'm' AND remote_id <> ''",
		"reacted":   "SELECT count(*) FROM account a JOIN reaction l ON l.card_id = 1 AND l.account_id = a.id AND l.emoji = 'e' WHERE a.coalition_id = 1 AND a.platform = 'p' AND a.remote = 'r' AND l.present",
		"levels":    "SELECT a.remote, l.emoji FROM reaction l CROSS JOIN account a WHERE l.card_id = 1 AND l.coalition_id = 1 AND l.present AND a.id = l.account_id",
		"openNeeds": strings.NewReplacer("?", "1").Replace("SELECT c.* FROM need n CROSS JOIN card c CROSS JOIN room r CROSS JOIN space s WHERE n.coalition_id = ? AND n.state <> 'closed' AND n.state <> 'done' AND n.number > 0 AND c.kind = 'need' AND c.entity_id = n.id AND r.id = c.room_id AND s.id = r.space_id"),
	} {
		for _, plan := range plansOf(t, s, query) {
			if strings.HasPrefix(plan, "SCAN") && !strings.Contains(plan, "outbox_waiting") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: %s", what, plan)
			}
		}
	}
}

// plansOf is how the database answers a question.
func plansOf(t *testing.T, s *Store, query string) (plans []string) {
	t.Helper()
	rows, err := s.readSQL.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var plan string
		if err := rows.Scan(&id, &parent, &unused, &plan); err != nil {
			t.Fatal(err)
		}
		plans = append(plans, plan)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plans
}

func TestCardByItsMessageAlone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		ours, theirs := furnish(found(t, s, "shire")), furnish(found(t, s, "elsewhere"))
		ours.act(func(tx *Tx) error {
			for message, want := range map[string]models.ID{ours.card.RemoteID: ours.card.ID, theirs.card.RemoteID: 0, "": 0, "none": 0} {
				card, err := tx.CardAt("terminal", "", message)
				if err != nil || (card == nil) != (want == 0) || card != nil && card.ID != want {
					t.Errorf("%q: %v, %v", message, card, err)
				}
			}
			return nil
		})
	})
}

// Only the messages named are shown, and only those that wait.
func TestShownOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.act(func(tx *Tx) error {
			for range 3 {
				if err := tx.Tell(w.person, models.Message{Key: "hello"}); err != nil {
					return err
				}
			}
			return nil
		})
		var ids []models.ID
		for range 2 {
			for _, out := range w.claimOut(noon) {
				w.finish(out, noon, Result{State: models.OutWaiting, NotShown: true})
				ids = append(ids, out.ID)
			}
		}
		list, total, err := w.reader().Waiting(w.account, 1)
		if err != nil || len(list) != 1 || total != 2 || list[0].ID != max(ids[0], ids[1]) {
			t.Fatalf("%d of %d, %v", len(list), total, err)
		}
		third := w.claimOut(noon)[0] // pending, and not to be touched
		if err := w.Shown(t.Context(), noon, []models.ID{ids[0], third.ID}); err != nil {
			t.Fatal(err)
		}
		if n := count(t, w.Store, "outbox", "state = 'sent' AND sent_at IS NOT NULL"); n != 1 {
			t.Errorf("%d were shown", n)
		}
		if n := count(t, w.Store, "outbox", "state = 'pending'"); n != 1 {
			t.Errorf("%d are pending", n)
		}
		if _, err := w.Sweep(t.Context(), noon.Add(waitingLasts), time.Hour); err != nil {
			t.Fatal(err)
		}
		if n := count(t, w.Store, "outbox", "state = 'waiting'"); n != 1 {
			t.Errorf("%d wait on their last day", n)
		}
		if _, err := w.Sweep(t.Context(), noon.Add(waitingLasts+time.Second), time.Hour); err != nil {
			t.Fatal(err)
		}
		if n := count(t, w.Store, "outbox", "state = 'waiting'"); n != 0 {
			t.Errorf("%d wait after that", n)
		}
	})
}

func TestNamedOnceAnHour(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		th := furnish(found(t, open(t), "shire"))
		for _, after := range []time.Duration{0, time.Minute, 59 * time.Minute, time.Hour, 119 * time.Minute, 3 * time.Hour} {
			err := th.Update(t.Context(), noon.Add(40*time.Minute+after), func(tx *Tx) error {
				tx.In(th.coalition)
				account, err := tx.AccountByID(th.beas)
				if err != nil {
					return err
				}
				return tx.Name(th.card, account, models.Message{Key: "delivery.named"})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, th.Store, "outbox", "kind = 'room'"); n != 3 {
			t.Errorf("named %d times, want 3", n)
		}
	})
}

// What one unit of a batch notes about members, the next one sees.
func TestUnitsSeeMembersOfTheirBatch(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		th := furnish(found(t, open(t), "shire"))
		member := &models.Member{SpaceID: th.space, AccountID: th.account, CoalitionID: th.coalition, Roles: "r1", Present: true, At: noon}
		look := func(want string) func(*Tx) error {
			return th.as("ann", func(tx *Tx) error {
				links, err := tx.Links()
				if err != nil {
					return err
				}
				members, err := tx.Membership(th.person)
				if err != nil {
					return err
				}
				gone, err := tx.Gone(th.account)
				if got := fmt.Sprint(models.Mapped(links, members), len(members), gone); got != want {
					t.Errorf("a unit sees %s, want %s", got, want)
				}
				return err
			})
		}
		add := func(present bool) func(*Tx) error {
			return th.as("ann", func(tx *Tx) error {
				now := *member
				now.Present = present
				tx.Add(&now)
				return nil
			})
		}
		unlink := th.as("ann", func(tx *Tx) error {
			links, err := tx.Links()
			if err == nil {
				tx.Remove(links[0])
			}
			return err
		})
		for i, err := range inOneBatch(t, th.Store, look("neighbor 0 false"), add(true), look("organizer 1 false"), add(false), look("neighbor 1 true"),
			add(true), unlink, look("neighbor 1 false")) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
	})
}

// Known reactions go with the card's message, and nothing else does.
func TestForgettingReactions(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		ours, theirs := furnish(found(t, s, "shire")), furnish(found(t, s, "elsewhere"))
		left := func(want int) {
			t.Helper()
			if n := count(t, s, "reaction", "card_id = ?", ours.card.ID); n != want {
				t.Errorf("%d reactions are known, want %d", n, want)
			}
			if n := count(t, s, "reaction", "card_id = ?", theirs.card.ID); n != 1 {
				t.Errorf("%d reactions of others are known", n)
			}
		}
		add := func() {
			ours.act(func(tx *Tx) error {
				for _, emoji := range []string{"✋", "✅"} {
					tx.Add(&models.Reaction{CardID: ours.card.ID, AccountID: ours.account, Emoji: emoji, CoalitionID: tx.coalition, Present: true})
				}
				return nil
			})
		}
		add()
		if err := s.ForgetSome(t.Context(), noon, "terminal", ours.card.RemoteID, []KnownReaction{{Account: "ann", Emoji: "✅"}, {Account: "bea", Emoji: "✋"}}); err != nil {
			t.Fatal(err)
		}
		left(1)
		add()
		forget := func(message string, gone, want bool, emojis ...string) {
			t.Helper()
			if found, err := s.ForgetReactions(t.Context(), noon, "terminal", message, gone, emojis...); err != nil || found != want {
				t.Errorf("found %v, %v", found, err)
			}
		}
		forget(ours.card.RemoteID, false, true, "✅")
		left(1)
		add()
		forget(ours.card.RemoteID, false, true)
		left(0)
		add()
		forget("another", true, false)
		left(2)
		forget(ours.card.RemoteID, true, true)
		left(0)
		if n := count(t, s, "card", "id = ? AND remote_id = ''", ours.card.ID); n != 1 {
			t.Error("the card is still that message")
		}
		forget(ours.card.RemoteID, true, false)
	})
}
