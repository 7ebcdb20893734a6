package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

type (
	rotateCommand    struct{}
	keyStatusCommand struct{}
)

// keyVariable is the variable that can hold the key itself. It is no setting: a
// flag would show it to everybody on the machine.
const keyVariable = "SHIREBOT_KEY"

// storeOptions are those that follow from the settings.
func (s *settings) storeOptions(o store.Options) store.Options {
	o.Dir, o.KeyFile, o.Key = s.Data, s.KeyFile, os.Getenv(keyVariable)
	return o
}

// Run adds a new key to the key file. The bot may be running.
func (rotateCommand) Run(s *settings) error {
	if s.Data == "" {
		return errNoFolder
	}
	o := s.storeOptions(store.Options{})
	if _, err := store.RotateKey(o); err != nil {
		return err
	}
	fmt.Println(s.say("keys.rotated", map[string]any{"Data": o.KeyPath()}))
	return nil
}

// Run lists the keys and what is sealed with each. The bot may be running.
func (keyStatusCommand) Run(ctx context.Context, s *settings) (err error) {
	exists, err := s.hasDatabase()
	if err != nil {
		return err
	}
	if !exists {
		fmt.Println(s.say("program.no_database", map[string]any{"Data": s.Data}))
		return nil
	}
	look, err := store.Inspect(ctx, s.storeOptions(store.Options{}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, look.Close()) }()
	keys, err := look.Keys()
	if err != nil {
		return err
	}
	missing := false
	for _, k := range keys {
		id := "keys.older"
		switch {
		case k.Primary:
			id = "keys.primary"
		case !k.InFile:
			id, missing = "keys.missing", true
		}
		fmt.Println(s.say(id, map[string]any{"Code": fmt.Sprintf("%08x", k.ID), "Count": int(k.Values)}))
	}
	if missing {
		return errTold
	}
	return nil
}
