package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// The table in the page stands between these.
const (
	tableBegin = "<!-- bench: written by make bench ARGS=\"--write docs/benchmarks.md\" -->\n"
	tableEnd   = "<!-- /bench -->\n"
)

// writePage puts the figures into the page in place of those of an earlier run.
func writePage(path string, figures []figure) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(page), tableBegin)
	_, after, ended := strings.Cut(rest, tableEnd)
	if !begun || !ended {
		return fmt.Errorf("%s has no place for the table", path)
	}
	return os.WriteFile(path, []byte(before+tableBegin+table(figures)+tableEnd+after), 0o644)
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
