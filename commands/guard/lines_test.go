package guard

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
)

// line is one of the labeled lines; testdata/README.md describes them.
type line struct {
	lang   string
	labels []Kind
	spans  []string
	text   string
}

func readLines(t *testing.T, name string) []line {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var lines []line
	for n, row := range strings.Split(strings.TrimRight(string(content), "\n"), "\n") {
		columns := strings.Split(row, "\t")
		if len(columns) != 4 {
			t.Fatalf("%s:%d: %d columns", name, n+1, len(columns))
		}
		l := line{lang: columns[0], text: columns[3]}
		if columns[1] != "-" {
			for _, label := range strings.Split(columns[1], ",") {
				l.labels = append(l.labels, Kind(label))
			}
		}
		if columns[2] != "-" {
			l.spans = strings.Split(columns[2], " | ")
		}
		lines = append(lines, l)
	}
	return lines
}

// score counts for one kind, in one language, what was labeled and found.
type score struct {
	labeled, found int // lines with the label
	others, extra  int // lines without it
}

func (s score) recall() float64 { return share(s.found, s.labeled) }

// alarms is the share of lines without the label that were reported.
func (s score) alarms() float64 { return share(s.extra, s.others) }

func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

var allKinds = []Kind{Phone, Email, Address, Health, Status, Drugs, Danger}

// measured is what Check does on a file of labeled lines.
type measured struct {
	scores          map[Kind]map[string]*score
	plain, reported map[string]int // lines without any label, and those reported at all
	failures        []string
}

func measure(lines []line) measured {
	m := measured{map[Kind]map[string]*score{}, map[string]int{}, map[string]int{}, nil}
	for _, k := range allKinds {
		m.scores[k] = map[string]*score{"en": {}, "es": {}}
	}
	for _, l := range lines {
		found := Check(l.text)
		if len(l.labels) == 0 {
			m.plain[l.lang]++
			if len(found) > 0 {
				m.reported[l.lang]++
			}
		}
		for _, k := range allKinds {
			s := m.scores[k][l.lang]
			reported := slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == k })
			switch labeled := slices.Contains(l.labels, k); {
			case labeled:
				s.labeled++
				if reported && (!k.Private() || covered(l, found, k)) {
					s.found++
				} else {
					m.failures = append(m.failures, fmt.Sprintf("missed %s (%s): %s %v", k, l.lang, l.text, found))
				}
			default:
				s.others++
				if reported {
					s.extra++
					m.failures = append(m.failures, fmt.Sprintf("false %s (%s): %s %v", k, l.lang, l.text, found))
				}
			}
		}
	}
	return m
}

// covered tells whether the findings of a kind hide as many of the labeled
// spans as the line has of it: all, where it has private data of one kind.
func covered(l line, found []Finding, kind Kind) bool {
	kinds := 0
	for _, k := range l.labels {
		if k.Private() {
			kinds++
		}
	}
	hidden, from := 0, 0
	for _, s := range l.spans {
		start := from + strings.Index(l.text[from:], s)
		from = start + len(s)
		if slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == kind && f.Start <= start && f.End >= from }) {
			hidden++
		}
	}
	if kinds == 1 {
		return hidden == len(l.spans)
	}
	return hidden > 0
}

func (m measured) table() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // a Builder takes all
	line("kind\ten lines\trecall\tfalse alarms\tes lines\trecall\tfalse alarms")
	for _, k := range allKinds {
		en, es := m.scores[k]["en"], m.scores[k]["es"]
		line("%s\t%d\t%.1f%%\t%.1f%%\t%d\t%.1f%%\t%.1f%%", k, en.labeled, 100*en.recall(), 100*en.alarms(), es.labeled, 100*es.recall(), 100*es.alarms())
	}
	line("none\t%d\t\t%.1f%%\t%d\t\t%.1f%%", m.plain["en"], 100*share(m.reported["en"], m.plain["en"]),
		m.plain["es"], 100*share(m.reported["es"], m.plain["es"]))
	_ = w.Flush()
	return b.String()
}

func TestLabeledLines(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lines.tsv", "heldout.tsv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := measure(readLines(t, name))
			t.Logf("%s\n%s", name, m.table())
			for _, f := range m.failures {
				t.Log(f)
			}
			for _, k := range allKinds {
				least := 1.0
				if k == Health || k == Status || k == Drugs {
					least = 0.95
				}
				for lang, s := range m.scores[k] {
					if s.recall() < least {
						t.Errorf("%s (%s): %.1f%% found, want %.0f%%", k, lang, 100*s.recall(), 100*least)
					}
					if s.alarms() > 0.02 {
						t.Errorf("%s (%s): %.1f%% false alarms, want 2%% at most", k, lang, 100*s.alarms())
					}
				}
			}
			for lang, n := range m.plain {
				if share(m.reported[lang], n) > 0.02 {
					t.Errorf("%d of %d lines (%s) without a label are reported, want 2%% at most", m.reported[lang], n, lang)
				}
			}
		})
	}
}
