package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
)

// logName is the log's file in the data folder: a log on the screen would get
// into the chat.
const logName = "shirebot.log"

// standardError is what is written for a log that goes to no file.
const standardError = "-"

// logPath is the log's file, or standardError.
func (s *settings) logPath() string {
	if s.LogFile != "" {
		return s.LogFile
	}
	return filepath.Join(s.Data, logName)
}

// openLog opens the log, which only its owner can read. It has to be closed in
// the end.
func (s *settings) openLog() (log *slog.Logger, closeLog func() error, err error) {
	var out io.Writer = os.Stderr
	closeLog = func() error { return nil }
	if path := s.logPath(); path != standardError {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, fmt.Errorf("log: %w", err)
		}
		out, closeLog = file, file.Close
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("log: %w", err), closeLog())
	}
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, options)), closeLog, nil
	}
	return slog.New(slog.NewTextHandler(out, options)), closeLog, nil
}
