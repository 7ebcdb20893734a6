package main

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// The transcript in the README is one that a story really gives.
func TestREADMEShowsARealTranscript(t *testing.T) {
	t.Parallel()
	story, err := txtar.ParseFile("testdata/story/readme.txtar")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range story.Files {
		if file.Name == "want.txt" && !strings.Contains(string(readme), "```\n"+strings.TrimSpace(string(file.Data))+"\n```\n") {
			t.Errorf("README.md has another transcript than this:\n%s", file.Data)
		}
	}
}
