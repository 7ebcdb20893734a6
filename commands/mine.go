package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// mineCommand lists what a person asked for, took and offers.
func mineCommand() *Command {
	return &Command{
		Name: "mine", Group: GroupYours, Right: models.RightUse,
		Params: []Param{{Name: "page", Type: TypeCount, Max: 1000}}, Read: mine,
	}
}

// mineEntry is one entry of the list, with the heading it stands under.
type mineEntry struct {
	heading string
	write   func() error
}

func mine(v *View, args Values) error {
	entries, err := v.mineEntries()
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		v.say("mine.empty")
		return nil
	}
	offset, page := v.page(args)
	if offset >= len(entries) {
		return mistake("board.no_page", models.Args{"Count": models.CountArg((len(entries) + pageSize - 1) / pageSize)})
	}
	v.say("mine.head")
	heading := ""
	for _, e := range entries[offset:min(offset+pageSize, len(entries))] {
		if e.heading != heading {
			heading = e.heading
			v.say(heading)
		}
		if err := e.write(); err != nil {
			return err
		}
	}
	if rest := len(entries) - offset - pageSize; rest > 0 {
		v.set("Count", rest)
		v.set("Page", number(page+1))
		v.say("mine.more")
	}
	return nil
}

func (v *View) mineEntries() ([]mineEntry, error) {
	person := v.actor.Person.ID
	if person == 0 {
		return nil, nil
	}
	asked, err := v.reader.Asked(person)
	if err != nil {
		return nil, err
	}
	taken, err := v.reader.Taken(person)
	if err != nil {
		return nil, err
	}
	offered, err := v.reader.Offered(person)
	if err != nil {
		return nil, err
	}
	var entries []mineEntry
	add := func(heading string, write func() error) {
		entries = append(entries, mineEntry{heading, write})
	}
	addItem := func(heading string, it item, about func() error) {
		if !it.draft() {
			add(heading, func() error {
				err := about()
				v.say("mine.line")
				return err
			})
		} else if v.now.Sub(it.created()) < draftLasts {
			add("mine.drafts", func() error { return v.mineDraft(it) })
		}
	}
	for _, n := range asked {
		heading := "mine.needs"
		if n.PersonID != person {
			heading = "mine.filed"
		}
		addItem(heading, needItem{n}, func() error { return v.aboutNeed(n) })
	}
	for _, n := range taken {
		addItem("mine.claims", needItem{n}, func() error { return v.aboutNeed(n) })
	}
	for _, o := range offered {
		addItem("mine.offers", offerItem{o}, func() error { return v.aboutOffer(o) })
	}
	return entries, nil
}

func (v *View) mineDraft(it item) error {
	v.set("Until", catalogue.DateClock(v.lang, it.created().Add(draftLasts), v.now, v.zone()))
	if it.what() == "" {
		v.say("mine.draft_empty")
		return nil
	}
	v.set("What", User(cut(it.what(), lineWidth)))
	v.say("mine.draft")
	return nil
}
