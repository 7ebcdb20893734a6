package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
	kongtoml "github.com/alecthomas/kong-toml"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// configFlag is the flag that chooses the file, and so the one setting that
// the file itself cannot have.
const configFlag = "config"

// configFile gives kong the settings of a configuration file. By itself kong
// lets such a file beat the environment; here it is the other way round, so
// that one start can differ from the rest.
type configFile struct {
	kong.Resolver
	path string
	keys []string
}

// readConfig reads a TOML file.
func readConfig(path string) (*configFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	// Read for its keys first: the resolver does not tell which it has.
	var all map[string]any
	meta, err := toml.Decode(string(data), &all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	file := &configFile{path: path}
	for _, key := range meta.Keys() {
		file.keys = append(file.keys, strings.Join(key, "."))
	}
	if file.Resolver, err = kongtoml.Loader(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// Resolve is a setting's value in the file, or nothing if the environment has
// one.
func (f *configFile) Resolve(ctx *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	if !inFile(flag) {
		return nil, nil
	}
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return f.Resolver.Resolve(ctx, parent, flag)
}

// Validate refuses a key that is no setting: a typing mistake would otherwise
// leave a default in place without a word.
func (f *configFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	var names []string
	for _, flag := range app.Flags {
		if inFile(flag) {
			known[flag.Name] = true
			names = append(names, flag.Name)
		}
	}
	for _, key := range f.keys {
		if known[key] {
			continue
		}
		if near, ok := commands.Nearest(strings.ReplaceAll(key, "_", "-"), names); ok {
			return fmt.Errorf("%s: there is no setting %q; did you mean %q?", f.path, key, near)
		}
		return fmt.Errorf("%s: there is no setting %q; there are %s", f.path, key, strings.Join(names, ", "))
	}
	return nil
}

// inFile reports whether a flag can stand in the file: those are the flags with
// a variable in the environment, but for the one that chooses the file.
func inFile(flag *kong.Flag) bool { return len(flag.Envs) > 0 && flag.Name != configFlag }
