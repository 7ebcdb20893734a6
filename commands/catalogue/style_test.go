package catalogue

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Limits of the texts, in characters, lines, sentences and words. A
// button of 34 characters is the longest that a phone shows whole; 100 is what
// Discord allows for a description. Sentences aim at 15 words in English and
// 20 in Spanish.
const (
	maxMessage        = 900
	maxButton         = 34
	maxSummary        = 100
	maxHelpLines      = 8
	maxErrorSentences = 4
)

var maxWords = map[models.Lang]int{models.English: 16, models.Spanish: 20}

// never are things that no text shows, with the reason.
var never = []struct {
	lang    models.Lang // empty: both
	pattern *regexp.Regexp
	why     string
}{
	{"", regexp.MustCompile(`[!¡]`), "no exclamation marks"},
	{"", regexp.MustCompile(`<no value>|\{\{|\}\}`), "a field or a template is left over"},
	{"", regexp.MustCompile(`(^|\n) | (\n|$)|  |\t`), "spaces at an edge or in a row"},
	{"", regexp.MustCompile(`\.\.| [.,:;?]|,\.|:\.`), "stops in a row, or a space before one"},
	{"", regexp.MustCompile(`\d{1,2}/\d{1,2}`), "a date in figures, or a fraction"},
	{"", regexp.MustCompile(`\s[/|·>]\s|[\pL\d][|·>][\pL\d]`), "a sign between choices"},
	{"", regexp.MustCompile(`\(s\)`), "plurals come from the plural forms"},
	{"", regexp.MustCompile(`#\d`), "references are N12"},
	{"", regexp.MustCompile(`[❤♥🎉🎊💪🏆🔥😀-🙏]`), "no cheering"},
	{models.English, regexp.MustCompile(`(?i)\b(clients?|cases?|beneficiar\w+|users?|victims?|needy|illegal|tickets?|invalid|forbidden|oops|asap|simply|overdue|vulnerable|homeless|elderly)\b`), "a word that is not used"},
	{models.English, regexp.MustCompile(`(?i)someone will help you|we guarantee|stays secret|don't worry|still haven't|you failed|you didn't`), "a promise or a reproach"},
	{models.English, regexp.MustCompile(`\b(do not|does not|cannot|can not|is not|are not|will not|I am|it is not)\b`), "contractions are used"},
	{models.Spanish, regexp.MustCompile(`(?i)\b(clientes?|casos?|beneficiari\w+|usuari\w+|víctimas?|ilegal\w*|tickets?|inválid\w+|prohibid\w+|simplemente|vulnerables?|voluntari[oa]s?|vecin[oa]s?|bienvenid(?:os?|as))\b`), "a word that is not used"},
	{models.Spanish, regexp.MustCompile(`(?i)alguien le ayudará|garantizamos|no se preocupe`), "a promise"},
	{models.Spanish, regexp.MustCompile(`(?i)\b(reclamar|oferta|ofertas|carro|coche|auto|ordenador|móvil|barbijo)\b`), "a word that not every country shares"},
	{models.Spanish, regexp.MustCompile(`(?i)(^|[^\pL])(tú|tu|tus|te|ti|contigo|tuy[oa]s?|puedes|quieres|tienes|necesitas|eres|estás|debes|haz|pon|dime|vos|vosotros|os|puedas|quieras)([^\pL]|$)`), "the person is usted"},
	{models.Spanish, regexp.MustCompile(`(?i)\pL@\pL?|\(as?\)|\b[oa]/[oa]\b|\pL/as?\b|\b(tod|amig|ell|much)[ex]s?\b|\b(todes|elles|amigues|compañeres)\b`), "a gender mark"},
}

// known are parts of a text that the patterns above would mistake.
var known = strings.NewReplacer("America/New_York", "zone", "~/.local/share/shirebot", "folder", "/as ", "as ",
	"/room", "room", "/private", "private", "/quit", "quit")

func TestStyle(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	for _, r := range renderAll(t, c) {
		if isList(r.id) || strings.HasSuffix(r.id, ".examples") {
			continue
		}
		for _, problem := range styleProblems(r) {
			t.Errorf("%s in %s: %s\n%s", r.id, r.lang, problem, r.text)
		}
	}
}

func styleProblems(r rendering) []string {
	var problems []string
	text := known.Replace(r.text)
	for _, rule := range never {
		if rule.lang != "" && rule.lang != r.lang {
			continue
		}
		if found := rule.pattern.FindString(text); found != "" {
			problems = append(problems, fmt.Sprintf("%s: %q", rule.why, found))
		}
	}
	switch length := utf8.RuneCountInString(r.text); {
	case length == 0:
		problems = append(problems, "empty")
	case length > maxMessage:
		problems = append(problems, fmt.Sprintf("%d characters", length))
	}
	if strings.Count(text, `"`)%2 != 0 {
		problems = append(problems, "a quotation mark is open")
	}
	if r.lang == models.Spanish && strings.Count(text, "¿") != strings.Count(text, "?") {
		problems = append(problems, "a question without ¿")
	}
	for _, sentence := range clause.Split(text, -1) {
		if words := len(strings.Fields(sentence)); words > maxWords[r.lang] {
			problems = append(problems, fmt.Sprintf("%d words in %q", words, sentence))
		}
	}
	return problems
}

