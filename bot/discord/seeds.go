package discord

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// adornFor is how long a card's reactions and its pin may hold up what else is
// to be shown. They are for convenience: the words say what to do without them.
const adornFor = 5 * time.Second

// adorn makes the bot's own reactions on a card those that belong there. There are the reactions that Discord reports. What fails is
// tried again soon if it will pass, and else with the card's next change.
func (p *posts) adorn(ctx context.Context, post bot.Post, channel, message string, there []reactionCount) {
	if post.Card == nil || post.Account != "" {
		return
	}
	was, _ := p.shown.get(message)
	for _, r := range there {
		if r.Me && r.Emoji.ID == "" && !slices.Contains(was.seeds, r.Emoji.Name) {
			was.seeds = append(slices.Clone(was.seeds), r.Emoji.Name)
		}
	}
	p.shown.put(message, was)
	if p.late.changes(message, post.Card.Seeds) {
		return // whoever is at it goes on
	}
	if again := p.seed(ctx, channel, message, post.Card.Seeds); again > 0 {
		p.late.add(message, &lateCard{channel: channel, want: post.Card.Seeds, at: p.Clock.Now().Add(again)})
	}
}

// seed makes the bot's own reactions on a card those that are wanted, and says
// after how long to try again; 0 is not at all.
func (p *posts) seed(ctx context.Context, channel, message string, want []string) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, adornFor)
	defer cancel()
	was, _ := p.shown.get(message)
	have, err := p.reactions(ctx, channel, message, slices.Clone(was.seeds), want)
	was, _ = p.shown.get(message)
	was.seeds = have
	p.shown.put(message, was)
	var notNow *bot.NotNowError
	if !errors.As(err, &notNow) {
		return 0
	}
	return max(notNow.After, time.Second)
}

// reactions puts on a card what is wanted, in its order, then takes off what is
// not. It returns what is there, and why it is not all.
func (p *posts) reactions(ctx context.Context, channel, message string, have, want []string) (_ []string, failed error) {
	for _, emoji := range want {
		if slices.Contains(have, emoji) {
			continue
		}
		if err := classify(p.REST.react(ctx, channel, message, emoji)); err != nil {
			p.Log.Warn("a reaction was not put on a card", "message", message, "err", err)
			return have, err
		}
		have = append(have, emoji)
	}
	have = slices.DeleteFunc(have, func(emoji string) bool {
		if slices.Contains(want, emoji) {
			return false
		}
		err := classify(p.REST.unreact(ctx, channel, message, emoji, "@me"))
		if err != nil && !errors.Is(err, bot.ErrGone) {
			p.Log.Warn("a reaction of ours was not taken off a card", "message", message, "err", err)
			failed = err
			return false
		}
		return true
	})
	return have, failed
}

// reseed forgets which reactions of ours are on a message: they were taken off
// by somebody. They come back with the card's next change.
func (p *posts) reseed(message string) {
	if was, ok := p.shown.get(message); ok {
		was.seeds = nil
		p.shown.put(message, was)
	}
}

// pin pins a new card. Without it the card is there all the same.
func (p *posts) pin(ctx context.Context, channel, message string) {
	ctx, cancel := context.WithTimeout(ctx, adornFor)
	defer cancel()
	if err := p.REST.pin(ctx, channel, message); err != nil {
		p.Log.Warn("a card was not pinned", "message", message, "err", err)
	}
}

// reactionGone is Discord's code for an emoji that it does not find there.
const reactionGone = 10014

// Unreact takes a person's reaction off a message. See bot.Platform. Where the
// bot may not, it stays: the card says what holds, and the person was told.
func (p *posts) Unreact(ctx context.Context, room, message, account, emoji string) error {
	channel := room
	if was, _ := p.shown.get(message); was.forum {
		channel = message
	}
	err := p.REST.unreact(ctx, channel, message, emoji, account)
	if hasCode(err, unknownMessage) && channel == room {
		channel = message // in a forum the first message has its thread's id
		err = p.REST.unreact(ctx, channel, message, emoji, account)
	}
	if hasCode(err, threadArchived) {
		if err = p.REST.unarchive(ctx, channel); err == nil {
			err = p.REST.unreact(ctx, channel, message, emoji, account)
		}
	}
	switch {
	case err == nil, hasCode(err, unknownMessage, reactionGone, unknownChannel):
		return nil
	case hasCode(err, missingPermissions):
		p.Log.Info("the bot may not take reactions off", "room", room)
		return nil
	}
	return classify(err)
}
