package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func whats(list []*models.Need) []string {
	names := []string{}
	for _, n := range list {
		names = append(names, n.What)
	}
	return names
}

// board puts needs on the board, named for how they rank.
func board(w town) {
	add := func(what string, hours int, change ...func(*models.Need)) {
		w.need(append([]func(*models.Need){func(n *models.Need) {
			n.What, n.RankAt = what, noon.Add(time.Duration(hours)*time.Hour)
		}}, change...)...)
	}
	in := func(state models.NeedState) func(*models.Need) { return func(n *models.Need) { n.State = state } }
	add("third", 3)
	add("first", -30)
	add("fifth, filed before the sixth", 5, func(n *models.Need) { n.Category, n.AreaID = "rides", 7 })
	add("sixth", 5, func(n *models.Need) { n.Category, n.AreaID = "rides", 8 })
	add("second, under way", 2, in(models.NeedInProgress))
	add("fourth, one of two taken", 4, func(n *models.Need) { n.Slots, n.Claimed, n.AreaID = 2, 1, 7 })
	add("full", 1, func(n *models.Need) { n.Claimed = 1 })
	for _, state := range []models.NeedState{models.NeedDone, models.NeedFollowup, models.NeedClosed} {
		add("not on the board", 1, in(state))
	}
	add("a draft", 1, in(models.NeedDraft), func(n *models.Need) { n.Number = 0 })
}

func TestBoard(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		board(w)
		order := []string{"first", "second, under way", "third", "fourth, one of two taken", "fifth, filed before the sixth", "sixth"}
		tests := []struct {
			filter        Filter
			offset, limit int
			want          []string
			total         int64
		}{
			{Filter{}, 0, 100, order, 6},
			{Filter{}, 0, 4, order[:4], 6},
			{Filter{}, 4, 4, order[4:], 6},
			{Filter{}, 6, 4, nil, 6},
			{Filter{Category: "rides"}, 0, 4, order[4:], 2},
			{Filter{AreaID: 7}, 0, 4, order[3:5], 2},
			{Filter{Category: "rides", AreaID: 7}, 0, 4, order[4:5], 1},
			{Filter{Category: "garden"}, 0, 4, nil, 0},
		}
		for _, tt := range tests {
			page, total, err := w.reader().Board(tt.filter, tt.offset, tt.limit)
			if err != nil || total != tt.total || !slices.Equal(whats(page), tt.want) {
				t.Errorf("%+v from %d: %q of %d, %v; want %q of %d", tt.filter, tt.offset, whats(page), total, err, tt.want, tt.total)
			}
		}
	})
}

// Paging shows every need once, however many rank alike.
func TestBoardPagesHaveNoGaps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		const needs = 23
		w.act(func(tx *Tx) error {
			for i := range needs {
				n, err := newNeed(tx, func(n *models.Need) { n.RankAt = noon.Add(time.Duration(i%2) * time.Hour) })
				if err != nil {
					return err
				}
				tx.Add(n)
			}
			return nil
		})
		seen := map[int64]bool{}
		for offset := 0; offset < needs; offset += 5 {
			page, total, err := w.reader().Board(Filter{}, offset, 5)
			if err != nil || total != needs {
				t.Fatalf("a page of %d in all, %v", total, err)
			}
			for _, n := range page {
				seen[n.Number] = true
			}
		}
		if len(seen) != needs {
			t.Errorf("the pages show %d needs of %d", len(seen), needs)
		}
	})
}

func TestSuggest(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		board(w)
		w.do(w.as("bea", func(tx *Tx) error { // asks for something herself
			n, err := newNeed(tx, func(n *models.Need) { n.What, n.AreaID, n.RankAt = "bea's own", 7, noon.Add(-time.Hour) })
			tx.Add(n)
			return err
		}))
		w.do(claim(w, "bea", models.Ref{Kind: models.KindNeed, Number: 6})) // the fourth is now full
		w.do(claim(w, "cid", models.Ref{Kind: models.KindNeed, Number: 5})) // the second too
		bea, err := w.Actor(t.Context(), Who{Platform: "terminal", Space: "shire", Account: "bea"})
		if err != nil {
			t.Fatal(err)
		}
		first, err := w.reader().Need(models.Ref{Kind: models.KindNeed, Number: 2})
		if err != nil {
			t.Fatal(err)
		}
		near := *first
		near.AreaID = 7
		const fifth = "fifth, filed before the sixth"
		tests := []struct {
			name   string
			like   models.Need
			person models.ID
			limit  int
			want   []string
		}{
			{"the board's order, without the need itself", *first, bea.Person.ID, 10, []string{"third", fifth, "sixth"}},
			{"its area first", near, bea.Person.ID, 10, []string{fifth, "third", "sixth"}},
			{"only so many", near, bea.Person.ID, 2, []string{fifth, "third"}},
			{"never what one asked for", near, w.person, 10, []string{"bea's own"}},
		}
		for _, tt := range tests {
			got, err := w.reader().Suggest(&tt.like, tt.person, tt.limit)
			if err != nil || !slices.Equal(whats(got), tt.want) {
				t.Errorf("%s: %q, %v; want %q", tt.name, whats(got), err, tt.want)
			}
		}
	})
}

