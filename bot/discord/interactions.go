package discord

import (
	"context"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// visitFor is how long one event of a person may be worked on.
const visitFor = 30 * time.Second

// visit is an interaction while it is dealt with: what the person means, and
// the way back to them.
type visit struct {
	d   *Discord
	i   *interaction
	a   *answer
	inv commands.Invocation
	// coalition is whose space it is, for what is shown; 0 if it is nobody's.
	coalition models.ID
	// unplaced says that the space is not known yet.
	unplaced bool
	// done says that the engine had the invocation: something may be committed.
	done bool
}

// interact takes an interaction in. It only enqueues.
func (d *Discord) interact(ctx context.Context, i *interaction) {
	who := i.who()
	if who.Bot {
		return
	}
	v := &visit{d: d, i: i, a: newAnswer(d.rest, d.o.Clock, d.o.Log, i), inv: d.invocation(i)}
	switch {
	case i.Type == interactionSuggest:
		d.quick.do(ctx, "suggest."+who.ID, v.within((*visit).suggest)) // one that is late is of no use
		return
	case v.opensForm():
		// It changes nothing and has to be quick, so it passes what waits.
		if !d.quick.do(ctx, "form."+who.ID, v.within((*visit).deal)) {
			v.tooMany(ctx)
		}
		return
	case i.Type != interactionCommand && i.Type != interactionComponent && i.Type != interactionForm:
		return
	}
	d.owned.Go(v.a.watch(ctx))
	if !d.events.do(ctx, who.ID, v.within((*visit).deal)) {
		v.tooMany(ctx)
	}
}

// within is the work on a visit. What was begun is finished even if the program
// is about to end, within a limit of time.
func (v *visit) within(work func(*visit, context.Context)) func(context.Context) {
	return func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), visitFor)
		defer cancel()
		defer v.a.end()
		defer v.rescue(ctx)
		work(v, ctx)
	}
}

// rescue answers where something of ours failed in a way that nobody foresaw.
func (v *visit) rescue(ctx context.Context) {
	p := recover()
	if p == nil {
		return
	}
	v.say(ctx, v.d.o.Registry.Apology(ctx, v.inv, panicked(p), v.done))
}

// tooMany answers somebody for whom too much is waiting already. They are told
// once in a while; a flood of answers would only make it worse.
func (v *visit) tooMany(ctx context.Context) {
	if !v.d.events.do(ctx, "full."+v.i.who().ID, v.within(func(v *visit, ctx context.Context) {
		v.say(ctx, v.d.o.Registry.TooFast(ctx, v.inv, perKey, fullFor, false))
	})) {
		v.a.end()
	}
}

// fullFor is when somebody for whom too much waits is asked to try again.
const fullFor = 30 * time.Second

// deal finds out what an interaction means and does it.
func (v *visit) deal(ctx context.Context) {
	switch {
	case v.i.Type == interactionCommand && v.i.Data.Type == commandMessage:
		v.messageCommand(ctx)
	case v.i.Type == interactionCommand:
		v.command(ctx)
	case v.i.Type == interactionForm:
		v.filledIn(ctx)
	case v.i.Type == interactionComponent:
		v.pressed(ctx)
	}
}

// command runs a slash command. /need and /offer without anything open a form.
func (v *visit) command(ctx context.Context) {
	v.inv.Text = v.i.Data.Name
	v.inv.Args, v.inv.Named = argsOf(&v.i.Data)
	if !v.place(ctx, 0) {
		return
	}
	if form := v.formOfCommand(); form != "" {
		v.open(ctx, form, nil)
		return
	}
	v.run(ctx)
}

