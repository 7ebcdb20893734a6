package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// things are one coalition's rows, of every table that is read.
type things struct {
	town
	need, taken *models.Need // the second is claimed by the person who is not the owner
	offer       *models.Offer
	area        *models.Area
	room        *models.Room
	card        *models.Card
	bea         models.ID // a volunteer and organizer, who claimed, and left
	beas        models.ID // bea's account
	space       models.ID
}

// furnish fills a coalition. Two of them differ in nothing but their ids and
// the ids of their space, room and messages.
func furnish(w town) *things {
	th := &things{town: w}
	w.act(func(tx *Tx) error {
		th.area = &models.Area{ID: tx.ID(), CoalitionID: tx.coalition, Name: "Lee", Folded: "lee"}
		bea := &models.Person{ID: tx.ID(), CoalitionID: tx.coalition, Name: "Bea", Roles: models.Volunteer | models.Organizer, Mapped: models.Organizer, LiveClaims: 1, BlockedAt: &tx.Now}
		account := &models.Account{ID: tx.ID(), CoalitionID: tx.coalition, PersonID: bea.ID, Platform: "terminal", Remote: "bea"}
		space, err := tx.SpaceOf(w.who.Platform, w.who.Space)
		if err != nil {
			return err
		}
		th.bea, th.beas, th.space = bea.ID, account.ID, space.ID
		tx.Add(th.area, bea, account,
			&models.Member{SpaceID: space.ID, AccountID: account.ID, CoalitionID: tx.coalition, Roles: "r1", At: tx.Now},
			&models.RoleLink{ID: tx.ID(), CoalitionID: tx.coalition, SpaceID: space.ID, Remote: "r1", Role: models.Organizer, CreatedAt: tx.Now},
			&models.Out{ID: tx.ID(), CoalitionID: tx.coalition, Kind: models.OutDirect, Platform: "terminal", AccountID: account.ID, DedupKey: w.who.Space + "/waits", State: models.OutWaiting, DueAt: tx.Now, NextAt: tx.Now, CreatedAt: tx.Now})
		if th.need, err = newNeed(tx); err != nil {
			return err
		}
		if th.taken, err = newNeed(tx, func(n *models.Need) { n.Slots, n.Claimed = 2, 1 }); err != nil {
			return err
		}
		th.offer = &models.Offer{ID: tx.ID(), CoalitionID: tx.coalition, State: models.OfferDraft, What: "Seeds", PersonID: w.person, CreatedAt: tx.Now}
		number, err := tx.NextNumber(models.KindOffer)
		if err != nil {
			return err
		}
		if err := th.offer.Post(number, tx.Now); err != nil {
			return err
		}
		draft := &models.Need{ID: tx.ID(), CoalitionID: tx.coalition, State: models.NeedDraft, What: "Seeds", People: 1, Slots: 1, PersonID: bea.ID, FilerID: bea.ID, CreatedAt: tx.Now}
		over, err := newNeed(tx, func(n *models.Need) { n.State, n.EndedAt = models.NeedDone, &tx.Now })
		if err != nil {
			return err
		}
		tx.Add(th.need, th.taken, over, th.offer, draft,
			&models.Claim{ID: tx.ID(), CoalitionID: tx.coalition, NeedID: th.taken.ID, PersonID: bea.ID, AccountID: account.ID, State: models.ClaimLive},
			&models.KeepAway{ID: tx.ID(), CoalitionID: tx.coalition, PersonID: w.person, OtherID: bea.ID, CreatedAt: tx.Now},
			&models.Look{ID: tx.ID(), CoalitionID: tx.coalition, NeedID: th.taken.ID, PersonID: bea.ID, AsTeam: true, At: tx.Now},
			&models.Dialog{PersonID: w.person, CoalitionID: tx.coalition, Name: "need", Step: "what"},
			&models.Choice{AccountID: w.account, Number: 1, CoalitionID: tx.coalition, Line: "post", At: tx.Now},
			&models.Inbox{Platform: "terminal", Account: "ann", EventID: w.who.Space + "/e1", CoalitionID: tx.coalition, Command: "need", At: tx.Now})
		tx.Record(th.need.Entity(), "posted")
		return errors.Join(tx.Show(th.need.Entity()), tx.Seal(th.need.Entity(), models.FieldContact, "413-555-0142"))
	})
	w.act(func(tx *Tx) error {
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		cards, err := tx.Cards(th.need.Entity())
		if err != nil {
			return err
		}
		th.room, th.card = rooms[0], cards[0]
		th.card.RemoteID = w.who.Space + "/m1"
		tx.Save(th.card)
		tx.Add(&models.Reaction{CardID: th.card.ID, AccountID: w.account, Emoji: "✋", CoalitionID: tx.coalition, Present: true})
		return nil
	})
	return th
}

