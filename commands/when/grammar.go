package when

import (
	"slices"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// A grammar is a list of rules, each a pattern of words and what it means. A
// text is understood if rules match one after the other up to its last word
// and what they say goes together, in any order: "Thursday" + "at 2 PM".
type grammar struct {
	leads [][]string // words in front of a time that add nothing ("by", "for")
	rules []rule
}

// rule is a compiled pattern. In the pattern "in|within <n> <unit> sharp?" a
// bar parts alternatives, brackets name a class whose value is handed to the
// action, and a question mark makes a term optional; a class that is left out
// has the value 0.
type rule struct {
	terms []term
	act   action
}

type term struct {
	words    []string
	class    class
	optional bool
}

// action says what a pattern means, and false if its values make no sense.
type action func(ref reference, v values) (reading, bool)

// values are those of the classes of a pattern, in order.
type values struct {
	v [maxValues]int
	n int
}

const maxValues = 4

func (v values) with(value int) values {
	v.v[v.n] = value
	v.n++
	return v
}

// class reads a kind of word or words at token i: all the ways to do so.
type class func(ts []token, i int) []match

// match is a value and the token after it.
type match struct{ value, next int }

// pattern is a rule as it is written down.
type pattern struct {
	words string
	act   action
}

// compile turns patterns into rules. It panics on a class that does not exist
// and on more classes than values can hold, which only a change of the tables
// can cause.
func compile(leads string, classes map[string]class, patterns ...[]pattern) grammar {
	var g grammar
	for lead := range strings.SplitSeq(leads, ",") {
		g.leads = append(g.leads, strings.Fields(lead))
	}
	for _, p := range slices.Concat(patterns...) {
		r := rule{act: p.act}
		count := 0
		for field := range strings.FieldsSeq(p.words) {
			t := compileTerm(field, classes)
			if t.class != nil {
				count++
			}
			r.terms = append(r.terms, t)
		}
		if count > maxValues {
			panic("when: too many classes in " + p.words)
		}
		g.rules = append(g.rules, r)
	}
	return g
}

func compileTerm(field string, classes map[string]class) term {
	field, optional := strings.CutSuffix(field, "?")
	name, isClass := strings.CutPrefix(field, "<")
	if !isClass {
		return term{words: strings.Split(field, "|"), optional: optional}
	}
	c := classes[strings.TrimSuffix(name, ">")]
	if c == nil {
		panic("when: no class " + field)
	}
	return term{class: c, optional: optional}
}

// grammars are both languages, the preferred one first.
func grammars(prefer models.Lang) []grammar {
	if prefer == models.Spanish {
		return []grammar{spanish, english}
	}
	return []grammar{english, spanish}
}

// The bounds of the search: how many phrases make a time, how many leads stand
// in front of one ("by around 3 PM").
const (
	maxPhrases = 5
	maxLeads   = 2
)

// read finds the readings that begin at token i, by the token after their end.
func (g grammar) read(ref reference, ts []token, i int) map[int][]reading {
	found := map[int][]reading{}
	g.walk(ref, ts, i, reading{}, maxPhrases, found)
	return found
}

func (g grammar) walk(ref reference, ts []token, i int, said reading, left int, found map[int][]reading) {
	if left == 0 {
		return
	}
	for _, start := range g.afterLeads(ts, i, maxLeads) {
		for _, r := range g.rules {
			matchTerms(r.terms, ts, start, values{}, func(v values, end int) {
				phrase, ok := r.act(ref, v)
				if !ok {
					return
				}
				all, ok := said.and(phrase)
				if !ok {
					return
				}
				if !all.empty() {
					found[end] = append(found[end], all)
				}
				g.walk(ref, ts, end, all, left-1, found)
			})
		}
	}
}

// afterLeads is where a phrase may begin: at i, or after leads that stand there.
func (g grammar) afterLeads(ts []token, i, left int) []int {
	if i >= len(ts) {
		return nil
	}
	starts := []int{i}
	if left == 0 {
		return starts
	}
	for _, lead := range g.leads {
		if startsWith(ts, i, lead) {
			starts = append(starts, g.afterLeads(ts, i+len(lead), left-1)...)
		}
	}
	return starts
}

func startsWith(ts []token, i int, words []string) bool {
	for n, w := range words {
		if textAt(ts, i+n) != w {
			return false
		}
	}
	return true
}

// matchTerms hands every way to match the terms at token i to yield.
func matchTerms(terms []term, ts []token, i int, v values, yield func(v values, next int)) {
	if len(terms) == 0 {
		yield(v, i)
		return
	}
	t, rest := terms[0], terms[1:]
	if t.optional {
		skipped := v
		if t.class != nil {
			skipped = v.with(0)
		}
		matchTerms(rest, ts, i, skipped, yield)
	}
	switch {
	case i >= len(ts):
	case t.class != nil:
		for _, m := range t.class(ts, i) {
			matchTerms(rest, ts, m.next, v.with(m.value), yield)
		}
	case ts[i].is(t.words...):
		matchTerms(rest, ts, i+1, v, yield)
	}
}

// fixed is the action of words that mean the same whatever the date.
func fixed(r reading) action {
	return func(reference, values) (reading, bool) { return r, true }
}

// on is a day counted from today, with what else is said about it.
func on(days int, r reading) action {
	return func(ref reference, _ values) (reading, bool) {
		said := r // r is everybody's
		said.days = []time.Time{addDays(ref.today, days)}
		return said, true
	}
}

// dates is the action of words that name dates.
func dates(find func(ref reference, v values) []time.Time) action {
	return func(ref reference, v values) (reading, bool) {
		days := find(ref, v)
		return reading{days: days}, len(days) > 0
	}
}

// weak marks words that alone usually mean something else.
func weak(act action) action {
	return func(ref reference, v values) (reading, bool) {
		r, ok := act(ref, v)
		r.weak = true
		return r, ok
	}
}

// unsure marks words that in a free text may mean something else.
func unsure(act action) action {
	return func(ref reference, v values) (reading, bool) {
		r, ok := act(ref, v)
		r.confirm = r.confirm || ref.free
		return r, ok
	}
}