// pressed does what a button or a choice from a list stands for.
func (v *visit) pressed(ctx context.Context) {
	act, ok := pressed(v.i.Data)
	switch {
	case !ok, act.Kind == actionOld, act.Kind == actionSubmit, act.Kind == actionOpen && !isForm(act.Line):
		v.oldButton(ctx)
		return
	case act.Kind == actionChoose:
		v.choose(ctx, act)
		return
	}
	v.inv.Button, v.inv.Text = true, act.Line
	if !v.place(ctx, act.Coalition) {
		return
	}
	if act.Kind == actionOpen {
		v.open(ctx, act.Line, nil)
		return
	}
	v.run(ctx)
}

// oldButton answers a button that this program cannot read: it is of another
// version, or forged. A card that has such buttons is shown anew.
func (v *visit) oldButton(ctx context.Context) {
	id := "discord.old_button"
	if v.i.GuildID != "" && v.i.Message != nil && v.refresh(ctx) {
		id = "old_button"
	}
	v.sayText(ctx, id, nil)
}

// refresh has the card shown anew whose button was pressed.
func (v *visit) refresh(ctx context.Context) bool {
	found, err := v.d.o.Registry.Refresh(ctx, v.inv.Who, v.i.Message.ID)
	if err != nil && !store.IsNotFound(err) {
		v.d.o.Log.Error("a card with old buttons could not be shown anew", "err", err)
	}
	return found
}

// run hands the invocation to the engine and shows what it answers.
func (v *visit) run(ctx context.Context) {
	v.done = true
	v.answered(ctx, v.receive(ctx))
}

func (v *visit) receive(ctx context.Context) *bot.Answer {
	answer := v.d.in.Receive(ctx, v.inv)
	if answer.Unfounded && v.i.GuildID != "" {
		return v.found(ctx, answer)
	}
	return answer
}

// answered shows an answer of the engine's, and what waited for the one who
// acted.
func (v *visit) answered(ctx context.Context, answer *bot.Answer) {
	v.d.learn(v.inv.Who, answer.Lang)
	if !v.showReply(ctx, answer.Reply, !answer.Failed && !answer.Held && !answer.Mistake) {
		return
	}
	var shown []models.ID
	for _, w := range answer.Waiting {
		l := v.d.labels(w.Lang)
		first, more := replyBody(&commands.Reply{Text: w.Text, Card: w.Card, Buttons: w.Buttons, Coalition: answer.Coalition}, l)
		if !v.a.more(ctx, first) || !v.moreOf(ctx, more) {
			break
		}
		shown = append(shown, w.ID)
	}
	v.d.shown(ctx, shown)
}

func (v *visit) moreOf(ctx context.Context, bodies []*messageBody) bool {
	for _, b := range bodies {
		if !v.a.more(ctx, b) {
			return false
		}
	}
	return true
}

// showReply shows a reply to the one who acted alone. Instead says that it may
// take the place of the answer whose button was pressed; what refuses does not,
// so that the buttons stay.
func (v *visit) showReply(ctx context.Context, reply *commands.Reply, instead bool) bool {
	if reply.Empty() {
		if v.a.nothing(ctx) {
			return true
		}
		id := "discord.done"
		if reply.Mistake {
			id = "discord.wait"
		}
		reply = &commands.Reply{Text: commands.Text(v.d.text(v.langFor(ctx, reply.Lang), id, nil))}
	}
	first, more := replyBody(reply, v.d.labels(v.langFor(ctx, reply.Lang)))
	return v.a.show(ctx, first, more, instead)
}

// say shows a reply that did nothing.
func (v *visit) say(ctx context.Context, reply *commands.Reply) { v.showReply(ctx, reply, false) }

// sayText says something of the platform's own.
func (v *visit) sayText(ctx context.Context, id string, fields map[string]any) {
	v.say(ctx, &commands.Reply{Text: commands.Text(v.d.text(v.langFor(ctx, ""), id, fields))})
}

// langFor is the language of a reply, or of the one who acts.
func (v *visit) langFor(ctx context.Context, lang models.Lang) models.Lang {
	if lang != "" {
		return lang
	}
	return v.d.langOf(ctx, v.inv)
}