// asks has a question for every method of Reader, about the things given.
var asks = map[string]func(r Reader, th *things) (any, error){
	"Account":   func(r Reader, th *things) (any, error) { return r.Account(th.account) },
	"AccountOf": func(r Reader, th *things) (any, error) { return r.AccountOf(th.person) },
	"Apart":     func(r Reader, th *things) (any, error) { return r.Apart(th.bea, th.person) },
	"ApartFrom": func(r Reader, th *things) (any, error) {
		list, err := r.ApartFrom(th.bea)
		return slices.Contains(list, th.person), err
	},
	"Known":          func(r Reader, _ *things) (any, error) { return r.Known(100) },
	"Over":           func(r Reader, th *things) (any, error) { return r.Over(th.person, 100) },
	"PersonAt":       func(r Reader, _ *things) (any, error) { return r.PersonAt("terminal", "bea") },
	"Behind":         func(r Reader, _ *things) (any, error) { return r.Behind() },
	"RoomsIn":        func(r Reader, th *things) (any, error) { return r.RoomsIn("terminal", th.who.Space) },
	"Space":          func(r Reader, th *things) (any, error) { return r.Space(th.room.SpaceID) },
	"Blocked":        func(r Reader, _ *things) (any, error) { return r.Blocked() },
	"TakenBy":        func(r Reader, th *things) (any, error) { return r.TakenBy(th.bea) },
	"WithRole":       func(r Reader, _ *things) (any, error) { return r.WithRole(models.Volunteer) },
	"KeepAways":      func(r Reader, th *things) (any, error) { return r.KeepAways(th.person) },
	"Looks":          func(r Reader, th *things) (any, error) { return r.Looks(th.taken.ID) },
	"TeamLooksSince": func(r Reader, th *things) (any, error) { return r.TeamLooksSince(th.bea, time.Time{}) },
	"FiledSince":     func(r Reader, th *things) (any, error) { return r.FiledSince(th.person, time.Time{}) },
	"AllAreas":       func(r Reader, _ *things) (any, error) { return r.AllAreas() },
	"Area":           func(r Reader, th *things) (any, error) { return r.Area(th.area.ID) },
	"Areas":          func(r Reader, _ *things) (any, error) { return r.Areas() },
	"Asked":          func(r Reader, th *things) (any, error) { return r.Asked(th.person) },
	"Board":          func(r Reader, _ *things) (any, error) { return counted(r.Board(Filter{}, 0, 100)) },
	"Card":           func(r Reader, th *things) (any, error) { return r.Card(th.card.ID) },
	"CardAt":         func(r Reader, th *things) (any, error) { return r.CardAt("terminal", th.room.Remote, th.card.RemoteID) },
	"Cards":          func(r Reader, th *things) (any, error) { return r.Cards(th.need.Entity()) },
	"Choices":        func(r Reader, th *things) (any, error) { return r.Choices(th.account, time.Time{}) },
	"Claims":         func(r Reader, th *things) (any, error) { return r.Claims(th.taken.ID) },
	"Coalition":      func(r Reader, _ *things) (any, error) { return r.Coalition() },
	"Dialog":         func(r Reader, th *things) (any, error) { return r.Dialog(th.person) },
	"Draft": func(r Reader, th *things) (any, error) {
		e, err := r.Draft(th.bea)
		return !e.Zero(), err
	},
	"Everything": func(r Reader, th *things) (any, error) {
		e, err := r.Everything(th.person, 100)
		if err != nil {
			return nil, err
		}
		return e.Needs, nil
	},
	"History":   func(r Reader, th *things) (any, error) { return r.History(th.need.Entity(), 100) },
	"CardsOpen": func(r Reader, _ *things) (any, error) { return r.CardsOpen("terminal") },
	"Gone":      func(r Reader, th *things) (any, error) { return r.Gone(th.beas) },
	"Levels": func(r Reader, th *things) (any, error) {
		list, err := r.Levels(th.card.ID)
		return len(list) == 1 && list[0].Account == "ann", err
	},
	"Pending":      func(r Reader, th *things) (any, error) { return r.Pending(th.card.ID) },
	"Reacted":      func(r Reader, th *things) (any, error) { return r.Reacted(th.card.ID, "terminal", "ann", "✋") },
	"Links":        func(r Reader, _ *things) (any, error) { return r.Links() },
	"MembersOf":    func(r Reader, th *things) (any, error) { return r.MembersOf(th.beas) },
	"PeopleMapped": func(r Reader, _ *things) (any, error) { return r.PeopleMapped(0, 100) },
	"PeopleSeen": func(r Reader, th *things) (any, error) {
		list, _, err := r.PeopleSeen(th.space, 0, 100)
		return slices.Contains(list, th.bea), err
	},
	"Waiting": func(r Reader, th *things) (any, error) {
		list, total, err := r.Waiting(th.beas, 100)
		return counted(list, int64(total), err)
	},
	"Need":        func(r Reader, th *things) (any, error) { return r.Need(th.need.Ref()) },
	"NeedByID":    func(r Reader, th *things) (any, error) { return r.NeedByID(th.need.ID) },
	"Offer":       func(r Reader, th *things) (any, error) { return r.Offer(th.offer.Ref()) },
	"OfferByID":   func(r Reader, th *things) (any, error) { return r.OfferByID(th.offer.ID) },
	"Offered":     func(r Reader, th *things) (any, error) { return r.Offered(th.person) },
	"Offers":      func(r Reader, _ *things) (any, error) { return counted(r.Offers(Filter{}, 0, 100)) },
	"PeopleNamed": func(r Reader, _ *things) (any, error) { return r.PeopleNamed(strings.ToLower, "ann") },
	"Person":      func(r Reader, th *things) (any, error) { return r.Person(th.person) },
	"Private":     func(r Reader, th *things) (any, error) { return r.Private(th.need.Entity()) },
	"Reaction":    func(r Reader, th *things) (any, error) { return r.Reaction(th.card.ID, th.account, "✋") },
	"Room":        func(r Reader, th *things) (any, error) { return r.Room(th.room.ID) },
	"RoomOf":      func(r Reader, th *things) (any, error) { return r.RoomOf("terminal", th.room.Remote) },
	"Rooms":       func(r Reader, _ *things) (any, error) { return r.Rooms() },
	"Seen":        func(r Reader, th *things) (any, error) { return r.Seen("terminal", "ann", th.who.Space+"/e1") },
	"Suggest":     func(r Reader, th *things) (any, error) { return r.Suggest(&models.Need{}, 1, 100) },
	"Taken":       func(r Reader, th *things) (any, error) { return r.Taken(th.bea) },
	"Team":        func(r Reader, _ *things) (any, error) { return r.Team(models.Organizer) },
}

