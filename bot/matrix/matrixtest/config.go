//go:build goolm

package matrixtest

import (
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Limit is the homeserver's own rate limit. Each device may do Threshold things
// in CoolOff. Dendrite counts joining, leaving, inviting, logging in and asking
// who one is. It never counts messages: see [Proxy.Limit].
type Limit struct {
	Threshold int
	CoolOff   time.Duration
}

// config is the configuration: server name, secret, limit and the parts with a
// database. Files are in the data folder, where the homeserver is started. An
// empty section would wipe the defaults of that section.
const config = `version: 2
global:
  server_name: "%[1]s"
  private_key: matrix_key.pem
  disable_federation: true
  presence:
    enable_inbound: false
    enable_outbound: false
  cache:
    max_size_estimated: 64mb
    max_age: 1h
  jetstream:
    storage_path: jetstream
    in_memory: false
    topic_prefix: Test
client_api:
  registration_shared_secret: "%[2]s"
  rate_limiting:
%[3]suser_api:
  bcrypt_cost: 4
  account_database:
    connection_string: "%[5]s"
%[4]slogging:
  - type: std
    level: warn
`

// part is a part of Dendrite that has a database of its own: the section of
// its configuration, and what else that section needs.
const part = `%[1]s:
  database:
    connection_string: "%[2]s"
`

// database is where a part keeps its data: in SQLite, with a log before the data,
// so that who reads and who writes do not wait for each other. The homeserver
// drops what follows a question mark but one that is escaped.
func (s *Server) database(name, more string) string {
	return (&url.URL{Scheme: "file", Path: filepath.Join(s.folder, name+".db") + "?_pragma=journal_mode(WAL)" + more}).String()
}

// locked has a transaction take its lock when it begins. One that takes it later
// fails at once where another one has it by then.
const locked = "&_txlock=immediate"

// parts are the sections, and what else they need.
var parts = []struct{ section, more string }{
	{"room_server", ""},
	{"sync_api", ""},
	{"key_server", ""},
	{"relay_api", ""},
	{"mscs", ""},
	{"media_api", "  base_path: media\n"},
	{"federation_api", "  key_perspectives: []\n"},
}

// configure writes what Dendrite needs into the data folder.
func (s *Server) configure() error {
	var sections strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&sections, part, p.section, s.database(p.section, ""))
		sections.WriteString(p.more)
	}
	text := fmt.Sprintf(config, s.name, s.secret, s.opts.Limit.section(), sections.String(), s.database("account", locked))
	if err := os.WriteFile(filepath.Join(s.folder, "dendrite.yaml"), []byte(text), 0o600); err != nil {
		return err
	}
	seed := make([]byte, 32)
	rand.Read(seed)
	key := pem.EncodeToMemory(&pem.Block{
		Type: "MATRIX PRIVATE KEY", Headers: map[string]string{"Key-ID": "ed25519:test"}, Bytes: seed,
	})
	return os.WriteFile(filepath.Join(s.folder, "matrix_key.pem"), key, 0o600)
}

// section is what the configuration says about the limit.
func (l *Limit) section() string {
	if l == nil {
		return "    enabled: false\n"
	}
	return fmt.Sprintf("    enabled: true\n    threshold: %d\n    cooloff_ms: %d\n", l.Threshold, l.CoolOff.Milliseconds())
}
