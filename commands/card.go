package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// CardText is a card as data: the lines in the order in which a screen reader
// reads them. It never holds a contact, an address, a neighbor's name or a
// note.
type CardText struct {
	Title   Text   // reference, kind, place
	Emoji   string // beside the title's words, and saying nothing new
	Lines   []Text // state, the person's words, when, priority, for whom, how
	Buttons []Button
	// Seeds are the reactions that the bot puts there for people to press.
	Seeds []string
	// Pin says that the card is to be pinned in its room.
	Pin bool
	// Unpin says that it was to be pinned there and is no longer: the room is no
	// board any more.
	Unpin bool
	Lang  models.Lang
}

// Plain is the card as lines of text. The emoji ends the first one.
func (c *CardText) Plain(emoji bool) string {
	lines := []string{c.Title.Plain()}
	if emoji && c.Emoji != "" {
		lines[0] += " " + c.Emoji
	}
	for _, l := range c.Lines {
		lines = append(lines, l.Plain())
	}
	return strings.Join(lines, "\n")
}

// The reactions that act, and the command that each stands for.
const (
	EmojiClaim   = "✋"
	EmojiDone    = "✅"
	EmojiDetails = "❓"
)

// Card makes the text of a card as the entity is now, in the language of its
// room and for the platform that the room is on.
func (r *Registry) Card(ctx context.Context, coalition *models.Coalition, e models.Entity, platform string, lang models.Lang) (*CardText, error) {
	v := r.view(ctx, &viewer{actor: &models.Actor{Coalition: coalition, Person: &models.Person{}}, lang: lang, now: r.now(), who: store.Who{Platform: platform}})
	if err := v.about(e); err != nil {
		return nil, err
	}
	return v.cardText()
}

// cardText is the card of what the view is about.
func (v *View) cardText() (*CardText, error) {
	card := &CardText{Lang: v.lang}
	var err error
	switch {
	case v.need != nil:
		err = v.needCard(card)
	case v.offer != nil:
		err = v.offerCard(card)
	default:
		err = v.welcomeCard(card)
	}
	if err == nil {
		err = v.failed
	}
	if err != nil {
		return nil, fmt.Errorf("card: %w", err)
	}
	card.Buttons, v.buttons = v.buttons, nil
	return card, nil
}

func (v *View) needCard(card *CardText) error {
	n := v.need
	state, err := v.stateLine(n)
	if err != nil {
		return err
	}
	card.Title, card.Emoji = Text(v.titled("card.title", n.Number == 0)), n.Category.Emoji()
	card.Lines = append(v.cardHead(state, n.PublicWords(), n.When), Text(labeled(v.priorityLine(n))), Text(v.peopleLine(n)))
	switch ref := n.Ref().String(); {
	case n.Number == 0:
	case n.State.Allows(models.ActClaim) && !n.Full():
		v.set("Prefix", prefixOn(v.platform()))
		card.Lines = append(card.Lines, Text(labeled(v.text("card.how"))))
		v.button("button.help", "claim "+ref)
		v.button("button.more", "show "+ref)
		card.Seeds = seedsOpen()
	case n.State == models.NeedOpen || n.State == models.NeedInProgress:
		v.button("button.done", "done "+ref)
		v.button("button.give_back", "release "+ref)
		v.button("button.more", "show "+ref)
		card.Seeds = seedsTaken()
	}
	return nil
}

// seedsOpen are the reactions on the card of a need that can be taken, and
// seedsTaken those on the card of one that others have taken.
func seedsOpen() []string  { return []string{EmojiClaim, EmojiDetails} }
func seedsTaken() []string { return []string{EmojiDone, EmojiDetails} }

// titled is a first line, with the area if there is one.
func (v *View) titled(id string, draft bool) string {
	if draft {
		id += "_draft"
	}
	if v.fields["Area"] == "" {
		id += "_no_area"
	}
	return v.text(id)
}

func (v *View) cardHead(state, what string, w models.When) []Text {
	lines := []Text{Text(state)}
	if what != "" { // what is over has no words any more
		v.set("What", User(what))
		lines = append(lines, Text(v.text("card.what")))
	}
	if w.Known() && w.Kind != models.WhenAnytime {
		v.set("When", timed(catalogue.When(v.lang, w, v.now, v.zone()), w, v.zone()))
		lines = append(lines, Text(labeled(v.text("card.when"))))
	}
	return lines
}

func (v *View) priorityLine(n *models.Need) string {
	v.set("Priority", v.word("priority."+string(n.Priority)))
	return v.text("card.priority")
}

func (v *View) peopleLine(n *models.Need) string {
	v.set("Count", n.People)
	line := v.text("card.people")
	if n.Languages != "" {
		line += " " + v.languagesLine(n.Languages)
	}
	return line
}

func (v *View) languagesLine(codes string) string {
	var names []string
	for _, code := range strings.Split(codes, ",") {
		names = append(names, v.word("language."+code))
	}
	v.set("Languages", catalogue.List(v.lang, names))
	return v.text("card.languages")
}

// stateLine is the card's second line. It names who helps only if they chose
// so, and never why a need was closed.
func (v *View) stateLine(n *models.Need) (string, error) {
	switch n.State {
	case models.NeedOpen, models.NeedInProgress:
	default:
		return v.text("card.state." + string(n.State)), nil
	}
	id := "card.state.taken"
	if n.State == models.NeedInProgress {
		id = "card.state.under_way"
	} else if !n.Full() {
		v.set("Count", n.Slots)
		v.set("Some", n.Claimed)
		if n.Claimed > 0 {
			return v.text("card.state.open_some"), nil
		}
		return v.text("card.state.open"), nil
	}
	if n.Claimed == 0 { // an organizer started on it
		return v.text("card.state.under_way_alone"), nil
	}
	names, all, err := v.helpers(n)
	if err != nil {
		return "", err
	}
	switch {
	case !all:
		v.set("Count", n.Claimed)
		id += "_unnamed"
	case len(names) > 1:
		v.set("Helpers", catalogue.List(v.lang, names))
		id += "_many"
	default:
		v.set("Helper", names[0])
	}
	return v.text(id), nil
}

// helpers are the names of those with a live claim; all says that each of them
// chose to be named.
func (v *View) helpers(n *models.Need) (names []string, all bool, err error) {
	claims, err := v.reader.Claims(n.ID)
	if err != nil {
		return nil, false, err
	}
	all = true
	for _, c := range claims {
		if c.State != models.ClaimLive {
			continue
		}
		p, err := v.reader.Person(c.PersonID)
		if err != nil {
			return nil, false, err
		}
		names = append(names, User(p.Name))
		all = all && p.ShowName
	}
	return names, all && len(names) > 0, nil
}

func (v *View) offerCard(card *CardText) error {
	o := v.offer
	card.Title, card.Emoji = Text(v.titled("offer.card.title", false)), o.Category.Emoji()
	if o.Number == 0 {
		card.Title = Text(v.titled("card.title", true))
	}
	card.Lines = v.cardHead(v.text("offer.state."+string(o.State)), o.What, o.When)
	if o.Languages != "" {
		card.Lines = append(card.Lines, Text(v.languagesLine(o.Languages)))
	}
	if o.State == models.OfferAvailable {
		card.Lines = append(card.Lines, Text(labeled(v.text("offer.card.how"))))
	}
	return nil
}