// counted fails if a list is not as long as the count beside it.
func counted[T any](page []T, total int64, err error) (any, error) {
	if err == nil && int64(len(page)) != total {
		return nil, fmt.Errorf("%d rows, but the total is %d", len(page), total)
	}
	return page, err
}

// Nothing crosses between coalitions: a reader of one finds its own rows, and
// never another's, whatever it asks.
func TestReadersSeeTheirOwnCoalition(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		ours, theirs := furnish(found(t, s, "shire")), furnish(found(t, s, "elsewhere"))
		for method := range reflect.TypeFor[Reader]().Methods() {
			ask := asks[method.Name]
			if ask == nil {
				t.Errorf("Reader.%s has no case here: does it see one coalition only?", method.Name)
				continue
			}
			for _, reader := range []*things{ours, theirs} {
				own, err := ask(reader.reader(), reader)
				if found := belongings(t, own); err != nil || len(found) == 0 || found[0] != 0 && found[0] != reader.coalition {
					t.Errorf("%s finds %v of its own coalition %d, %v", method.Name, found, reader.coalition, err)
				}
			}
			got, err := ask(ours.reader(), theirs)
			if err != nil && !errors.Is(err, ErrNotFound) {
				t.Errorf("%s about another coalition: %v", method.Name, err)
			}
			for _, of := range belongings(t, got) {
				if of != ours.coalition {
					t.Errorf("%s of coalition %d gives a row of %d", method.Name, ours.coalition, of)
				}
			}
		}
		if methods := reflect.TypeFor[Reader]().NumMethod(); methods != len(asks) {
			t.Errorf("%d methods, %d cases", methods, len(asks))
		}
	})
}

