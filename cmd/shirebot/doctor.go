package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

type doctorCommand struct {
	Platform string `arg:"" optional:"" enum:"discord,matrix," default:"" help:"Check a platform instead: discord or matrix."`
}

// finding is what a check came to: a text, and whether somebody has to look.
type finding struct {
	look   bool
	id     string
	fields map[string]any
}

func fine(id string, fields map[string]any) finding { return finding{false, id, fields} }
func amiss(id string, fields map[string]any) finding {
	return finding{true, id, fields}
}

// Run checks what can be wrong with the data folder and the key, a line each. It
// changes nothing, and the bot may be running.
func (c doctorCommand) Run(ctx context.Context, s *settings, clock bot.Clock) error {
	switch c.Platform {
	case discord.Name:
		return s.doctorDiscord(ctx, clock)
	case matrix.Name:
		return s.doctorMatrix(ctx, clock)
	}
	exists, err := s.hasDatabase()
	if err != nil {
		return err
	}
	if !exists {
		fmt.Println(s.say("program.no_database", map[string]any{"Data": s.Data}))
		return nil
	}
	findings, err := s.examine(ctx, clock.Now())
	if err != nil {
		return err
	}
	return s.report(findings)
}

// report prints findings, a line each. The error is errTold if somebody has to
// look.
func (s *settings) report(findings []finding) error {
	look := false
	for _, f := range findings {
		word := "ok  "
		if f.look {
			word, look = "look", true
		}
		fmt.Println(word, s.say(f.id, f.fields))
	}
	if look {
		return errTold
	}
	return nil
}

func (s *settings) examine(ctx context.Context, now time.Time) (findings []finding, err error) {
	o := s.storeOptions(store.Options{})
	if findings, err = s.examineFiles(); err != nil {
		return nil, err
	}
	keys, err := examineKey(o)
	if err != nil {
		return nil, err
	}
	findings = append(findings, keys...)
	look, err := store.Inspect(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, look.Close()) }()
	for _, check := range []func(*store.Inspection) ([]finding, error){
		s.examineSchema, examineSealed, examineOutbox,
		func(i *store.Inspection) ([]finding, error) { return s.examineNumbers(i, now) },
	} {
		some, err := check(look)
		if err != nil {
			return nil, err
		}
		findings = append(findings, some...)
	}
	return findings, nil
}

// openToOthers is the rights that nobody but the owner should have.
const openToOthers fs.FileMode = 0o077

// examineFiles finds what others on the machine could open.
func (s *settings) examineFiles() ([]finding, error) {
	findings := []finding{}
	err := filepath.WalkDir(s.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a running bot has just removed it
		}
		if err == nil && info.Mode().Perm()&openToOthers != 0 {
			findings = append(findings, amiss("doctor.open", map[string]any{"Data": path}))
		}
		return err
	})
	if len(findings) == 0 {
		findings = append(findings, fine("doctor.closed", map[string]any{"Data": s.Data}))
	}
	return findings, err
}

// examineKey looks at where the key is.
func examineKey(o store.Options) ([]finding, error) {
	path := o.KeyPath()
	fields := map[string]any{"Data": path}
	if path == "" {
		return []finding{fine("doctor.key_given", nil)}, nil
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return []finding{amiss("doctor.key_gone", fields)}, nil
	}
	if err != nil {
		return nil, err
	}
	var findings []finding
	if info.Mode().Perm()&openToOthers != 0 && filepath.Dir(path) != o.Dir {
		findings = append(findings, amiss("doctor.open", fields))
	}
	beside, err := sameDevice(path, o.Dir)
	switch {
	case err != nil:
		return nil, err
	case filepath.Dir(path) == filepath.Clean(o.Dir):
		findings = append(findings, amiss("doctor.key_beside", fields))
	case beside:
		findings = append(findings, amiss("doctor.key_same_disk", fields))
	default:
		findings = append(findings, fine("doctor.key_apart", fields))
	}
	return findings, nil
}

func (s *settings) examineSchema(i *store.Inspection) ([]finding, error) {
	pending, err := i.Pending()
	if err != nil {
		return nil, err
	}
	if pending > 0 {
		return []finding{amiss("program.pending", map[string]any{"Count": pending, "Data": s.Data})}, nil
	}
	return []finding{fine("program.up_to_date", map[string]any{"Data": s.Data})}, nil
}

// examineSealed finds private values that no key opens.
func examineSealed(i *store.Inspection) ([]finding, error) {
	keys, err := i.Keys()
	if errors.Is(err, store.ErrKey) {
		return []finding{amiss("doctor.key_none", nil)}, nil
	}
	if err != nil {
		return nil, err
	}
	lost, values := 0, 0
	for _, k := range keys {
		values += int(k.Values)
		if !k.InFile {
			lost += int(k.Values)
		}
	}
	if lost > 0 {
		return []finding{amiss("doctor.key_foreign", map[string]any{"Count": lost})}, nil
	}
	return []finding{fine("doctor.key_fits", map[string]any{"Count": values})}, nil
}

func examineOutbox(i *store.Inspection) ([]finding, error) {
	failed, uncertain, err := i.Undelivered()
	if err != nil {
		return nil, err
	}
	if failed+uncertain > 0 {
		return []finding{amiss("doctor.undelivered", map[string]any{"Count": int(failed + uncertain)})}, nil
	}
	return []finding{fine("doctor.delivered", nil)}, nil
}

// remindFor is for how many days after each year since setup one is reminded to
// try the crisis numbers.
const remindFor = 30

// examineNumbers reminds once a year of the numbers for people in danger: they
// change without anybody telling.
func (s *settings) examineNumbers(i *store.Inspection, now time.Time) ([]finding, error) {
	coalitions, err := i.Coalitions()
	if err != nil {
		return nil, err
	}
	var findings []finding
	for _, c := range coalitions {
		if c.SetUpAt == nil || c.CrisisNumbers == "" {
			continue
		}
		fields := map[string]any{"Name": c.Name, "Numbers": c.CrisisNumbers, "Date": catalogue.Date(s.lang(), *c.SetUpAt, now, c.Location())}
		years := now.Year() - c.SetUpAt.Year()
		if c.SetUpAt.AddDate(years, 0, 0).After(now) {
			years--
		}
		if years > 0 && now.Before(c.SetUpAt.AddDate(years, 0, remindFor)) {
			findings = append(findings, amiss("doctor.numbers", fields))
		} else {
			findings = append(findings, fine("doctor.numbers_fine", fields))
		}
	}
	return findings, nil
}
