package commands

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestBoardEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "board", "No needs are open right now. To ask for something: need. To offer something: offer")
	w.hears("inés", "tablero", "Ahora no hay pedidos abiertos.", "pedir")
	w.hears("rosa", "board category:food", "No needs like that are open right now. To see all: board")
	w.hears("rosa", "offers", "Nothing is offered right now.")
	w.hears("rosa", "offers category:food", "Nothing like that is offered right now.")
	w.hears("rosa", "mine", "Nothing here yet.")
}

// Most urgent first, then what waits longest; what was taken is not there.
func TestBoardOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.posts("rosa", "need anytime-1 category:food when:anytime")
	w.pass(time.Minute)
	w.posts("rosa", "need anytime-2 category:food when:anytime")
	w.posts("rosa", "need week-3 category:food when:\"this week\"")
	w.posts("rosa", "need soon-4 category:food when:\"Thursday\"")
	w.posts("rosa", "need urgent-5 category:food when:\"tomorrow\"")
	w.says("sam", "claim N1")
	got := w.hears("rosa", "board", "Open needs, 1 to 4 of 4. Most urgent first.\nN5: Groceries. Urgent. Tomorrow.\n\"urgent-5\"\n\nN4: Groceries. Soon. Thursday.\n\"soon-4\"\n\nN3: Groceries. This week.\n\"week-3\"")
	var order []string
	for _, line := range strings.Split(got, "\n") {
		if strings.HasPrefix(line, "N") {
			order = append(order, line[:2])
		}
	}
	if strings.Join(order, " ") != "N5 N4 N3 N2" {
		t.Errorf("the order is %v in\n%s", order, got)
	}
	holds(t, "foot", got, "\nTake one: claim N5")
}

// A need that waited long enough comes before newer and more urgent ones.
func TestBoardAges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.posts("rosa", "need old category:food when:anytime")
	w.pass(20 * 24 * time.Hour)
	w.posts("rosa", `need new category:food when:"in 4 days"`)
	if got := w.says("rosa", "board"); strings.Index(got, "N1:") > strings.Index(got, "N2:") {
		t.Errorf("what waited 20 days is not first:\n%s", got)
	}
}

func TestBoardPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 11 {
		w.posts("rosa", fmt.Sprintf("need thing number %d category:food when:anytime", i+1))
		w.pass(time.Second)
	}
	first := w.hears("rosa", "board", "Open needs, 1 to 5 of 11.", "Next page: board 2. Take one: claim N1", "1 Next page")
	if lines := strings.Count(strings.TrimSuffix(first, "\n1 Next page"), "\n") + 1; lines > 16 {
		t.Errorf("a page has %d lines:\n%s", lines, first)
	}
	w.hears("rosa", "1", "Open needs, 6 to 10 of 11.", "N6", "N10", "Next page: board 3.")
	w.hears("rosa", "Next page", "Open needs, 11 to 11 of 11.", "N11")
	lacks(t, "last page", w.hears("rosa", "board 3"), "Next page")
	w.refused("rosa", "board 4", "The list has 3 pages.")
	w.refused("rosa", "board 0", "I need a number from 1 to 1,000 for page.")
	w.refused("rosa", "board two", `I read "two".`)
	w.hears("inés", "tablero 2", "Pedidos abiertos, 6 a 10 de 11.", "Página siguiente: tablero 3.")
	w.hears("inés", "1", "Pedidos abiertos, 11 a 11 de 11.")
}

func TestBoardFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 6 {
		w.posts("rosa", `need milk category:food area:"Quarry Falls" when:anytime`)
	}
	w.posts("rosa", "need masks category:supplies area:Stonebridge when:anytime")
	w.hears("rosa", "board category:supplies", "Open needs: 1.\nShown here: Supplies.\nN7: Supplies, Stonebridge. Any time.")
	w.hears("rosa", "board area:stonebridge category:food", "No needs like that are open right now.")
	w.hears("rosa", "board area:quarry falls category:food", "Open needs, 1 to 5 of 6.", "Shown here: Groceries and Quarry Falls.", "1 Next page")
	w.hears("rosa", "1", "Open needs, 6 to 6 of 6.", "Shown here: Groceries and Quarry Falls.")
	w.hears("inés", "tablero tipo:compras zona:Stonebridge", "Ahora no hay pedidos abiertos así")
	w.refused("rosa", "board category:foood", `"foood" doesn't fit category. Nothing was saved. You can write: Groceries, Errand`)
	w.refused("rosa", "board area:Stonebrige", `I don't know the area "Stonebrige". Did you mean Stonebridge?`)
	w.refused("rosa", "board area:Atlantis", `I don't know the area "Atlantis". Nothing was saved. We serve Quarry Falls and Stonebridge.`)
	w.refused("rosa", "board cattegory:food", `I don't know "cattegory" here. Did you mean category?`)
}

// A line of a list is cut at a word, and never longer than a phone shows.
func TestBoardCutsLongLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.posts("rosa", "need someone to sit with my mother while I see the dentist on the other side of town category:company when:anytime")
	for _, line := range strings.Split(w.says("rosa", "board"), "\n") {
		if n := len([]rune(line)); n > lineWidth {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

func TestOffersList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 6 {
		w.posts("sam", fmt.Sprintf("offer coat number %d category:supplies", i+1))
		w.pass(time.Second)
	}
	w.hears("rosa", "offers", "Offers, 1 to 5 of 6. Newest first.\nO6: Supplies.\n\"coat number 6\"", "Next page: offers 2. To ask for one: need. See one: show O6", "1 Next page")
	w.hears("rosa", "1", "Offers, 6 to 6 of 6.", "O1: Supplies.")
	w.hears("rosa", "offers category:rides", "Nothing like that")
	w.refused("rosa", "offers 3", "The list has 2 pages.")
	w.says("inés", "idioma es")
	w.hears("inés", "ofrecimientos", "Ofrecimientos, 1 a 5 de 6. Primero los más nuevos.")
}

func TestMine(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.posts("rosa", "need milk category:food when:tomorrow")
	w.posts("ana", "need eggs category:food when:anytime")
	w.posts("sam", "need soap category:supplies when:anytime")
	w.posts("sam", "offer two coats category:supplies")
	w.says("sam", "claim N1")
	w.says("sam", "offer a sofa category:supplies")
	got := w.says("sam", "/mine")
	want := "Your things, which only you see here:\nYou asked for:\nN3: Supplies. Open. Any time.\nYou took:\nN1: Groceries. Taken. Tomorrow.\n" +
		"Not posted yet:\nDraft, kept until Tuesday, December 8, 10:00 AM: \"a sofa\"\nYou offer:\nO1: Supplies. Available."
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	lacks(t, "another's list", w.says("rosa", "mi-lista"), "N2", "N3", "O1", "sofa")
	for range 6 {
		w.posts("ana", "need bread category:food when:anytime")
	}
	w.hears("ana", "mine", "And 2 more: mine 2")
	w.hears("ana", "mine 2", "You asked for:")
	w.refused("ana", "mine 3", "The list has 2 pages.")
}
