package discord

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

const (
	rosasPhone   = "413-555-0142"
	rosasAddress = "14 Mill Lane"
	rosasNote    = "blue door, second bell"
)

// Rosa asks in Spanish. Sam, who is new, puts a hand up and is welcomed, looks,
// and gives it back. Dee presses the button, and it gets done.
func TestStoryOfANeed(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	rosa, sam, dee, lee := c.s.Join(c.guild, "Rosa"), c.s.Join(c.guild, "Sam"), c.s.Join(c.guild, "Dee"), c.s.Join(c.guild, "Lee")
	c.s.SetLocale(rosa, "es-ES")
	c.grants(lee, "organizer")
	c.grants(dee, "volunteer")

	card := c.rosaAsks(rosa)
	c.samIsWelcomed(sam, lee, card)
	c.samLooksAndGivesBack(sam, rosa, card)
	c.deeHelps(dee, rosa, card)

	public := c.inRoom(c.board)
	for _, private := range []string{"Rosa", "Sam", "Dee", rosasPhone, rosasAddress} {
		if strings.Contains(public, private) {
			t.Errorf("%q stands in the room:\n%s", private, public)
		}
	}
	c.privateNowhere(rosasPhone, strings.ReplaceAll(rosasPhone, "-", ""), rosasAddress, rosasNote)
}

func (c *county) rosaAsks(rosa string) *discordtest.Message {
	c.Helper()
	form := c.slash(rosa, c.board, "pedir", nil)
	c.wants(form.Text(), "Pedir ayuda", "¿Qué necesita? (se verá en el tablero)", "Sin nombres, teléfonos ni direcciones", "¿Cómo le contactamos? (privado)")
	preview := c.submit(rosa, map[string]string{
		"¿Qué necesita? (se verá en el tablero)": "ida y vuelta a la clínica", "Tipo de ayuda": "food", "Su zona": "Quarry Falls",
		"¿Para cuándo?": "el jueves a las 2 de la tarde", "¿Cómo le contactamos? (privado)": rosasPhone,
	})
	c.wants(preview.Text(), "Así se verá en el tablero:", `"ida y vuelta a la clínica"`, "jueves 10 de diciembre, 2:00 p. m.", rosasPhone)
	c.wants(preview.Text(), "\n[Publicar] [Agregar dirección o nota] [Cambiar] [Cancelar]")
	if strings.Contains(c.inRoom(c.board), "clínica") {
		c.Error("it was posted before she said so")
	}
	at := preview.Message().ID
	c.wants(c.answered(c.s.Select(rosa, at, "Tipo de ayuda", "Transporte")).Text(), "Transporte, Quarry Falls", "La dirección ayuda para un transporte")
	c.press(rosa, at, "Agregar dirección o nota")
	c.submit(rosa, map[string]string{"Dirección (privada)": rosasAddress, "Nota (privada)": rosasNote})
	c.wants(c.s.Message(at).Text, rosasAddress)
	posted := c.press(rosa, at, "Publicar")
	c.wants(posted.Text(), "Publicado. Su pedido es el N1.", "Está en el tablero, sin su nombre ni su teléfono.")
	card := c.card(c.board, "N1", "Open. 1 volunteer needed.")
	c.wants(card.Text, "N1: Ride, Quarry Falls 🚗", `"ida y vuelta a la clínica"`, "Speaks Spanish.", `To help: press "I can help"`, "[I can help] [More details]")
	c.until("the reactions to press", func() bool { return len(c.s.Message(card.ID).Reactions) == 2 })
	return card
}

func (c *county) samIsWelcomed(sam, lee string, card *discordtest.Message) {
	c.Helper()
	c.s.React(sam, card.ID, hand)
	asked := c.told(sam, "So an organizer welcomes each volunteer first.")
	c.press(sam, asked.ID, "Yes, ask them")
	wish := c.told(lee, "Sam would like to help with N1")
	c.press(lee, wish.ID, "Welcome Sam")
	c.told(lee, "Sam is a volunteer now.")
	taken := c.card(c.board, "N1", "Taken. A volunteer is helping.")
	c.wants(taken.Text, "[Done] [Give it back] [More details]")
}

