package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// data is the data folder in use: the store and the log in it.
type data struct {
	store    *store.Store
	log      *slog.Logger
	closeLog func() error
}

// errNoFolder says that the system has no place for data.
var errNoFolder = errors.New("there is no home directory for the data; choose a folder with --data")

// open opens the data folder, and makes it if it is not there.
func (s *settings) open(ctx context.Context, o store.Options) (*data, error) {
	if s.Data == "" {
		return nil, errNoFolder
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	log, closeLog, err := s.openLog()
	if err != nil {
		return nil, err
	}
	o = s.storeOptions(o)
	o.Log = log
	opened, err := store.Open(ctx, o)
	if err != nil {
		log.Error("the store could not be opened", "err", err)
		return nil, errors.Join(err, closeLog())
	}
	return &data{store: opened, log: log, closeLog: closeLog}, nil
}

func (d *data) close() error { return errors.Join(d.store.Close(), d.closeLog()) }

// databaseName is the database's file in the data folder.
const databaseName = "shirebot.db"

func (s *settings) hasDatabase() (bool, error) {
	if s.Data == "" {
		return false, errNoFolder
	}
	_, err := os.Stat(filepath.Join(s.Data, databaseName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// logged puts an error into the log.
func (d *data) logged(err error) error {
	d.log.Error("stopped", "err", err)
	return &loggedError{err}
}
