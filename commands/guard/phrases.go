package guard

import (
	"cmp"
	"embed"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// phraseFiles holds a list for each kind and language; phrases/README.md says
// how they are written.
//
//go:embed phrases/*.txt
var phraseFiles embed.FS

// maxGap is how many words "..." stands for at most.
const maxGap = 3

// phrase is one line of a list. An exception takes its words out of what the
// other lines of its file find.
type phrase struct {
	kind      Kind
	exception bool
	elements  []element
}

// element is a word of a phrase, or a gap.
type element struct {
	words    []pattern
	optional bool
	gap      bool
}

// pattern is a word as compared, or how it begins.
type pattern struct {
	text   string
	prefix bool
}

func (p pattern) matches(word string) bool {
	return p.text == word || p.prefix && strings.HasPrefix(word, p.text)
}

func (e element) matches(word string) bool {
	return slices.ContainsFunc(e.words, func(p pattern) bool { return p.matches(word) })
}

// minPrefix is the least number of letters before "*": the lists are looked up
// by them.
const minPrefix = 3

// phraseList is all phrases of a language, by how their first word may begin.
type phraseList struct {
	lang   models.Lang
	exact  map[string][]*phrase
	prefix map[string][]*phrase // keys of minPrefix letters
}

var phraseLists = mustLoadPhrases()

// mustLoadPhrases panics only if a file of this repository is wrong, which a
// test finds first.
func mustLoadPhrases() []phraseList {
	var lists []phraseList
	for _, lang := range models.Langs() {
		list := phraseList{lang, map[string][]*phrase{}, map[string][]*phrase{}}
		for _, kind := range []Kind{Danger, Health, Status, Drugs} {
			name := fmt.Sprintf("phrases/%s.%s.txt", kind, lang)
			content, err := phraseFiles.ReadFile(name)
			if err != nil {
				panic(err)
			}
			phrases, err := parsePhrases(string(content), kind, lang)
			if err != nil {
				panic(fmt.Errorf("%s: %w", name, err))
			}
			for _, p := range phrases {
				list.add(p)
			}
		}
		lists = append(lists, list)
	}
	return lists
}

func (l phraseList) add(p *phrase) {
	for _, w := range p.elements[0].words {
		if w.prefix {
			l.prefix[w.text[:minPrefix]] = append(l.prefix[w.text[:minPrefix]], p)
		} else {
			l.exact[w.text] = append(l.exact[w.text], p)
		}
	}
}

// word is a word of the text as the lists compare it.
type word struct {
	text       string // without apostrophes, figures inside read as letters
	sound      string // the same as Spanish speakers may spell it
	start, end int    // in the original text
	sentence   bool   // begins a sentence
}

func (w word) in(lang models.Lang) string {
	if lang == models.Spanish {
		return w.sound
	}
	return w.text
}

func words(f folded) []word {
	found := make([]word, 0, len(f.text)/4+8)
	last := 0
	runs(f.text, func(start, end int) {
		text := compared(f.text[start:end])
		from, to := f.span(start, end)
		found = append(found, word{
			text: text, sound: sound(text), start: from, end: to,
			sentence: strings.ContainsAny(f.text[last:start], ".!?"),
		})
		last = end
	})
	return joinLetters(found)
}

// joinLetters makes one word of letters spaced out, three at least: "k i l l".
func joinLetters(text []word) []word {
	joined := text[:0]
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && len(text[end].text) == 1 && (end == i || !text[end].sentence) {
			end++
		}
		if end-i < 3 {
			joined = append(joined, text[i])
			i++
			continue
		}
		var b strings.Builder
		for _, letter := range text[i:end] {
			b.WriteString(letter.text)
		}
		w := text[i]
		w.text, w.sound, w.end = b.String(), sound(b.String()), text[end-1].end
		joined = append(joined, w)
		i = end
	}
	return joined
}

// matched is what the lists find in a text.
type matched struct {
	hints  []Finding
	danger bool
}

func matchPhrases(text []word) matched {
	var found []match
	excepted := map[Kind][]bool{} // words that count for no phrase of the kind
	for _, list := range phraseLists {
		for i := range text {
			for p := range list.candidates(text[i].in(list.lang)) {
				end := matchAt(text, i, p.elements, list.lang)
				switch {
				case end < 0:
				case p.exception:
					if excepted[p.kind] == nil {
						excepted[p.kind] = make([]bool, len(text))
					}
					for j := i; j < end; j++ {
						excepted[p.kind][j] = true
					}
				default:
					found = append(found, match{p.kind, i, end})
				}
			}
		}
	}
	var result matched
	for _, m := range found {
		if not := excepted[m.kind]; not == nil || !slices.Contains(not[m.start:m.end], true) {
			result.add(m, text)
		}
	}
	result.hints = longest(result.hints)
	return result
}

// candidates are the phrases whose first word may be this one.
func (l phraseList) candidates(word string) iter.Seq[*phrase] {
	return func(yield func(*phrase) bool) {
		for _, p := range l.exact[word] {
			if !yield(p) {
				return
			}
		}
		if len(word) < minPrefix {
			return
		}
		for _, p := range l.prefix[word[:minPrefix]] {
			if !yield(p) {
				return
			}
		}
	}
}

// longest sorts the hints and leaves one where several of a kind overlap: both
// languages may know a word, and a long phrase may hold a short one.
func longest(hints []Finding) []Finding {
	slices.SortFunc(hints, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	return slices.CompactFunc(hints, func(a, b Finding) bool { return a.Kind == b.Kind && b.Start < a.End })
}

// match is a phrase found from word start up to, not including, word end.
type match struct {
	kind       Kind
	start, end int
}

func (r *matched) add(m match, text []word) {
	if m.kind == Danger {
		r.danger = true
		return
	}
	r.hints = append(r.hints, Finding{Kind: m.kind, Start: text[m.start].start, End: text[m.end-1].end})
}

// matchAt says behind which word a phrase ends that begins at word i, or -1.
func matchAt(text []word, i int, elements []element, lang models.Lang) int {
	if len(elements) == 0 {
		return i
	}
	e := elements[0]
	if e.gap {
		for skipped := 0; skipped <= maxGap; skipped++ {
			if i+skipped >= len(text) || text[i+skipped].sentence {
				return -1
			}
			if end := matchAt(text, i+skipped, elements[1:], lang); end >= 0 {
				return end
			}
		}
		return -1
	}
	if i < len(text) && e.matches(text[i].in(lang)) {
		if end := matchAt(text, i+1, elements[1:], lang); end >= 0 {
			return end
		}
	}
	if e.optional {
		return matchAt(text, i, elements[1:], lang)
	}
	return -1
}
