package main

import (
	"runtime/debug"
	"testing"
)

func TestCommit(t *testing.T) {
	t.Parallel()
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "e573728c4f3a1f0f9d1e0b7f3f1f0a6e5d4c3b2a"}
	for _, test := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, ""},
		{&debug.BuildInfo{}, ""},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{revision, {Key: "vcs.modified", Value: "false"}}}, " (e573728c4f3a)"},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{revision, {Key: "vcs.modified", Value: "true"}}}, " (e573728c4f3a, with changes)"},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "e57"}}}, " (e57)"},
	} {
		if got := commit(test.info); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