// What one has a live claim on is not suggested, though a slot is free.
func TestSuggestNothingTaken(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need(func(n *models.Need) { n.Slots = 2 })
		w.do(claim(w, "bea", n.Ref()))
		for account, want := range map[string]int{"bea": 0, "cid": 1} {
			w.do(w.as(account, func(*Tx) error { return nil }))
			a, err := w.Actor(t.Context(), Who{Platform: "terminal", Space: "shire", Account: account})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := w.reader().Suggest(&models.Need{}, a.Person.ID, 10); err != nil || len(got) != want {
				t.Errorf("%s is suggested %q, %v; want %d", account, whats(got), err, want)
			}
		}
	})
}

func TestListsOfOnesOwn(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		board(w)
		asked, err := w.reader().Asked(w.person)
		if err != nil || len(asked) != 9 || asked[0].What != "a draft" {
			t.Errorf("asked: %q, %v; want nine that are not over, the draft first", whats(asked), err)
		}
		for i := 2; i < len(asked); i++ {
			if asked[i-1].Number >= asked[i].Number {
				t.Errorf("asked: N%d before N%d", asked[i-1].Number, asked[i].Number)
			}
		}
		w.do(claim(w, "bea", models.Ref{Kind: models.KindNeed, Number: 1}))
		w.do(claim(w, "bea", models.Ref{Kind: models.KindNeed, Number: 2}))
		bea, err := w.Actor(t.Context(), Who{Platform: "terminal", Space: "shire", Account: "bea"})
		if err != nil {
			t.Fatal(err)
		}
		taken, err := w.reader().Taken(bea.Person.ID)
		if err != nil || !slices.Equal(whats(taken), []string{"first", "third"}) {
			t.Errorf("taken: %q, %v", whats(taken), err)
		}
	})
}

func TestOffers(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		states := []models.OfferState{models.OfferAvailable, models.OfferPaused, models.OfferAvailable, models.OfferWithdrawn, models.OfferExpired, models.OfferAvailable}
		w.act(func(tx *Tx) error {
			for i, state := range states {
				posted := noon.Add(time.Duration(i) * time.Hour)
				tx.Add(&models.Offer{ID: tx.ID(), CoalitionID: tx.coalition, Number: int64(i + 1), State: state, What: fmt.Sprint("offer ", i+1),
					Category: "garden", PersonID: w.person, PostedAt: &posted})
			}
			tx.Add(&models.Offer{ID: tx.ID(), CoalitionID: tx.coalition, State: models.OfferDraft, PersonID: w.person})
			return nil
		})
		numbers := func(list []*models.Offer) (n []int64) {
			for _, o := range list {
				n = append(n, o.Number)
			}
			return n
		}
		page, total, err := w.reader().Offers(Filter{}, 0, 2)
		if err != nil || total != 3 || !slices.Equal(numbers(page), []int64{6, 3}) {
			t.Errorf("the first page: %v of %d, %v", numbers(page), total, err)
		}
		page, total, err = w.reader().Offers(Filter{Category: "garden"}, 2, 2)
		if err != nil || total != 3 || !slices.Equal(numbers(page), []int64{1}) {
			t.Errorf("the second page: %v of %d, %v", numbers(page), total, err)
		}
		if page, total, err = w.reader().Offers(Filter{Category: "food"}, 0, 2); err != nil || total != 0 || len(page) != 0 {
			t.Errorf("of another category: %v of %d, %v", numbers(page), total, err)
		}
		own, err := w.reader().Offered(w.person)
		if err != nil || !slices.Equal(numbers(own), []int64{0, 1, 2, 3, 5, 6}) {
			t.Errorf("one's own: %v, %v", numbers(own), err)
		}
	})
}
