package commands

import "testing"

func TestShowSuitsTheReader(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need a cake category:food area:Stonebridge when:tomorrow slots:2 contact:413-555-0142")
	card := "N1: Groceries, Stonebridge 🥫\nOpen. 2 volunteers needed.\n\"a cake\"\nWhen: Tuesday, December 8 (tomorrow)\nPriority: urgent\nFor 1 person. Speaks English.\n"
	w.hears("max", "show "+n1, card, "You can write: claim N1")
	w.hears("kofi", "show "+n1, card, "You can write: claim N1")
	w.hears("lee", "show "+n1, "You can write: claim N1, details N1, start N1, done N1, edit N1, followup N1, close N1, history N1")
	w.hears("rosa", "show "+n1, "This one is yours. Nobody has taken it yet.", "You can write: details N1, done N1, edit N1, followup N1, close N1, history N1")
	lacks(t, "an admin", w.hears("you", "show "+n1, card), "You can write")
	w.says("sam", "claim "+n1)
	w.hears("sam", "show "+n1, "You can write: details N1, start N1, done N1, release N1, followup N1, history N1")
	w.hears("rosa", "ver "+n1, "This one is yours. sam is helping.")
	w.says("sam", "done "+n1)
	w.hears("sam", "show "+n1, "Done. Thank you.")
	w.says("rosa", "idioma es")
	lacks(t, "what is done needs nobody", w.hears("rosa", "ver "+n1, "N1: Compras, Stonebridge 🥫\nHecho. Gracias.", "Puede escribir: detalles N1, seguimiento N1, cerrar N1, reabrir N1, historial N1"), "Nadie lo ha tomado")
}

func TestShowOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	o1 := w.posts("sam", "offer two coats category:supplies contact:413-555-0142")
	w.hears("rosa", "show "+o1, "O1: Offer, supplies 📦\nAvailable.\n\"two coats\"\nSpeaks English.\nTo ask for it: write need, and mention O1")
	w.hears("sam", "show "+o1, "You can write: edit O1, close O1, history O1")
	w.says("sam", "close "+o1)
	w.hears("sam", "ver "+o1, "You can write: reopen O1, history O1")
}

// Every command that show offers is one that is not refused.
func TestShowOffersWhatIsAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, roles := range someRoles {
		for relation := range relations {
			for _, a := range shownActions {
				if a.name == "claim" || a.name == "history" {
					continue
				}
				name := roles.String() + relation + a.name
				ref := w.related(name, roles, relation, "open")
				offered := contains(w.says(name, "show "+ref)+",", " "+a.name+" "+ref+",")
				if refused := w.reply(name, "/"+a.name+" "+ref).Mistake; refused == offered {
					t.Errorf("%s, %s: %s is offered: %v, refused: %v", roles, relation, a.name, offered, refused)
				}
			}
		}
	}
}

func TestShowRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refused("rosa", "show N1", "I can't find N1. To see open needs: board. To see yours: mine")
	w.refused("rosa", "ver O3", "O3")
	w.refused("rosa", "show", "Which one? Write its number, for example: show N12")
	w.refused("rosa", "show me", `"me" isn't a number that I know. They look like N12 or O7.`)
	w.says("rosa", "need a cake category:food")
	w.refused("rosa", "/show N0", `"N0" isn't a number that I know.`)
}
