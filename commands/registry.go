package commands

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// all lists every command: adding one is adding its line here.
func all() []*Command {
	return []*Command{
		needCommand(),
		boardCommand(), showCommand(), claimCommand(), detailsCommand(), releaseCommand(), startCommand(), doneCommand(),
		offerCommand(), offersCommand(),
		mineCommand(), editCommand(), followupCommand(), closeCommand(), reopenCommand(), historyCommand(),
		languageCommand(), helpCommand(),
		setupCommand(), joinCommand(), roleCommand(), linkRoleCommand(), welcomeCommand(),
		keepAwayCommand(), blockCommand(),
		privacyCommand(),
		answerCommand(), outcomeCommand(), volunteerCommand(), crisisCommand(),
		refuseCommand(), agreeCommand(), confirmCommand(), addCommand(), againCommand(), messagesCommand(),
	}
}

// Registry runs commands. It is the only way in: every event of every platform
// becomes an Invocation and goes through Run.
type Registry struct {
	store  *store.Store
	cat    *catalogue.Catalogue
	log    *slog.Logger
	now    func() time.Time
	list   []*Command
	vocab  *vocabulary
	speech map[string]Speech
	// scrub says that something was erased whose last traces are to be wiped:
	// at the start too, for a program that was stopped in between.
	scrub atomic.Bool
}

// Options are what a registry needs beside its store.
type Options struct {
	Log *slog.Logger     // nil discards
	Now func() time.Time // nil is the wall clock
}

// New makes a registry of all commands.
func New(s *store.Store, o Options) (*Registry, error) {
	cat, err := catalogue.New()
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	r := &Registry{store: s, cat: cat, log: o.Log, now: o.Now, list: all(), speech: map[string]Speech{}}
	r.scrub.Store(true)
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.now == nil {
		r.now = store.WallClock
	}
	if r.vocab, err = newVocabulary(cat, r.list); err != nil {
		return nil, err
	}
	says := []map[string]Speech{errorSpeech(), whichTime()}
	for _, c := range r.list {
		says = append(says, c.Says)
	}
	for _, some := range says {
		for key, speech := range some {
			if _, twice := r.speech[key]; twice {
				return nil, fmt.Errorf("the message %s is declared twice", key)
			}
			r.speech[key] = speech
		}
	}
	return r, nil
}

// Commands lists all commands in the order of help.
func (r *Registry) Commands() []*Command { return r.list }

// Catalogue is the registry's catalogue.
func (r *Registry) Catalogue() *catalogue.Catalogue { return r.cat }

// Store is the registry's store.
func (r *Registry) Store() *store.Store { return r.store }

func (r *Registry) find(name string) *Command {
	for _, c := range r.list {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// view starts a text for somebody.
func (r *Registry) view(ctx context.Context, viewer *viewer) *View {
	return &View{ctx: ctx, reg: r, reader: r.store.Reader(ctx, viewer.actor.Coalition.ID), viewer: *viewer, fields: map[string]any{}}
}