// belongings lists the coalitions of the rows in an answer, 0 for what is
// found and does not say.
func belongings(t *testing.T, answer any) []models.ID {
	t.Helper()
	v := reflect.ValueOf(answer)
	switch v.Kind() {
	case reflect.Invalid:
		return nil
	case reflect.Bool:
		if v.Bool() {
			return []models.ID{0}
		}
		return nil
	case reflect.Map:
		return make([]models.ID, v.Len())
	case reflect.Slice:
		var all []models.ID
		for i := range v.Len() {
			all = append(all, belongings(t, v.Index(i).Interface())...)
		}
		return all
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if c, ok := v.Interface().(models.Coalition); ok {
		return []models.ID{c.ID}
	}
	of := v.FieldByName("CoalitionID")
	if !of.IsValid() {
		t.Fatalf("%T has no coalition", answer)
	}
	return []models.ID{models.ID(of.Int())}
}

// A unit of work reads through the same questions; what it asks beyond them is
// scoped too.
func TestUnitsOfWorkSeeTheirOwnCoalition(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		ours, theirs := furnish(found(t, s, "shire")), furnish(found(t, s, "elsewhere"))
		before := count(t, s, "outbox", "true")
		ours.act(func(tx *Tx) error {
			if _, err := tx.NeedByID(theirs.need.ID); !errors.Is(err, ErrNotFound) {
				t.Errorf("another coalition's need: %v", err)
			}
			if n, err := tx.Need(theirs.need.Ref()); err != nil || n.ID != ours.need.ID {
				t.Errorf("the reference gives %v, %v", n, err)
			}
			tx.EraseSecrets(theirs.need.Entity())
			return errors.Join(tx.Tell(theirs.person, models.Message{Key: "hello"}), tx.Show(ours.need.Entity()))
		})
		if private, err := theirs.reader().Private(theirs.need.Entity()); err != nil || len(private) != 1 {
			t.Errorf("another coalition's private values were erased: %v, %v", private, err)
		}
		if after := count(t, s, "outbox", "true"); after != before {
			t.Errorf("%d rows in the outbox, %d before", after, before)
		}
		// Before anybody acts there is no coalition, and nothing to see.
		ours.do(func(tx *Tx) error {
			if _, err := tx.NeedByID(ours.need.ID); !errors.Is(err, ErrNotFound) {
				t.Errorf("a need without an actor: %v", err)
			}
			return nil
		})
	})
}

func TestReadersCannotWrite(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		for _, statement := range []string{"DELETE FROM need", "UPDATE need SET what = ''", "CREATE TABLE t (a integer)"} {
			err := explain(w.read.WithContext(t.Context()).Exec(statement).Error)
			wantErr(t, statement, err, ErrReadOnly)
		}
		if got, err := w.reader().NeedByID(n.ID); err != nil || got.What != n.What {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