func (c *county) samLooksAndGivesBack(sam, rosa string, card *discordtest.Message) {
	c.Helper()
	hint := c.told(sam, "You took N1")
	if strings.Contains(hint.Text, rosasPhone) || hint.Ephemeral {
		c.Errorf("what the bot writes first is %q", hint.Text)
	}
	look := c.press(sam, hint.ID, "See private details")
	c.wants(look.Text(), "N1, private.", rosasPhone, rosasNote, "The address comes at")
	told := c.told(rosa, "Sam tomó su N1")
	c.wants(told.Text, "[Esta persona no] [Me parece bien]")
	c.press(rosa, told.ID, "Me parece bien")
	c.wants(c.press(sam, hint.ID, "See private details").Text(), rosasAddress)
	c.s.Unreact(sam, card.ID, hand)
	c.card(c.board, "N1", "Open. 1 volunteer needed.")
	c.told(sam, "N1 is back on the board. Thank you for letting us know.")
	c.told(rosa, "La persona que iba a ayudarle ya no puede. El N1 está otra vez en el tablero.")
	again := c.press(sam, hint.ID, "See private details")
	if strings.Contains(again.Text(), rosasPhone) || strings.Contains(again.Text(), rosasAddress) {
		c.Errorf("Sam still sees %q", again.Text())
	}
}

func (c *county) deeHelps(dee, rosa string, card *discordtest.Message) {
	c.Helper()
	taken := c.press(dee, card.ID, "I can help")
	c.wants(taken.Text(), "You took N1: ride, ", "[See private details] [Give it back]")
	c.card(c.board, "N1", "Taken. A volunteer is helping.")
	c.wants(c.press(dee, taken.Message().ID, "See private details").Text(), rosasPhone)
	c.wants(c.press(dee, card.ID, "Done").Text(), "N1 is done. Thank you.", "You can't see the private details any more.")
	done := c.card(c.board, "N1", "Done. Thank you.")
	if done.ID != card.ID || len(done.Buttons) > 0 {
		c.Errorf("the card of what is done is %q", done.Text)
	}
	question := c.told(rosa, "¿Salió bien el N1?")
	c.wants(question.Text, "[Sí] [En parte] [No, todavía lo necesito] [No, ya no hace falta]")
	c.wants(c.press(rosa, question.ID, "Sí").Text(), "Gracias")
}

// privateNowhere looks through all that others could come to see: what was sent
// to Discord, save for what opens for one person alone, the log, and the disk
// while the program runs and after it ended.
func (c *county) privateNowhere(words ...string) {
	c.Helper()
	has := func(text string) string {
		for _, w := range words {
			if strings.Contains(text, w) {
				return w
			}
		}
		return ""
	}
	shown := 0
	for _, r := range c.sent.all() {
		w := has(r.body)
		switch {
		case w == "" && has(r.path) == "":
		case opensForOne(r):
			shown++
		default:
			c.Errorf("%q is in %s %s %s", w, r.method, r.path, r.body)
		}
	}
	if shown < 3 {
		c.Errorf("it was shown %d times: nothing was looked for", shown)
	}
	for _, user := range []string{c.owner} {
		for _, m := range c.s.Versions(user) {
			if w := has(m.Text); w != "" {
				c.Errorf("%q was shown to somebody else: %q", w, m.Text)
			}
		}
	}
	if w := has(c.log.String()); w != "" {
		c.Errorf("%q is in the log", w)
	}
	c.notOnDisk(has)
	c.stop()
	c.notOnDisk(has)
}

// notOnDisk looks through every file of the data.
func (c *county) notOnDisk(has func(string) string) {
	c.Helper()
	files := 0
	err := filepath.WalkDir(c.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if w := has(string(data)); w != "" {
			c.Errorf("%q is in %s", w, filepath.Base(path))
		}
		files++
		return err
	})
	if err != nil || files < 2 {
		c.Errorf("%d files were looked through: %v", files, err)
	}
}

// opensForOne reports whether a request shows something that only the one who
// acted sees: an ephemeral answer, or a form. What changes the message that was
// pressed on says nothing about who sees it; see [county.answered].
func opensForOne(r request) bool {
	if strings.Contains(r.path, "/webhooks/") && r.method == "PATCH" {
		return true // it changes such an answer
	}
	var sent struct {
		Type  int
		Flags int
		Data  struct{ Flags int }
	}
	if json.Unmarshal([]byte(r.body), &sent) != nil {
		return false
	}
	switch {
	case strings.Contains(r.path, "/webhooks/"):
		return sent.Flags&flagEphemeral != 0
	case strings.HasPrefix(r.path, "/api/v9/interactions/"):
		return sent.Type == answerWithForm || sent.Type == answerUpdate || sent.Data.Flags&flagEphemeral != 0
	}
	return false
}
