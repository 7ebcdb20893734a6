package guard

import (
	"regexp"
	"slices"
	"strings"
)

// Parts of the patterns for mail addresses, on folded text. A sign may be
// written as a word, with blanks or brackets around it.
const (
	opening = `[ (\[{<_-]+`
	closing = `[ )\]}>_-]+`

	atWord   = opening + `(?:at|arroba)` + closing
	dot      = `(?:\.| \. ?|` + opening + `(?:dot|punto)` + closing + `)`
	joint    = opening + `(?:dot|punto|guion bajo|underscore|guion|dash|plus|mas)` + closing
	local    = `[\p{L}0-9!#$%&'*+/=?^_{|}~.-]*[\p{L}0-9](?:` + joint + `[\p{L}0-9._+-]*[\p{L}0-9])*`
	label    = `[\p{L}0-9](?:[\p{L}0-9-]*[\p{L}0-9])?`
	provider = `(?:` + providerNames + `)`

	providerNames = "gmail|hotmail|yahoo|outlook|icloud|protonmail|aol"

	// topLevel are the ends of names that people have mail at. Only written out
	// addresses need one of them; an "@" takes any.
	topLevel = `(?:com|org|net|edu|gov|info|coop|io|us|mx|es|co|gt|sv|hn|do|pr|cu|ar|cl|pe|ec|ve|br|ca|uk|fr|de)`
)

var (
	// signMail is an address with "@".
	signMail = regexp.MustCompile(local + `_? ?@ ?(?:` + label + `(?:` + dot + label + `)*` + dot + `\p{L}{2,}|` + provider + `\b)`)

	// wordMail is an address with "at" or "arroba".
	wordMail = regexp.MustCompile(`(` + local + `)(` + atWord + `)(?:` + label + `(?:` + dot + label + `)*?(` + dot + `)` +
		topLevel + `\b(?:` + dot + topLevel + `\b)?|` + provider + `\b)`)

	// letterMail is an address with a blank after each letter.
	letterMail = regexp.MustCompile(`[a-z0-9](?: [a-z0-9._+-])+(?: @ ?|@ )[a-z0-9](?: [a-z0-9-])*(?: ?\.(?: [a-z0-9])+)+`)
)

var providers = wordSet(strings.ReplaceAll(providerNames, "|", " "))

// mailWords tell that a text speaks of mail, so that "ana at example.org" is
// an address and not a place on the web.
var mailWords = wordSet(`
	mail email emails mails e-mail correo correos write writes writing send mailto
	escribe escriba escriban escribir escribame escribanme mande manden mandelo mandar`)

// notMailboxes are words before "at" that lead to a web address.
var notMailboxes = wordSet("us me it up more look find here online out available is are")

// mails finds mail addresses in the order of the text.
func mails(f folded, tokens []token) []Finding {
	var places [][]int
	if strings.Contains(f.text, "@") {
		places = signMail.FindAllStringIndex(f.text, -1)
	}
	if strings.Contains(f.text, " @") || strings.Contains(f.text, "@ ") {
		places = append(places, letterMail.FindAllStringIndex(f.text, -1)...)
	}
	if maySpellMail(tokens) {
		places = append(places, wordMails(f.text, tokens)...)
	}
	slices.SortFunc(places, func(a, b []int) int { return a[0] - b[0] })

	var found []Finding
	for _, place := range places {
		start, end := f.span(place[0], place[1])
		if n := len(found); n > 0 && start < found[n-1].End {
			found[n-1].End = max(end, found[n-1].End)
			continue
		}
		found = append(found, Finding{Kind: Email, Start: start, End: end})
	}
	return found
}

// maySpellMail tells whether "at" or "arroba" has the end of an address behind
// it. It saves most texts the costly pattern.
func maySpellMail(tokens []token) bool {
	const reach = 8 // tokens from "at" to the end of a domain
	last := -reach - 1
	for i, t := range tokens {
		switch {
		case t.text == "at" || t.text == "arroba":
			last = i
		case i-last > reach:
		case strings.HasSuffix(t.gap, "."), tokens[i-1].text == "dot", tokens[i-1].text == "punto", providers[t.text]:
			return true
		}
	}
	return false
}

// wordMails finds addresses whose "@" is a word. A bare "at" with a plain dot
// may be a place on the web: it counts where the text speaks of mail.
func wordMails(text string, tokens []token) [][]int {
	speaksOfMail := slices.ContainsFunc(tokens, func(t token) bool { return mailWords[t.text] })
	var places [][]int
	for _, m := range wordMail.FindAllStringSubmatchIndex(text, -1) {
		name, at, plainDot := text[m[2]:m[3]], text[m[4]:m[5]], m[6] >= 0 && text[m[6]:m[7]] == "."
		if at == " at " {
			path := strings.HasPrefix(text[m[1]:], "/")
			if notMailboxes[name] || path || plainDot && !speaksOfMail {
				continue
			}
		}
		places = append(places, m[:2])
	}
	return places
}
