package commands

import (
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

func TestFiveQuestionsInSpanish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("you", `setup areas:"Quarry Falls, Stonebridge"`)
	w.hears("rosa", "pedir", "Hola, rosa. Son 5 preguntas cortas.", "1 de 5. ¿Qué necesita?")
	w.hears("rosa", "ida y vuelta a la clínica", "2 de 5. ¿Qué tipo de ayuda?", "1 No sé\n2 Compras")
	w.hears("rosa", "transporte", "3 de 5. ¿Su zona?", "1 Quarry Falls\n2 Stonebridge")
	w.hears("rosa", "1", "4 de 5. ¿Para cuándo?", "1 Sin prisa")
	w.hears("rosa", "el jueves a las 2 de la tarde", "5 de 5. ¿Cómo le contactamos?")
	preview := w.hears("rosa", "413-555-0142")
	want := `Así se verá en el tablero:
Transporte, Quarry Falls
"ida y vuelta a la clínica"
Cuándo: jueves 10 de diciembre, 2:00 p. m. (en 3 días)
Prioridad: pronto
Para 1 persona. Habla español.
En privado: teléfono 413-555-0142.
La dirección ayuda para un transporte, pero no es obligatoria.
1 Publicar
2 Agregar dirección o nota
3 Cambiar
4 Cancelar`
	if preview != want {
		t.Errorf("got\n%s\nwant\n%s", preview, want)
	}
	w.sent().only(t)
	w.hears("rosa", "publicar", "Publicado. Su pedido es el N1.", "Esa persona verá su teléfono")
	w.sent().told(t, "#board", "N1: Ride, Quarry Falls\nOpen. 1 volunteer needed.\n\"ida y vuelta a la clínica\"", "Speaks Spanish.")
}

func TestQuestionsSkipBackAndChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("rosa", "need")
	w.refused("rosa", "skip", "I need an answer to this one")
	w.refused("rosa", "back", "This is the first question.")
	w.refused("rosa", "", "That line is empty.")
	w.hears("rosa", "mlk", "2 of 5. Kind of help?")
	w.hears("rosa", "back", "1 of 5. What do you need?")
	w.hears("rosa", "milk", "2 of 5.")
	w.refused("rosa", "spaceships", `"spaceships" doesn't fit category.`)
	w.hears("rosa", "skip", "3 of 5. Your area?")
	w.hears("rosa", "skip", "4 of 5. When?")
	w.refused("rosa", "some day or other", "I can't tell which time", "Nothing is lost.")
	w.hears("rosa", "pass", "5 of 5. How do we reach you?")
	w.hears("rosa", "skip", "This is what the board will show:\nOther help\n\"milk\"\nPriority: any time", "In private: your name, and nothing else yet.")
	w.hears("rosa", "2", "What is the address?")
	w.hears("rosa", "14 Mill Lane", "What else should the person who helps you know?")
	w.hears("rosa", "back", "What is the address?")
	w.hears("rosa", "skip", "What else")
	w.hears("rosa", "ring twice", "In private: address 14 Mill Lane. Note ring twice.")
	w.hears("rosa", "3", "What do you want to change?", "1 What it is", "5 How many people")
	w.hears("rosa", "How many people", "For how many people is it?")
	w.refused("rosa", "a few", `I read "a few".`)
	w.hears("rosa", "3", "For 3 people.")
	w.says("rosa", "Change it")
	w.hears("rosa", "back", "This is what the board will show:")
	w.refused("rosa", "9", "Please write a number from 1 to 4")
	w.hears("rosa", "Post it", "Posted. Your need is N1.")
	w.refused("rosa", "1", `I don't know "1".`)
}

func TestQuestionsCancelled(t *testing.T) {
	t.Parallel()
	answers := []string{"milk", "food", "Stonebridge", "tomorrow", "413-555-0142"}
	for steps := range len(answers) + 1 {
		w := newWorld(t)
		w.says("rosa", "need")
		for _, a := range answers[:steps] {
			w.says("rosa", a)
		}
		w.hears("rosa", "cancel", "Cancelled. Nothing was posted, and the draft is erased.")
		for _, row := range []interface{ TableName() string }{&models.Need{}, &models.Secret{}, &models.Dialog{}} {
			if n := w.count(row); n != 0 {
				t.Errorf("after %d answers %d rows of %s are left", steps, n, row.TableName())
			}
		}
		w.sent().only(t)
	}
}

func TestOfferByQuestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("sam", "offer", "Hi, sam.", "What would you like to share?")
	for _, a := range []string{"two coats", "supplies", "Stonebridge", "Saturday morning"} {
		w.says("sam", a)
	}
	w.hears("sam", "sam@example.org", "Supplies, Stonebridge", `"two coats"`, "When: Saturday, December 12, in the morning", "In private: contact sam@example.org.", "2 Add a note")
	w.hears("sam", "2", "What else should the organizing team know?")
	w.hears("sam", "size L", "Note size L.")
	w.hears("sam", "1", "Posted. Your offer is O1. Thank you.")
}

