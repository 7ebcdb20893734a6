package commands

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Waiting is a message that waits for somebody who takes no private messages,
// from the state that holds now.
type Waiting struct {
	ID      models.ID
	Text    Text
	Card    *CardText
	Buttons []Button
	Lang    models.Lang
}

// waitingShown is how many messages come with one answer: what nobody reads to
// the end hides what matters. The others come with the next answer.
const waitingShown = 5

// Waiting are the newest messages that wait for the one who is answered, oldest
// of them first. The text of the first begins with how many there are, unless
// the answer says so already.
func (r *Registry) Waiting(ctx context.Context, reply *Reply) ([]Waiting, error) {
	if reply.Account == 0 || reply.Coalition == 0 {
		return nil, nil
	}
	reader := r.store.Reader(ctx, reply.Coalition)
	rows, total, err := reader.Waiting(reply.Account, waitingShown)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	coalition, err := reader.Coalition()
	if err != nil {
		return nil, err
	}
	var list []Waiting
	var over []models.ID
	for _, out := range slices.Backward(rows) {
		d, err := r.prepareDirect(ctx, reader, coalition, out)
		switch {
		case store.IsNotFound(err), errors.Is(err, ErrNothingToShow):
			over = append(over, out.ID) // what it speaks of is gone
			continue
		case err != nil:
			return nil, err
		}
		list = append(list, Waiting{ID: out.ID, Text: d.Text, Card: d.Card, Buttons: d.Buttons, Lang: d.Lang})
	}
	if err := r.store.Shown(ctx, r.now().UTC().Truncate(time.Microsecond), over); err != nil {
		return nil, err
	}
	if len(list) > 0 && !reply.led {
		lead, err := r.waitingLead(list[0].Lang, rows[0].Platform, total-len(over))
		if err != nil {
			return nil, err
		}
		list[0].Text = lead + "\n\n" + list[0].Text
	}
	return list, nil
}

// waitingLead says how many messages wait, and how to get the next ones.
func (r *Registry) waitingLead(lang models.Lang, platform string, total int) (Text, error) {
	id, fields := "delivery.waiting", map[string]any{"Count": total}
	if total > waitingShown {
		id, fields["Shown"] = "delivery.waiting_some", waitingShown
	}
	text, err := r.cat.Text(lang, r.cat.On(platform, id), fields)
	return Text(text), err
}

// messagesCommand is what the button runs under a name in a room. It opens for
// whoever a message waits for, and for nobody else.
func messagesCommand() *Command {
	return &Command{
		Name: "messages", Right: models.RightUse,
		Read: func(v *View, _ Values) error {
			_, total, err := v.reader.Waiting(v.actor.Account.ID, waitingShown)
			if err != nil {
				return err
			}
			if total == 0 {
				v.say("delivery.none_waiting")
				return nil
			}
			lead, err := v.reg.waitingLead(v.lang, v.platform(), total)
			v.line(string(lead))
			v.led = true
			return err
		},
		Says: map[string]Speech{keyNamed: {Fill: fillPrefix, Buttons: func(v *View) { v.button("button.see_message", "messages") }}},
	}
}

// fillPrefix says what stands before a command in a room.
func fillPrefix(v *View) error {
	v.set("Prefix", prefixOn(v.platform()))
	return nil
}

// prepareRoom makes ready what is said in a room: in the room's language, or in
// both where everybody has to understand it.
func (r *Registry) prepareRoom(ctx context.Context, reader store.Reader, coalition *models.Coalition, out *models.Out) (*Delivery, error) {
	room, err := reader.Room(out.RoomID)
	if err != nil {
		return nil, err
	}
	if room.GoneAt != nil {
		return nil, ErrNothingToShow
	}
	lang := room.Language
	if lang == "" {
		lang = coalition.Language
	}
	d := &Delivery{Room: room.Remote, Kind: room.Kind, Lang: lang}
	if out.CardID != 0 && room.Kind == models.RoomForum {
		card, err := reader.Card(out.CardID)
		if err != nil {
			return nil, err
		}
		if card.RemoteID == "" {
			return nil, ErrNothingToShow
		}
		d.Room, d.Kind = card.RemoteID, models.RoomText // the card's own thread
	}
	actor := &models.Actor{Coalition: coalition, Person: &models.Person{}, Account: &models.Account{}}
	if out.AccountID != 0 {
		if actor.Account, err = reader.Account(out.AccountID); err != nil {
			return nil, err
		}
		d.Mention = actor.Account.Remote
	}
	langs := []models.Lang{lang}
	if out.Message.Key == keyAway {
		for _, other := range models.Langs() {
			if other != lang {
				langs = append(langs, other)
			}
		}
	}
	for i, lang := range langs {
		v := r.view(ctx, &viewer{actor: actor, lang: lang, now: r.now(), who: store.Who{Platform: room.Platform}})
		if err := v.render(out.Message, nil, nil); err != nil {
			return nil, err
		}
		if i > 0 {
			d.Text += "\n"
		}
		d.Text += v.body()
		if i == 0 {
			d.Buttons = v.buttons
		}
	}
	return d, nil
}
