//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// answer shows an answer to the one who wrote, in an encrypted chat with nobody
// else in it, and what waited for them. The error is for what passes: then all
// of it is tried again, and what is there already is not shown twice.
func (v *visit) answer(ctx context.Context, answer *bot.Answer) error {
	if answer.Empty() && !v.secret {
		return nil
	}
	v.again = v.again || answer.Repeat
	if err := v.findChat(ctx); err != nil {
		return v.without(ctx, answer.Lang, err)
	}
	if v.secret {
		id := "matrix.remove"
		if v.taken {
			id = "matrix.removed"
		}
		if err := v.show(ctx, &saying{Text: commands.Text(v.m.text(answer.Lang, id, nil))}); err != nil {
			return v.without(ctx, answer.Lang, err)
		}
	}
	if err := v.reply(ctx, answer); err != nil {
		return v.without(ctx, answer.Lang, err)
	}
	if err := v.tellRoom(ctx, answer.Lang); err != nil {
		return err
	}
	return v.waiting(ctx, answer.Waiting)
}

// waiting shows the messages that waited for whoever was answered.
func (v *visit) waiting(ctx context.Context, list []bot.Waiting) error {
	var shown []models.ID
	var err error
	for _, w := range list {
		if err = v.show(ctx, &saying{Text: w.Text, Card: w.Card, Buttons: w.Buttons, First: w.First}); err != nil {
			break
		}
		shown = append(shown, w.ID)
	}
	if len(shown) > 0 {
		if err := v.m.in.Shown(ctx, shown); err != nil {
			v.m.o.Log.Error("messages that waited were shown and may come again", "err", err)
		}
	}
	return passing(err)
}

// findChat finds where the answer goes: where the line was written, if nobody
// else can read it there, not even the homeserver; else the bot's own chat with
// the one who wrote.
func (v *visit) findChat(ctx context.Context) error {
	if v.chat != "" {
		return nil
	}
	if v.private {
		safe, err := v.m.posts.direct.adopt(ctx, v.event.RoomID, v.event.Sender)
		if err != nil {
			return err
		}
		if safe {
			v.chat = v.event.RoomID
			return nil
		}
	}
	d, err := v.m.posts.direct.roomFor(ctx, v.event.Sender, true)
	if err != nil {
		return err
	}
	v.chat, v.invited = d.Room, d.Invited
	return nil
}

// reply shows the answer itself. Private values are taken back when their time is
// over.
func (v *visit) reply(ctx context.Context, answer *bot.Answer) error {
	what := &saying{Text: answer.Text, Card: answer.Card, Buttons: answer.Buttons, First: answer.First, Again: v.again}
	if !answer.Private {
		return v.show(ctx, what)
	}
	_, err := v.m.posts.sayPrivate(ctx, v.chat, v.key(), what, details{Coalition: answer.Coalition, Account: v.event.Sender, About: answer.About})
	return err
}

// show shows something in the private chat.
func (v *visit) show(ctx context.Context, what *saying) error {
	what.Again = v.again
	_, err := v.m.posts.say(ctx, v.chat, v.key(), what)
	return err
}

// key names the next thing that is said. It comes from the line: one that is dealt
// with again is answered under the same keys, so that nothing is there twice.
func (v *visit) key() string {
	v.parts++
	return v.event.ID.String() + " " + strconv.Itoa(v.parts)
}

// tellRoom says where the answer is, if who wrote may look for it elsewhere: the
// first time in a room, while they have not accepted the invitation, and where
// the bot does not answer at all. What the answer says, nobody hears there.
func (v *visit) tellRoom(ctx context.Context, lang models.Lang) error {
	if v.chat == v.event.RoomID {
		return nil
	}
	key := v.event.RoomID.String() + " " + v.event.Sender.String()
	_, knows := v.m.told.get(key)
	text := "private.written"
	switch {
	case v.private:
		text = "matrix.not_encrypted"
	case v.invited:
		text = "matrix.invited"
	case knows:
		return nil
	}
	if err := v.inRoom(ctx, lang, text); err != nil {
		return passing(err)
	}
	if !v.invited {
		v.m.told.put(key, true)
	}
	return nil
}

// inRoom says something of the platform's own in the room, as a reply.
func (v *visit) inRoom(ctx context.Context, lang models.Lang, text string) error {
	_, err := v.m.posts.say(ctx, v.event.RoomID, v.event.ID.String()+" room",
		&saying{Text: commands.Text(v.m.text(lang, text, nil)), ReplyTo: v.event.ID, Thread: v.thread(), Again: v.again})
	return err
}

// thread is the message under which the line was written, if it was in a thread.
func (v *visit) thread() id.EventID {
	return v.event.Content.AsMessage().RelatesTo.GetThreadParent()
}

// without deals with an answer that could not be shown. What passes is tried
// again; for who cannot be written to, the room has one sentence.
func (v *visit) without(ctx context.Context, lang models.Lang, err error) error {
	if err := passing(err); err != nil {
		return err
	}
	v.m.o.Log.Warn("an answer could not be shown", "event", v.event.ID, "err", err)
	if v.chat == v.event.RoomID {
		return nil
	}
	if err := v.inRoom(ctx, lang, "matrix.no_chat"); err != nil {
		v.m.o.Log.Warn("that an answer could not be shown was not said either", "event", v.event.ID, "err", err)
	}
	return nil
}

// passing is an error that will pass, for who tries again; what will not pass is
// none.
func passing(err error) error {
	var final *bot.PermanentError
	var later *bot.NotNowError
	switch {
	case err == nil, errors.As(err, &final), errors.Is(err, bot.ErrGone):
		return nil
	case errors.As(err, &later):
		return err
	}
	// Under its key it can be said again: where it was shown, that is found out.
	return notNow(fmt.Errorf("it is not known whether an answer was shown: %w", err), 0)
}

// redact takes a message in a room back.
func (m *Matrix) redact(ctx context.Context, room id.RoomID, message id.EventID) error {
	s, err := m.posts.session()
	if err != nil {
		return err
	}
	return m.posts.redact(once(ctx), s, room, message)
}
