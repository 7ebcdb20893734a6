package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is raised with each release; CHANGELOG.md says what came with it.
const version = "0.1.0"

type versionCommand struct{}

// Run prints the version, the commit that it was built from, if that is known,
// and the Go version.
func (versionCommand) Run() error {
	info, _ := debug.ReadBuildInfo() // nil if the program was built without
	fmt.Printf("shirebot %s%s, %s\n", version, commit(info), runtime.Version())
	return nil
}

// commit is the commit in parentheses, with a space before them.
func commit(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", with changes"
		}
	}
	if revision == "" {
		return ""
	}
	return " (" + revision + changed + ")"
}
