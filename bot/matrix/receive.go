//go:build goolm

package matrix

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// visitFor is how long one line of somebody's may be worked on.
const visitFor = time.Minute

// visit is a line that somebody wrote to the bot while it is dealt with.
type visit struct {
	m       *Matrix
	event   *event.Event
	line    string
	private bool // it was written in a chat of two
	inv     commands.Invocation
	// done says that the engine had the invocation: something may be committed.
	done bool
	// secret says that there were private values in a line in a room, and taken
	// that they could be taken back there.
	secret, taken bool

	missed  bool      // see intakeOptions.Said
	again   bool      // an earlier login may have dealt with it
	chat    id.RoomID // where the answers go, once it is known
	invited bool      // they still have to accept our invitation to it
	parts   int
}

// hear deals with what somebody wrote: everything in a chat of two, and commands
// in rooms. An error says that the answer is not shown yet: the event is to come
// again then, and is answered under the same ids.
func (m *Matrix) hear(ctx context.Context, e *event.Event, missed bool) error {
	content := e.Content.AsMessage()
	if e.Sender == m.places.self || content.MsgType != event.MsgText || content.RelatesTo.GetReplaceID() != "" {
		return nil
	}
	v := &visit{m: m, event: e, missed: missed, again: missed || time.UnixMilli(e.Timestamp).Before(m.session.began)}
	if other, private := m.places.looksPrivate(e.RoomID); private && other == e.Sender {
		v.private, v.line = true, withoutReply(content.Body)
	} else {
		line, ours := roomLine(m.o.Registry, m.calledIn(content, e.RoomID), content.Body)
		if !ours {
			return nil
		}
		v.line = line
	}
	v.inv = commands.Invocation{EventID: e.ID.String(), Text: v.line,
		Who: store.Who{Platform: Name, Account: e.Sender.String(), Name: m.nameOf(e.RoomID, e.Sender)}}
	return v.within(ctx)
}

// calledIn is how people call the bot in a room, and in one message there.
func (m *Matrix) calledIn(content *event.MessageEventContent, room id.RoomID) called {
	c := called{account: m.places.self.String(), name: m.places.name(room, m.places.self)}
	c.mentioned = content.Mentions != nil && slices.Contains(content.Mentions.UserIDs, m.places.self)
	if content.Format == event.FormatHTML {
		c.pill = c.pillIn(content.FormattedBody)
	}
	return c
}

// nameOf is how somebody calls themselves.
func (m *Matrix) nameOf(room id.RoomID, user id.UserID) string {
	if name := m.places.name(room, user); name != "" {
		return name
	}
	return user.Localpart()
}

// within deals with the visit. What was begun is finished even if the program is
// about to end, within a limit of time.
func (v *visit) within(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), visitFor)
	defer cancel()
	deal := v.public
	if v.private {
		deal = v.direct
	}
	err := guarded(func() error { return deal(ctx) })
	var panicked *panicError
	if errors.As(err, &panicked) {
		return v.say(ctx, v.m.o.Registry.Apology(ctx, v.inv, err, v.done))
	}
	return err
}

// public deals with a command in a room. The answer is private all the same.
func (v *visit) public(ctx context.Context) error {
	space, err := v.m.rooms.spaceOf(ctx, v.event.RoomID)
	if err == nil {
		v.inv.Who.Space, v.inv.Room = space, v.event.RoomID.String()
		v.inv.Member, err = v.m.rooms.memberOf(ctx, space, v.event.Sender)
	}
	if err != nil {
		return v.say(ctx, v.m.o.Registry.Apology(ctx, v.inv, err, false))
	}
	v.inv.Named = v.named()
	v.inv.Lang = v.m.langOfRoom(ctx, v.event.RoomID)
	if v.m.o.Registry.GivesPrivate(v.line) {
		v.takeBack(ctx)
	}
	answer, err := v.receive(ctx)
	if err != nil {
		return err
	}
	if answer.Unfounded {
		answer = v.found(ctx, answer)
	}
	return v.answer(ctx, answer)
}

// named are the people of the room whom the line names by their whole names.
func (v *visit) named() map[string]string {
	named := map[string]string{}
	v.m.places.view(v.event.RoomID, func(p *place) {
		for _, word := range strings.Fields(v.line) {
			if at := strings.Index(word, ":@"); at >= 0 {
				word = word[at+1:] // for:@sam:example.org
			}
			if there, ok := p.members[id.UserID(word)]; ok {
				named[word] = there.name
			}
		}
	})
	for account, name := range named {
		if name == "" {
			named[account] = id.UserID(account).Localpart()
		}
	}
	return named
}

// takeBack redacts a message in a room that has private values in it, so that
// fewer people read them.
func (v *visit) takeBack(ctx context.Context) {
	v.secret = true
	err := v.m.redact(ctx, v.event.RoomID, v.event.ID)
	if v.taken = err == nil; !v.taken {
		v.m.o.Log.Warn("a message with private values stays in a room", "event", v.event.ID, "err", err)
	}
}

// direct deals with a line in a chat of two.
func (v *visit) direct(ctx context.Context) error {
	if done, err := v.chose(ctx); done {
		return err
	}
	return v.placed(ctx)
}

// placed carries a line of a direct chat out, once it is clear whose it is.
func (v *visit) placed(ctx context.Context) error {
	p, err := v.m.placed(ctx, &v.inv)
	switch {
	case err != nil:
		return v.say(ctx, v.m.o.Registry.Apology(ctx, v.inv, err, false))
	case p.refusal != "":
		return v.sayText(ctx, p.refusal, p.fields)
	case p.ask != nil:
		return v.ask(ctx, p.ask)
	}
	answer, err := v.receive(ctx)
	if err != nil {
		return err
	}
	return v.answer(ctx, answer)
}

// receive hands the line to the engine. Who writes too much at once is told so;
// but what they wrote while the bot was away came at once through no doing of
// theirs, and is only dealt with more slowly.
func (v *visit) receive(ctx context.Context) (*bot.Answer, error) {
	v.done = true
	answer := v.m.in.Receive(ctx, v.inv)
	if answer.Held && v.missed {
		return nil, notNow(errors.New("much was written while the bot was away"), answer.HeldFor)
	}
	return answer, nil
}

// sayText says something of the platform's own.
func (v *visit) sayText(ctx context.Context, id string, fields map[string]any) error {
	return v.say(ctx, &commands.Reply{Text: commands.Text(v.m.text(v.m.langOf(ctx, v.inv), id, fields))})
}

// say shows a reply that did nothing.
func (v *visit) say(ctx context.Context, reply *commands.Reply) error {
	return v.answer(ctx, &bot.Answer{Reply: reply, First: 1})
}

// langOf is the language of the one who acts, for what the platform itself says.
func (m *Matrix) langOf(ctx context.Context, inv commands.Invocation) models.Lang {
	actor, err := m.o.Registry.Store().Actor(ctx, inv.Who)
	switch {
	case err != nil:
		return m.o.Lang
	case actor.Person.Language != "":
		return actor.Person.Language
	}
	return actor.Coalition.Language
}
