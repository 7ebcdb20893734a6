package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/commands/guard"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Urgent reports whether a line seems to be from somebody in danger, or who
// thinks of suicide: it is answered whatever else holds.
func (r *Registry) Urgent(inv Invocation) bool {
	return inv.React == nil && slices.ContainsFunc(inv.words(), guard.InDanger)
}

// emergency answers such a line, before anything else and with nothing else:
// the line is no answer and no command, it is not kept, counted or logged, and
// an open question stays open. It answers also when the data cannot be read.
func (r *Registry) emergency(ctx context.Context, inv Invocation) (reply *Reply, handled bool) {
	actor, err := r.store.Actor(ctx, inv.Who)
	unfounded := store.IsNotFound(err)
	if err != nil {
		if !unfounded {
			r.log.Error("who wrote could not be looked up", "err", err)
		}
		actor = &models.Actor{Coalition: &models.Coalition{CrisisNumbers: SuggestedNumbers}, Person: &models.Person{}, Account: &models.Account{}}
	}
	v := r.view(ctx, &viewer{actor: actor, lang: r.langOfCry(actor, inv), now: r.now()})
	dialog, err := v.reader.Dialog(actor.Person.ID)
	if err != nil {
		dialog = nil // then the request is not spoken of
	}
	if r.writesNumbers(actor, dialog, inv) {
		return nil, false
	}
	if err := v.render(models.Message{Key: "crisis.answer"}, nil, nil); err != nil {
		r.log.Error("the emergency answer has no text", "err", err)
		return nil, false
	}
	reply = v.reply()
	reply.Asking = dialog != nil
	if unfounded {
		reply.Buttons = nil // nobody is there who could be asked
	}
	return reply, true
}

// writesNumbers reports whether an admin is writing down whom to call in a
// crisis, which speaks of crises.
func (r *Registry) writesNumbers(actor *models.Actor, dialog *models.Dialog, inv Invocation) bool {
	if !models.RightSetup.Can(actor.Person.Roles, 0) {
		return false
	}
	if dialog != nil && dialog.Name == dialogSetup && dialog.Step == "numbers" {
		return true
	}
	line, err := r.vocab.parse(inv.Text)
	if err != nil {
		return false
	}
	command := r.vocab.command(line.Name)
	return command != nil && command.Name == "setup"
}

// langOfCry is the language that a person chose, or else the one that the line
// is in: it may be the first that they ever wrote.
func (r *Registry) langOfCry(actor *models.Actor, inv Invocation) models.Lang {
	if actor.Person.Language != "" {
		return actor.Person.Language
	}
	text := spaced(strings.Join(inv.words(), " "))
	best, most := models.Lang(""), 0
	for _, lang := range models.Langs() {
		found := 0
		for _, word := range r.vocab.list(lang, "crisis.telltale.words") {
			found += strings.Count(text, " "+word+" ")
		}
		switch {
		case found > most:
			best, most = lang, found
		case found == most:
			best = ""
		}
	}
	return cmp.Or(best, r.langOf(actor, inv), models.English)
}

// reachable are the people who may be asked to contact somebody in a hard
// moment.
const reachable = models.Navigator | models.Organizer

// crisisCommand is what the buttons of the emergency answer run, and those of
// the team that was asked. Without more it is that answer.
func crisisCommand() *Command {
	return &Command{
		Name: "crisis", Right: models.RightUse,
		Params: []Param{
			{Name: "person", Type: TypePerson},
			{Name: "reply", Type: TypeChoice, Named: true, Prefix: "button.", Codes: []string{"crisis_ask", "crisis_go_on", "crisis_remove", "crisis_take", "crisis_cannot"}},
		},
		Do: func(c *Call) (models.Message, error) {
			switch c.Args.Text("reply") {
			case "crisis_ask":
				return c.crisisAsk()
			case "crisis_go_on":
				return c.crisisGoOn()
			case "crisis_remove":
				return models.Message{Key: "crisis.removed"}, nil
			case "crisis_take", "crisis_cannot":
				return c.crisisReply(c.Args.Text("reply") == "crisis_take")
			}
			return models.Message{Key: "crisis.answer"}, nil
		},
		Says: crisisSpeech(),
	}
}

// crisisGoOn asks the question again that was open.
func (c *Call) crisisGoOn() (models.Message, error) {
	d, err := c.Dialog()
	if err != nil || d == nil {
		return models.Message{Key: "crisis.go_on_none"}, err
	}
	c.asking = true
	return conversations[d.Name].again(c, d)
}

// crisisAsk asks the team to contact the actor. Who it is they learn when one of
// them says yes; what was written they never do.
func (c *Call) crisisAsk() (models.Message, error) {
	team, err := c.others(reachable)
	if err != nil {
		return models.Message{}, err
	}
	if len(team) == 0 {
		return models.Message{Key: "crisis.nobody_asked"}, nil
	}
	if err := c.Seal(heldBy(c.Actor.Person.ID), models.FieldAsked, "asked"); err != nil {
		return models.Message{}, err
	}
	ask := models.Message{Key: "crisis.team_ask", Args: models.Args{"Who": models.PersonArg(c.Actor.Person.ID), "Languages": models.CodeArg("language." + string(c.lang))}}
	return models.Message{Key: "crisis.asked", Args: models.Args{"At": models.AtArg(c.Now)}}, c.tellOthers(ask, ids(team)...)
}