// In one line what was understood is shown for a look first.
func TestOneLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{"need a ride to the clinic Thursday at 2 PM", "Ride\n\"a ride to the clinic Thursday at 2 PM\"\nWhen: Thursday, December 10, 2:00 PM (in 3 days)\nPriority: soon"},
		{"need milk in Quarry Falls", "Groceries, Quarry Falls\n\"milk in Quarry Falls\""},
		{`need what:"clear snow" category:home when:"tomorrow morning" people:2`, "Help at home\n\"clear snow\"\nWhen: Tuesday, December 8, in the morning (tomorrow)\nPriority: urgent\nFor 2 people."},
		{"need clear snow category:home when:tomorrow morning area:Stonebridge", "Help at home, Stonebridge\n\"clear snow\"\nWhen: Tuesday, December 8, in the morning"},
		{`need milk contact:413-555-0142 address:"14 Mill Lane"`, "In private: phone 413-555-0142. Address 14 Mill Lane."},
		{"pedir leche y pan tipo:compras cuándo:mañana personas:2", "Compras\n\"leche y pan\"\nCuándo: martes 8 de diciembre (mañana)\nPrioridad: urgente\nPara 2 personas. Habla español."},
		{`pedir qué:"quitar la nieve" tipo:casa cuando:"mañana en la mañana"`, "\"quitar la nieve\"\nCuándo: martes 8 de diciembre, en la mañana (mañana)"},
		{"need", "1 of 5."},
		{"need category:food", "1 of 5. What do you need?"},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.says("you", `setup areas:"Quarry Falls, Stonebridge"`)
			w.hears("rosa", test.line, test.want)
		})
	}
}

func TestAmbiguousTimeIsAskedBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "need milk tomorrow at 3", "Tuesday, December 8: which one?", "1 3:00 PM\n2 3:00 AM\n3 Another time")
	w.hears("rosa", "1", "When: Tuesday, December 8, 3:00 PM")
	w.says("rosa", "cancel")
	w.hears("inés", "pedir leche mañana a las 3", "Martes 8 de diciembre: ¿cuál?", "1 3:00 p. m.", "Otra hora")
	w.hears("inés", "3:00 p. m.", "Cuándo: martes 8 de diciembre, 3:00 p. m.")
	w.says("ana", "need")
	w.says("ana", "milk")
	w.says("ana", "food")
	w.says("ana", "Stonebridge")
	w.hears("ana", "tomorrow at 3", "which one?", "1 3:00 PM")
	w.hears("ana", "Another time", "When?")
	w.hears("ana", "tomorrow at 4 PM", "5 of 5.")
}

// A draft is in the database: it survives a restart and goes on where it was.
func TestDraftSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := openWorld(t, store.Options{Dir: dir}, nil)
	w.says("rosa", "need")
	w.says("rosa", "milk")
	w.says("rosa", "food")
	if err := w.reg.store.Close(); err != nil {
		t.Fatal(err)
	}
	w = openWorld(t, store.Options{Dir: dir}, nil)
	w.events = 100
	w.hears("rosa", "Stonebridge", "4 of 5. When?")
	w.hears("rosa", "/mine", "Not posted yet:\nDraft, kept until Tuesday, December 8, 10:00 AM: \"milk\"")
	w.hears("rosa", "tomorrow", "5 of 5.")
	w.hears("rosa", "/need", `You have started one already: "milk". Nobody else sees it. Go on with it, or start again?`, "1 Go on with it\n2 Start again")
	w.hears("rosa", "1", "5 of 5.")
	w.says("rosa", "/need")
	w.hears("rosa", "start again", "1 of 5. What do you need?")
	if n := w.count(&models.Need{}); n != 1 {
		t.Errorf("%d drafts are there after starting again", n)
	}
}

func TestDraftExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("rosa", "need milk contact:413-555-0142")
	w.pass(23 * time.Hour)
	w.hears("rosa", "/mine", "kept until")
	w.pass(time.Hour)
	w.hears("rosa", "/mine", "Nothing here yet.")
	w.hears("rosa", "Post it", "That draft was kept for 24 hours and is erased now. Nothing was posted.")
	if w.count(&models.Need{})+w.count(&models.Secret{})+w.count(&models.Dialog{}) != 0 {
		t.Error("something of the draft is left")
	}
	w.says("rosa", "need eggs contact:413-555-0142")
	w.pass(25 * time.Hour)
	w.hears("rosa", "/need", "1 of 5.")
	if n := w.count(&models.Need{}); n != 1 {
		t.Errorf("%d drafts are there", n)
	}
}

func TestSweepErasesDrafts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks()
	w.says("ana", `need eggs contact:413-555-0143 note:"blue door"`)
	w.says("sam", "offer a sofa contact:413-555-0144")
	w.pass(25 * time.Hour)
	if err := w.reg.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, o, s, d := w.count(&models.Need{}), w.count(&models.Offer{}), w.count(&models.Secret{}), w.count(&models.Dialog{}); n != 1 || o != 0 || s != 1 || d != 0 {
		t.Errorf("%d needs, %d offers, %d private values, %d dialogs are left", n, o, s, d)
	}
	w.refused("ana", "Post it", "I don't know")
}
