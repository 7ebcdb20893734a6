package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

type docsCommand struct {
	Check bool `help:"Write nothing; print what differs and end with 1 if something does."`
}

// page is one file that is written, in whole or between two marks.
type page struct {
	path string
	text []byte
}

// Run writes the pages that follow from declarations, in the current folder.
func (d docsCommand) Run(k *kong.Kong) error {
	registry, err := commands.New(nil, commands.Options{}) // nothing is run, so it needs no store
	if err != nil {
		return err
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	if readme, err = between(readme, commandTable(registry)); err != nil {
		return fmt.Errorf("README.md: %w", err)
	}
	reference, err := commandReference(registry)
	if err != nil {
		return err
	}
	pages := []page{
		{filepath.Join("docs", "commands.md"), reference},
		{filepath.Join("docs", "configuration.md"), configurationReference(k.Model)},
		{filepath.Join("docs", "permissions.md"), permissionsReference(registry)},
		{"README.md", readme},
	}
	if d.Check {
		return check(pages)
	}
	for _, p := range pages {
		if err := os.MkdirAll(filepath.Dir(p.path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(p.path, p.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// The marks between which the README's table stands.
const (
	tableBegin = "<!-- commands:begin -->\n"
	tableEnd   = "<!-- commands:end -->\n"
)

// between puts a text between the marks in place of what is there.
func between(page, text []byte) ([]byte, error) {
	before, rest, begins := bytes.Cut(page, []byte(tableBegin))
	_, after, ends := bytes.Cut(rest, []byte(tableEnd))
	if !begins || !ends {
		return nil, fmt.Errorf("it has no lines %q and %q for the table of commands", strings.TrimSpace(tableBegin), strings.TrimSpace(tableEnd))
	}
	return slices.Concat(before, []byte(tableBegin), text, []byte(tableEnd), after), nil
}

// check prints where each page differs from what would be written.
func check(pages []page) error {
	same := true
	for _, p := range pages {
		there, err := os.ReadFile(p.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if line, old, now := firstDifference(string(there), string(p.text)); line > 0 {
			same = false
			fmt.Printf("%s is out of date from line %d on:\n- %s\n+ %s\n", p.path, line, old, now)
		}
	}
	if !same {
		fmt.Println("To write what is out of date anew: make docs")
		return errTold
	}
	return nil
}

// firstDifference is the first line that differs, from 1; 0 if none does.
func firstDifference(old, now string) (line int, oldLine, nowLine string) {
	if old == now {
		return 0, "", ""
	}
	olds, nows := strings.Split(old, "\n"), strings.Split(now, "\n")
	for i := range max(len(olds), len(nows)) {
		oldLine, nowLine = "(the end)", "(the end)"
		if i < len(olds) {
			oldLine = olds[i]
		}
		if i < len(nows) {
			nowLine = nows[i]
		}
		if oldLine != nowLine {
			return i + 1, oldLine, nowLine
		}
	}
	return 0, "", ""
}
