package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// secret is a setting that nobody may read over somebody's shoulder: it comes
// from the environment or from a file, never from the command line, which every
// account on the machine can list.
type secret string

// secretTag marks a flag that may not stand on the command line.
const secretTag = "secret"

// String keeps it out of logs and messages.
func (s secret) String() string {
	if s == "" {
		return ""
	}
	return "(secret)"
}

// GoString keeps it out of %#v.
func (s secret) GoString() string { return s.String() }

// clean is the secret without the spaces and the line break that come with it
// when it is copied.
func (s secret) clean() string { return strings.TrimSpace(string(s)) }

// errSecretShown says that a secret stood on the command line.
var errSecretShown = errors.New("would be seen by everybody on this machine")

// refuseShown refuses secrets on the command line.
func refuseShown(ctx *kong.Context) error {
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved && p.Flag.Tag.Has(secretTag) {
			return fmt.Errorf("--%s %w; set %s, or name a file with --%s-file", p.Flag.Name, errSecretShown, p.Flag.Envs[0], p.Flag.Name)
		}
	}
	return nil
}

// maxSecret bounds a secret's file: a longer one is something else.
const maxSecret = 16 << 10

// readSecret is a secret's value: given itself, or in a file.
func readSecret(value secret, file string) (string, error) {
	if value.clean() != "" || file == "" {
		return value.clean(), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(data))
	if text == "" || len(data) > maxSecret || strings.ContainsAny(text, " \r\n\t") {
		return "", fmt.Errorf("%s: this is not one line with a token", file)
	}
	return text, nil
}
