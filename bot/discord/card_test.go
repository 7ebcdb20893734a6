package discord

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the coalition's zone is known everywhere

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// gallery is a coalition with a card of each kind.
type gallery struct {
	*testing.T
	reg       *commands.Registry
	who       store.Who
	coalition *models.Coalition
	area      models.ID
	sam, dee  models.ID
	number    int64
	now       time.Time
	b         strings.Builder
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	g := &gallery{T: t, now: time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC), who: store.Who{Platform: name, Space: "1", Account: "2", Name: "Ana"}}
	now := func() time.Time { return g.now }
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if g.reg, err = commands.New(s, commands.Options{Now: now}); err != nil {
		t.Fatal(err)
	}
	if _, err = g.reg.Found(t.Context(), commands.Founding{Who: g.who, Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board"}}); err != nil {
		t.Fatal(err)
	}
	g.do(func(tx *store.Tx) {
		g.coalition = tx.Actor.Coalition
		g.coalition.Name = "Larch County *Mutual* Aid"
		area := &models.Area{ID: tx.ID(), CoalitionID: g.coalition.ID, Name: "Quarry Falls", Folded: "quarry falls"}
		sam := &models.Person{ID: tx.ID(), CoalitionID: g.coalition.ID, Name: "Sam_<@1>", ShowName: true}
		dee := &models.Person{ID: tx.ID(), CoalitionID: g.coalition.ID, Name: "Dee"}
		g.area, g.sam, g.dee = area.ID, sam.ID, dee.ID
		tx.Save(g.coalition)
		tx.Add(area, sam, dee)
	})
	return g
}

func (g *gallery) do(change func(tx *store.Tx)) {
	g.Helper()
	err := g.reg.Store().Update(g.Context(), g.now, func(tx *store.Tx) error {
		if err := tx.Act(g.who); err != nil {
			return err
		}
		change(tx)
		return nil
	})
	if err != nil {
		g.Fatal(err)
	}
}

// need hangs up the card of a need that some have taken.
func (g *gallery) need(title string, state models.NeedState, helpers []models.ID, change func(*models.Need)) {
	g.Helper()
	g.number++
	n := &models.Need{
		CoalitionID: g.coalition.ID, Number: g.number, State: state, What: "ida y vuelta a la **clínica** https://example.com", Category: "rides", AreaID: g.area,
		When:     models.When{Kind: models.WhenMoment, At: time.Date(2026, 12, 10, 19, 0, 0, 0, time.UTC)},
		Priority: models.PrioritySoon, People: 1, Languages: "es", Slots: max(1, len(helpers)), Claimed: len(helpers), CreatedAt: g.now, PostedAt: &g.now,
	}
	if change != nil {
		change(n)
	}
	g.do(func(tx *store.Tx) {
		n.ID, n.PersonID, n.FilerID = tx.ID(), tx.Actor.Person.ID, tx.Actor.Person.ID
		tx.Add(n)
		for _, p := range helpers {
			tx.Add(&models.Claim{ID: tx.ID(), CoalitionID: n.CoalitionID, NeedID: n.ID, PersonID: p, AccountID: tx.Actor.Account.ID, State: models.ClaimLive, CreatedAt: g.now})
		}
	})
	g.hang(title, n.Entity())
}

// hang writes a card down as it is sent, in both languages.
func (g *gallery) hang(title string, e models.Entity) {
	g.Helper()
	for _, lang := range models.Langs() {
		card, err := g.reg.Card(g.Context(), g.coalition, e, name, lang)
		if err != nil {
			g.Fatal(title, err)
		}
		body := compose("", card)[0]
		body.Components = buttonRows(20, nil, card.Buttons, labels{})
		for _, s := range append([]string{body.Content}, descriptionOf(body.Embeds)) {
			readBy(g.T, s)
		}
		fmt.Fprintf(&g.b, "--- %s, %s\n%s\n", title, lang, body.Content)
		for _, line := range strings.Split(descriptionOf(body.Embeds), "\n") {
			fmt.Fprintln(&g.b, strings.TrimRight("| "+line, " "))
		}
		for _, row := range body.Components {
			for _, c := range row.Components {
				fmt.Fprintf(&g.b, "[%s] %s\n", c.Label, c.CustomID)
			}
		}
		if len(card.Seeds) > 0 {
			fmt.Fprintln(&g.b, strings.Join(card.Seeds, " "))
		}
	}
}

// TestCards compares each card, as it is sent, with the one that was looked at.
func TestCards(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	g.hang("welcome", models.Entity{Kind: models.KindWelcome, ID: g.coalition.ID})
	g.need("open", models.NeedOpen, nil, nil)
	g.need("open, some are there", models.NeedOpen, []models.ID{g.sam}, func(n *models.Need) { n.Slots, n.When = 2, models.When{Kind: models.WhenDay, At: n.When.At} })
	g.need("taken", models.NeedOpen, []models.ID{g.sam}, func(n *models.Need) { n.When.Kind = models.WhenMorning })
	g.need("taken by somebody", models.NeedOpen, []models.ID{g.dee}, func(n *models.Need) {
		n.When = models.When{Kind: models.WhenWeek, At: time.Date(2026, 12, 7, 5, 0, 0, 0, time.UTC)}
	})
	g.need("under way", models.NeedInProgress, []models.ID{g.sam}, func(n *models.Need) { n.AreaID, n.When, n.Languages = 0, models.When{Kind: models.WhenAnytime}, "" })
	g.need("under way, with two", models.NeedInProgress, []models.ID{g.sam, g.dee}, nil)
	g.need("another look", models.NeedFollowup, nil, nil)
	g.need("done", models.NeedDone, nil, nil)
	g.need("closed", models.NeedClosed, nil, func(n *models.Need) { n.What = "" })
	for _, state := range []models.OfferState{models.OfferAvailable, models.OfferWithdrawn} {
		g.number++
		o := &models.Offer{CoalitionID: g.coalition.ID, Number: g.number, State: state, What: "# two _cots_", Category: "supplies", AreaID: g.area, CreatedAt: g.now, PostedAt: &g.now}
		g.do(func(tx *store.Tx) {
			o.ID, o.PersonID = tx.ID(), tx.Actor.Person.ID
			tx.Add(o)
		})
		g.hang("offer, "+string(state), o.Entity())
	}
	const file = "testdata/cards.txt"
	if os.Getenv("SHIREBOT_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(g.b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := g.b.String(); got != string(want) {
		t.Errorf("the cards are other ones; look at them, then run the test with SHIREBOT_UPDATE=1:\n%s", got)
	}
}
