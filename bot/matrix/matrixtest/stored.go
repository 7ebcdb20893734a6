//go:build goolm

package matrixtest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // reads the homeserver's databases

	"maunium.net/go/mautrix/id"
)

// Event is an event as the homeserver has it on its disk.
type Event struct {
	ID       id.EventID
	Room     id.RoomID
	Sender   id.UserID
	Type     string
	StateKey *string         // nil for what is no state
	Content  json.RawMessage // as it was sent
	JSON     string          // the whole event
}

// queries read every event out of the two databases that keep them. An event
// that was redacted may still be whole in the first.
var queries = []struct{ file, query string }{
	{"room_server.db", "SELECT e.event_id, j.event_json FROM roomserver_event_json j JOIN roomserver_events e ON e.event_nid = j.event_nid ORDER BY e.event_nid"},
	{"sync_api.db", "SELECT event_id, headered_event_json FROM syncapi_output_room_events ORDER BY id"},
}

// Stored is every event of every room, as the homeserver's databases have it:
// what somebody with the server's disk knows. An event that two databases hold
// differently is in it twice. Writing lags answering a little, so wait for the
// event to be seen before.
func (s *Server) Stored(ctx context.Context) ([]Event, error) {
	var all []Event
	seen := map[string]bool{}
	for _, q := range queries {
		found, err := read(ctx, filepath.Join(s.folder, q.file), q.query)
		// Beside a server that writes a read can fail that succeeds a moment later.
		for tries := 0; err != nil && tries < 20 && ctx.Err() == nil; tries++ {
			rest(ctx, 100*time.Millisecond)
			found, err = read(ctx, filepath.Join(s.folder, q.file), q.query)
		}
		if err != nil {
			return nil, fmt.Errorf("read the homeserver's %s: %w", q.file, err)
		}
		for _, event := range found {
			if key := string(event.ID) + string(event.Content); !seen[key] {
				seen[key] = true
				all = append(all, event)
			}
		}
	}
	return all, nil
}

// read runs one query over one database, which the homeserver may have open.
func read(ctx context.Context, file, query string) ([]Event, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Event
	for rows.Next() {
		var event Event
		if err := rows.Scan(&event.ID, &event.JSON); err != nil {
			return nil, err
		}
		var parts struct {
			Room     id.RoomID       `json:"room_id"`
			Sender   id.UserID       `json:"sender"`
			Type     string          `json:"type"`
			StateKey *string         `json:"state_key"`
			Content  json.RawMessage `json:"content"`
		}
		if err := json.Unmarshal([]byte(event.JSON), &parts); err != nil {
			return nil, fmt.Errorf("the event %s: %w", event.ID, err)
		}
		event.Room, event.Sender, event.Type, event.StateKey, event.Content = parts.Room, parts.Sender, parts.Type, parts.StateKey, parts.Content
		found = append(found, event)
	}
	return found, rows.Err()
}

// Files are the names of the homeserver's files that contain a text, byte for
// byte: databases and their logs, queues, the log. JSON writes some characters
// differently, so look for plain words.
func (s *Server) Files(text string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(s.folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return ignoreGone(err)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return ignoreGone(err)
		}
		if bytes.Contains(content, []byte(text)) {
			inside, err := filepath.Rel(s.folder, name)
			if err != nil {
				return err
			}
			found = append(found, inside)
		}
		return nil
	})
	return found, err
}

// ignoreGone drops the error of a file that the running homeserver removed
// between finding and reading it.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
