//go:build goolm

package matrix

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// TestShown compares what people see with what was looked at. SHIREBOT_UPDATE=1
// writes it anew.
func TestShown(t *testing.T) {
	t.Parallel()
	for lang, file := range map[models.Lang]string{models.English: "testdata/shown_en.txt", models.Spanish: "testdata/shown_es.txt"} {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			w := newShown(t, lang)
			w.setUp()
			w.life()
			w.states()
			w.lists()
			w.mistakes()
			w.hard()
			w.leaving()
			w.compare(file, "", "", w.text.String())
			mark := "<!-- shown:" + string(lang) + ":"
			w.compare("../../docs/matrix.md", mark+"begin -->\n", mark+"end -->", "\n"+w.page.String())
		})
	}
}

// updating is held while a file is written anew.
var updating sync.Mutex

// compare compares what is written in a file between two marks, or in all of it.
func (w *shown) compare(file, begin, end, now string) {
	w.t.Helper()
	updating.Lock()
	defer updating.Unlock()
	all, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	before, was, begins := strings.Cut(string(all), begin)
	after, ends := "", true
	if end != "" {
		was, after, ends = strings.Cut(was, end)
	}
	switch {
	case !begins || !ends:
		w.t.Fatalf("%s has not both of %s and %s", file, begin, end)
	case was == now:
	case os.Getenv("SHIREBOT_UPDATE") == "":
		w.t.Errorf("%s shows something else; look at it, then run the test with SHIREBOT_UPDATE=1:\n%s", file, now)
	default:
		if err := os.WriteFile(file, []byte(before+begin+now+end+after), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *shown) setUp() {
	w.enters(runsIt, w.in("!setup", "!configurar"))
	for _, line := range []string{w.in("Larch County Mutual Aid", "Red del Alerce"), "1", w.in("English", "español"), "Quarry Falls, Eastmeadow, Stonebridge", "1", "1"} {
		w.says(runsIt, line)
	}
	w.enters("Lee", w.in("!help", "!ayuda"))
	w.says(runsIt, w.in("role grant organizer lee", "rol dar equipo lee"))
	w.says("Lee", w.in("help", "ayuda"))
	for _, name := range []string{"Dee", "Kofi"} {
		w.enters(name, w.in("!language en", "!idioma es"))
		w.says("Lee", w.in("role grant volunteer ", "rol dar voluntariado ")+name)
	}
	w.enters("Rosa", w.in("!need", "!pedir"))
	w.shows("Rosa writes `"+w.in("!need", "!pedir")+"` in the room. Everybody reads:", board, "I've written", "Le escribí")
	w.shows("In the chat that the bot opens, Rosa alone:", "Rosa", "Hi, Rosa.", "Hola, Rosa.")
	w.shows("Once, for who is new:", "Rosa", "You're new here", "Es su primera vez")
}

// life is the life of a need.
func (w *shown) life() {
	for _, line := range []string{
		w.in("round trip to the clinic, call me at 413-555-0142", "ida y vuelta a la clínica, llámenme al 413-555-0142"), "2",
		w.in("round trip to the clinic", "ida y vuelta a la clínica"), w.in("rides", "transporte"), w.in("back", "atrás"), w.in("rides", "transporte"),
		"Quarry Falls", w.in("Thursday at 3", "el jueves a las 3"), "1", "413-555-0142",
	} {
		w.says("Rosa", line)
	}
	w.shows("After the questions, the preview. Nothing is posted yet:", "Rosa", "This is what", "Así se verá")
	w.presses("Rosa", "Add address or note", "Agregar dirección o nota")
	w.says("Rosa", "14 Mill Lane")
	w.says("Rosa", w.in("skip", "saltar"))
	w.presses("Rosa", "Post it", "Publicar")
	w.shows("Rosa answers `1`:", "Rosa", "Posted.", "Publicado.")
	w.shows("The card in the room:", board, "N1", "N1")

	w.enters("Sam", w.in("!board", "!tablero"))
	w.hand("Sam", "N1", true)
	w.presses("Sam", "Yes, ask them", "Sí, pregúnteles")
	w.presses("Lee", "Welcome Sam", "Dar la bienvenida a Sam")
	w.shows("Sam added ✋, and an organizer welcomed Sam, who reads in private:", "Sam", "You took", "Usted tomó")
	w.shows("Rosa hears of it:", "Rosa", "Sam took", "Sam tomó")
	w.shows("The card, edited:", board, "N1", "N1")
	w.presses("Sam", "See private details", "Ver datos privados")
	w.presses("Rosa", "That's fine", "Me parece bien")
	w.presses("Sam", "See private details", "Ver datos privados")
	w.shows("Sam asks for the private details. They are taken back when the claim ends, and after 24 hours:", "Sam", "N1, private", "N1, privado")
	w.hand("Kofi", "N1", true)
	w.hand("Sam", "N1", false)
	w.presses("Sam", "Leave a note", "Dejar una nota")
	w.says("Sam", w.in("ring twice", "toque dos veces"))
	w.says("Dee", w.in("claim N1", "tomar N1"))
	w.says("Dee", w.in("start N1", "empezar N1"))
	w.says("Dee", w.in("details N1", "detalles N1"))
	w.says("Dee", w.in("done N1", "hecho N1"))
	w.shows("Dee took it next, and did it. Rosa is asked once:", "Rosa", "Did N1", "¿Salió bien")
	w.presses("Rosa", "Partly", "En parte")
}

// states are a card's other states, and other cards.
func (w *shown) states() {
	w.says("Lee", w.in(`need what:"move a sofa down the stairs" category:errands area:Eastmeadow when:"Saturday morning" slots:2`,
		`pedir qué:"bajar un sofá por la escalera" tipo:mandados zona:Eastmeadow cuándo:"el sábado por la mañana" cupos:2`))
	w.presses("Lee", "Post it", "Publicar")
	w.says("Dee", w.in("claim N2 name:yes", "tomar N2 nombre:sí"))
	w.says("Kofi", w.in("claim N2 name:yes", "tomar N2 nombre:sí"))
	w.says("Kofi", w.in("release N2", "devolver N2"))
	w.says("Kofi", "2")
	w.says("Dee", w.in("followup N2", "seguimiento N2"))
	w.says("Lee", w.in("close N2", "cerrar N2"))
	w.presses("Lee", "No longer needed", "Ya no hace falta")
	w.says("Lee", w.in("reopen N2", "reabrir N2"))
	w.says("Lee", w.in(`need what:"clear snow from front steps" category:home area:Stonebridge when:"tomorrow morning" for:other`,
		`pedir qué:"quitar la nieve de la entrada" tipo:"ayuda en casa" zona:Stonebridge cuándo:"mañana por la mañana" para:otra`))
	w.presses("Lee", "By phone", "Por teléfono")
	w.presses("Lee", "Post it", "Publicar")
	w.says("Rosa", w.in("need milk and bread, today", "pedir leche y pan, hoy"))
	w.presses("Rosa", "Post it", "Publicar")
	w.says("Dee", w.in("offer", "ofrecer"))
	for _, line := range []string{w.in("two warm coats", "dos abrigos"), w.in("supplies", "artículos"), "2", w.in("any time", "sin prisa"), w.in("skip", "saltar")} {
		w.says("Dee", line)
	}
	w.presses("Dee", "Post it", "Publicar")
}

// lists are lists, and what is asked of one need.
func (w *shown) lists() {
	w.says("Rosa", w.in("mine", "mi-lista"))
	w.says("Dee", w.in("mine", "mi-lista"))
	w.says("Dee", w.in("board", "tablero"))
	w.says("Dee", w.in("offers", "ofrecimientos"))
	w.says("Rosa", w.in("show N4", "ver N4"))
	w.says("Dee", w.in("show N2", "ver N2"))
	w.says("Rosa", w.in("history N1", "historial N1"))
	w.says("Rosa", w.in("edit N4", "editar N4"))
	w.says("Rosa", "11")
	w.says("Rosa", "4")
	w.says("Rosa", w.in("tomorrow at noon", "mañana al mediodía"))
	w.says("Rosa", w.in("help need", "ayuda pedir"))
	w.says("Dee", w.in("help claim", "ayuda tomar"))
}

// mistakes are errors of the common kinds.
func (w *shown) mistakes() {
	for _, line := range []string{
		w.in("nede milk", "pedri leche"), "xyzzy", w.in("claim", "tomar"), w.in("claim N99", "tomar N99"), w.in("claim soup", "tomar sopa"),
		w.in("close N2", "cerrar N2"), w.in("done N3", "hecho N3"), w.in(`need what:"milk`, `pedir qué:"leche`), w.in("edit N4 area:Narnia", "editar N4 zona:Narnia"),
		w.in("edit N4 when:yesterday", "editar N4 cuándo:ayer"), w.in("edit N4 when:someday", "editar N4 cuándo:algún día"), w.in("edit N4 people:many", "editar N4 personas:muchas"),
		w.in("role grant organizer rosa", "rol dar equipo rosa"), w.in("close N4", "cerrar N4"), "9", w.in("cancel", "cancelar"), w.in("help report", "ayuda informe"), w.in("details N2", "detalles N2"),
		w.in("claim N4", "tomar N4"), w.in("setup", "configurar"), "7", w.in("claim O1", "tomar O1"), w.in("linkrole list", "enlazar-rol lista"),
	} {
		w.says("Rosa", line)
	}
	w.says(runsIt, w.in("claim N4", "tomar N4"))
	w.says(runsIt, w.in("role grant volunteer nobody", "rol dar voluntariado nadie"))
	w.says(runsIt, w.in("linkrole add volunteer pl50", "enlazar-rol agregar voluntariado pl50"))
	w.says(runsIt, w.in("linkrole list", "enlazar-rol lista"))
	w.says(runsIt, w.in("help linkrole", "ayuda enlazar-rol"))
}

// hard is what may not go wrong: danger, and people who are not to meet.
func (w *shown) hard() {
	w.says("Rosa", w.in("I want to kill myself", "me quiero matar"))
	w.presses("Rosa", "Ask our team to contact me", "Que me contacte el equipo")
	w.presses("Lee", "I'll do it", "Yo me encargo")
	w.says("Dee", w.in("claim N4", "tomar N4"))
	w.presses("Rosa", "Not this person", "Esta persona no")
	w.says("Rosa", w.in("keepaway", "distancia"))
	w.says("Lee", w.in("block kofi", "bloquear kofi"))
	w.hand("Kofi", "N4", true)
	w.says("Lee", w.in("block remove kofi", "bloquear quitar kofi"))
}

// leaving is what is kept of people, and how it goes.
func (w *shown) leaving() {
	w.says("Rosa", w.in("privacy", "privacidad"))
	w.says("Rosa", w.in("privacy export", "privacidad copia"))
	w.says("Rosa", w.in("privacy forget", "privacidad olvidar"))
	w.presses("Rosa", "Forget me", "Olvidarme")
	w.says("Lee", w.in("join", "unirse"))
	w.says(runsIt, w.in("join", "unirse"))
}