// clause is what ends a sentence, or the part of one that stands alone.
var clause = regexp.MustCompile(`[.?:]\s+|\n`)

func TestStyleRulesCatch(t *testing.T) {
	t.Parallel()
	tests := []rendering{
		{models.English, "", "Thank you!"},
		{models.English, "", "Yes / no"},
		{models.English, "", "On 12/10"},
		{models.English, "", "2 need(s)"},
		{models.English, "", "Take #12"},
		{models.English, "", "Oops, that is wrong."},
		{models.English, "", "I cannot find it."},
		{models.English, "", "At 2 p. m.. Thanks"},
		{models.English, "", "He said \"yes."},
		{models.English, "", strings.Repeat("word ", 17) + "end"},
		{models.Spanish, "", "¿Qué quieres?"},
		{models.Spanish, "", "Qué necesita?"},
		{models.Spanish, "", "Bienvenidos"},
		{models.Spanish, "", "Gracias a tod@s"},
		{models.Spanish, "", "Querido(a) Sam"},
		{models.Spanish, "", "Para el usuario"},
		{models.Spanish, "", "Ya lo tienes tú"},
	}
	for _, test := range tests {
		if len(styleProblems(test)) == 0 {
			t.Errorf("nothing wrong found in %q", test.text)
		}
	}
}

func TestLengthsByPlace(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	for _, r := range renderAll(t, c) {
		length := utf8.RuneCountInString(r.text)
		if isButton(r.id) && length > maxButton {
			t.Errorf("%s in %s: %d characters on a button: %s", r.id, r.lang, length, r.text)
		}
		if strings.HasSuffix(r.id, ".summary") && !strings.HasPrefix(r.id, "help.") {
			if length > maxSummary {
				t.Errorf("%s in %s: %d characters", r.id, r.lang, length)
			}
			if !strings.HasSuffix(r.text, ".") {
				t.Errorf("%s in %s is no sentence: %s", r.id, r.lang, r.text)
			}
		}
		if strings.HasPrefix(r.id, "command.") && strings.HasSuffix(r.id, ".summary") && strings.Count(r.text, ". ") > 0 {
			t.Errorf("%s in %s is more than one sentence: %s", r.id, r.lang, r.text)
		}
		if strings.HasSuffix(r.id, ".more") && strings.Count(r.text, "\n") >= maxHelpLines {
			t.Errorf("%s in %s has more than %d lines", r.id, r.lang, maxHelpLines)
		}
		if strings.HasPrefix(r.id, "error.") && len(sentenceEnd.FindAllString(r.text+" ", -1)) > maxErrorSentences {
			t.Errorf("%s in %s has more than %d sentences: %s", r.id, r.lang, maxErrorSentences, r.text)
		}
	}
}

// sentenceEnd leaves out "p. m.", which ends nothing.
var sentenceEnd = regexp.MustCompile(`([^pam]|\pL[pam])[.?]\s`)

// isButton reports whether the text is the label of a button or a choice.
func isButton(id string) bool {
	for _, prefix := range []string{"button.", "need.choice.", "close.reason.", "close.own.", "field.", "setup.keep"} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return strings.HasPrefix(id, "category.") && strings.HasSuffix(id, ".choice")
}

// The card tells what the first button says.
func TestCardNamesItsButton(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	for _, lang := range models.Langs() {
		label, err := c.Text(lang, "button.help", nil)
		if err != nil {
			t.Fatal(err)
		}
		how, err := c.Text(lang, "card.how", map[string]any{"Ref": "N12"})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(how, `"`+label+`"`) {
			t.Errorf("%s: no %q in %q", lang, label, how)
		}
	}
}

// The questions tell with which words one skips, goes back and cancels.
func TestQuestionsNameTheirWords(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	for _, lang := range models.Langs() {
		for _, id := range []string{"need.ask.first", "offer.ask.first"} {
			question, err := c.Text(lang, id, map[string]any{"Name": "Rosa"})
			if err != nil {
				t.Fatal(err)
			}
			for _, list := range []string{"word.skip", "word.back", "word.cancel"} {
				if word := c.Words(lang, list)[0]; !strings.Contains(question, `"`+word+`"`) {
					t.Errorf("%s in %s does not mention %q", id, lang, word)
				}
			}
		}
	}
}
