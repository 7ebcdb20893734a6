package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// page is where the result of a whole run is kept. The table in it stands
// between the two marks.
const (
	page       = "docs/benchmarks.md"
	tableBegin = "<!-- go run ./cmd/bench --write -->\n"
	tableEnd   = "<!-- end -->\n"
)

// writePage puts the figures into the page in place of those of an earlier run.
func writePage(figures []figure) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(text), tableBegin)
	_, after, ended := strings.Cut(rest, tableEnd)
	if !begun || !ended {
		return fmt.Errorf("%s has no place for the table", page)
	}
	return os.WriteFile(page, []byte(before+tableBegin+table(figures)+tableEnd+after), 0o644)
}

func table(figures []figure) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nOn %d shared cores, %s, %s.\n\n", runtime.NumCPU(), strings.Replace(runtime.Version(), "go", "Go ", 1), time.Now().Format(time.DateOnly))
	b.WriteString("| | | ratio | goal | |\n|---|---:|---|---|---|\n")
	for _, f := range figures {
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s | %s |\n", f.name, f.number(), f.unit, f.ratioText(), f.goal.written, f.result())
	}
	b.WriteString("\n")
	return b.String()
}