// others are the people with one of the roles given, without the actor.
func (c *Call) others(roles models.Roles) ([]*models.Person, error) {
	team, err := c.Team(roles)
	return slices.DeleteFunc(team, func(p *models.Person) bool { return p.ID == c.Actor.Person.ID }), err
}

// crisisReply is the answer of one of the team. Of the value that is kept while
// somebody waits the first word says that they asked, the others who cannot.
func (c *Call) crisisReply(take bool) (models.Message, error) {
	if !c.Actor.Person.Roles.Any(reachable) {
		return models.Message{}, mistake("crisis.not_asked", nil)
	}
	person := c.Args.Person("person")
	if person == nil {
		return models.Message{}, mistake("crisis.not_asked", nil)
	}
	waiting := heldBy(person.ID)
	opened, err := c.Opened(waiting)
	if err != nil {
		return models.Message{}, err
	}
	asked := strings.Fields(opened[models.FieldAsked])
	if len(asked) == 0 {
		return models.Message{Key: "crisis.over"}, nil
	}
	if take {
		told := models.Message{Key: "crisis.taken_told", Args: models.Args{"Name": models.PersonArg(c.Actor.Person.ID)}}
		if err := c.Tell(person.ID, told); err != nil {
			return models.Message{}, err
		}
		return models.Message{Key: "crisis.taken", Args: models.Args{"Name": models.PersonArg(person.ID)}}, c.Seal(waiting, models.FieldAsked, "")
	}
	return models.Message{Key: "crisis.cannot"}, c.crisisCannot(person.ID, asked)
}

// crisisCannot keeps that the actor cannot now. When nobody can, whoever waits is
// told, so that they wait no longer.
func (c *Call) crisisCannot(person models.ID, asked []string) error {
	if me := number(int(c.Actor.Person.ID)); !slices.Contains(asked, me) {
		asked = append(asked, me)
	}
	team, err := c.Team(reachable)
	if err != nil {
		return err
	}
	for _, p := range team {
		if p.ID != person && !slices.Contains(asked, number(int(p.ID))) {
			return c.Seal(heldBy(person), models.FieldAsked, strings.Join(asked, " "))
		}
	}
	if err := c.Tell(person, models.Message{Key: "crisis.nobody_can"}); err != nil {
		return err
	}
	return c.Seal(heldBy(person), models.FieldAsked, "")
}

// crisisSpeech are the messages to somebody in a hard moment, and to the team.
func crisisSpeech() map[string]Speech {
	return map[string]Speech{
		"crisis.answer":       {Write: writeCrisis},
		"crisis.asked":        {Fill: fillCrisis},
		"crisis.taken_told":   {Fill: fillCrisis},
		"crisis.nobody_can":   {Fill: fillCrisis},
		"crisis.nobody_asked": {Fill: fillCrisis},
		"crisis.team_ask": {Fill: fillCrisis, Buttons: func(v *View) {
			who := "~" + number(int(v.message.Args["Who"].Person))
			v.button("button.crisis_take", "crisis "+who+" reply:crisis_take")
			v.button("button.crisis_cannot", "crisis "+who+" reply:crisis_cannot")
		}},
	}
}

// writeCrisis shows who can help now, and what happens to the request.
func writeCrisis(v *View) error {
	v.say("crisis.first")
	switch numbers := v.actor.Coalition.CrisisNumbers; numbers {
	case "", SuggestedNumbers:
		v.say("crisis.list_us")
	default:
		v.set("Numbers", User(numbers))
		v.say("crisis.list")
	}
	v.say("crisis.for_another")
	asks := v.crisisTeam()
	dialog, err := v.reader.Dialog(v.actor.Person.ID)
	if err == nil && dialog != nil {
		v.say("crisis.kept")
	} else {
		v.say("crisis.kept_none")
	}
	if asks {
		v.button("button.crisis_ask", "crisis reply:crisis_ask")
	}
	v.button("button.crisis_go_on", "crisis reply:crisis_go_on")
	v.button("button.crisis_remove", "crisis reply:crisis_remove")
	return nil
}

// crisisTeam says who of the coalition can be asked, and reports whether anybody
// can. If that cannot be looked up, the numbers still stand.
func (v *View) crisisTeam() bool {
	team, err := v.reader.Team(reachable)
	var names []string
	for _, p := range team {
		if p.ID != v.actor.Person.ID && len(names) < namesShown {
			names = append(names, User(p.Name))
		}
	}
	if err != nil || len(names) == 0 {
		v.say("crisis.nobody")
		return false
	}
	v.set("People", catalogue.List(v.lang, names))
	v.set("Count", len(names))
	v.say("crisis.team")
	return true
}

// fillCrisis sets Numbers to what is called in an emergency.
func fillCrisis(v *View) error {
	v.set("Numbers", v.word("crisis.now_us"))
	if numbers := v.actor.Coalition.CrisisNumbers; numbers != "" && numbers != SuggestedNumbers {
		v.set("Numbers", User(numbers))
	}
	return nil
}
