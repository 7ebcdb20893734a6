// Package openapi checks requests against Discord's own description of its
// interface, for the tests.
//
// The description is not part of this repository. It is looked for where the
// environment variable SHIREBOT_DISCORD_OPENAPI says, or else beside the
// checkout. If the variable is set, the file has to be there; if not, tests say
// that they go without.
package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi/datamodel"
)

// Variable names the environment variable with the file of the description.
const Variable = "SHIREBOT_DISCORD_OPENAPI"

// beside is where the description is if nothing else is said, from the root of
// the repository.
const beside = "../shared/data/discord-openapi.json"

// Check looks at a request whose path begins with /api/v9.
type Check func(r *http.Request, body []byte) error

// Need is the check, or skips the test if there is no description here.
func Need(t testing.TB) Check {
	t.Helper()
	check := Optional(t)
	if check == nil {
		t.Skipf("SKIPPED: Discord's description is not here; put it at %s or set %s", beside, Variable)
	}
	return check
}

// Optional is the check, or nil if there is no description here, which the test
// then says in its log.
func Optional(t testing.TB) Check {
	t.Helper()
	check, err := load()
	switch {
	case errors.Is(err, fs.ErrNotExist) && os.Getenv(Variable) == "":
		t.Logf("requests are not checked against Discord's description: it is neither at %s nor where %s says", beside, Variable)
		return nil
	case err != nil:
		t.Fatalf("read Discord's description: %v", err)
	}
	return check
}

// load reads the description, which takes seconds, once in a program.
var load = sync.OnceValues(func() (Check, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	return parse(data)
})

// find is where the description is, from wherever in the repository a test runs.
func find() (string, error) {
	if path := os.Getenv(Variable); path != "" {
		return path, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, beside), nil
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		return "", fmt.Errorf("no go.mod above the working directory: %w", fs.ErrNotExist)
	}
}

// parse makes the check from a description.
func parse(data []byte) (Check, error) {
	var whole map[string]any
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	if err := correct(whole); err != nil {
		return nil, err
	}
	data, err := json.Marshal(whole)
	if err != nil {
		return nil, fmt.Errorf("write the corrected description: %w", err)
	}
	quiet := datamodel.NewDocumentConfiguration()
	quiet.Logger = slog.New(slog.DiscardHandler)
	document, err := libopenapi.NewDocumentWithConfiguration(data, quiet)
	if err != nil {
		return nil, fmt.Errorf("understand the description: %w", err)
	}
	v, errs := validator.NewValidator(document, config.WithoutSecurityValidation(), config.WithLogger(quiet.Logger))
	if len(errs) > 0 {
		return nil, fmt.Errorf("understand the description: %w", errors.Join(errs...))
	}
	var one sync.Mutex // the library renders schemas as it goes
	return func(r *http.Request, body []byte) error {
		one.Lock()
		defer one.Unlock()
		return check(v, r, body)
	}, nil
}

// check looks at one request, as if it had gone to the version described.
func check(v validator.Validator, r *http.Request, body []byte) error {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/api/v9")
	to, err := url.Parse("https://discord.com/api/v10" + path)
	if err != nil {
		return fmt.Errorf("read the address: %w", err)
	}
	to.RawQuery = r.URL.RawQuery
	described := r.Clone(r.Context())
	described.URL, described.Host, described.RequestURI = to, to.Host, ""
	described.Body = io.NopCloser(bytes.NewReader(body))
	described.ContentLength = int64(len(body))
	fits, found := v.ValidateHttpRequestSync(described)
	if fits {
		return nil
	}
	var list []error
	for _, e := range found {
		list = append(list, fmt.Errorf("%s: %s", e.Message, e.Reason))
		for _, s := range e.SchemaValidationErrors {
			list = append(list, fmt.Errorf("at %s: %s", s.FieldPath, s.Reason))
		}
	}
	return errors.Join(list...)
}
