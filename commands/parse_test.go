package commands

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// someParams stands for the parameters of a command, in both languages.
func someParams(name string) bool {
	switch strings.ToLower(name) {
	case "what", "category", "when", "people", "note", "area", "cuándo", "personas":
		return true
	}
	return false
}

// args shortens the tables: the positions have tests of their own.
func args(namesAndValues ...string) []Arg {
	var list []Arg
	for i := 0; i < len(namesAndValues); i += 2 {
		list = append(list, Arg{Name: namesAndValues[i], Value: namesAndValues[i+1]})
	}
	return list
}

func withoutPositions(list []Arg) []Arg {
	var bare []Arg
	for _, arg := range list {
		bare = append(bare, Arg{Name: arg.Name, Value: arg.Value})
	}
	return bare
}

func TestParseLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     Line
	}{
		{"one word", "board", Line{Name: "board"}},
		{"slash", "/board", Line{Prefixed: true, Name: "board"}},
		{"two slashes", "//board", Line{Prefixed: true, Name: "board"}},
		{"exclamation mark", "!pedir", Line{Prefixed: true, Name: "pedir"}},
		{"three slashes", "///board", Line{Name: "///board"}},
		{"prefix apart", "! need", Line{Name: "!", Args: args("", "need"), Rest: "need"}},
		{"prefix alone", "/", Line{Name: "/"}},
		{"only shouting", "!!!", Line{Name: "!!!"}},
		{"case is kept", " Need  Milk ", Line{Name: "Need", Args: args("", "Milk"), Rest: "Milk"}},
		{"reference", "claim N12", Line{Name: "claim", Args: args("", "N12"), Rest: "N12"}},

		{
			"pairs", `need what:"clear snow" category:home when:"tomorrow morning"`,
			Line{Name: "need", Args: args("what", "clear snow", "category", "home", "when", "tomorrow morning")},
		},
		{
			"free text and a pair", "need a ride to the clinic Thursday at 2 PM people:2",
			Line{
				Name: "need",
				Args: args("", "a", "", "ride", "", "to", "", "the", "", "clinic", "", "Thursday", "", "at", "", "2", "", "PM", "people", "2"),
				Rest: "a ride to the clinic Thursday at 2 PM",
			},
		},
		{
			"pairs around free text", "need people:2 a  ride  category:rides today",
			Line{
				Name: "need",
				Args: args("people", "2", "", "a", "", "ride", "category", "rides", "", "today"),
				Rest: "a  ride today",
			},
		},
		{"name as typed", "pedir Cuándo:hoy", Line{Name: "pedir", Args: args("Cuándo", "hoy")}},
		{"same name twice", "need people:1 people:2", Line{Name: "need", Args: args("people", "1", "people", "2")}},
		{"space after the colon", "need people: 2 milk", Line{Name: "need", Args: args("people", "2", "", "milk"), Rest: "milk"}},
		{"space, then quotes", `need when: "at noon"`, Line{Name: "need", Args: args("when", "at noon")}},
		{"time as a value", "need when:14:30", Line{Name: "need", Args: args("when", "14:30")}},
		{"no value at the end", "need when:", Line{Name: "need", Args: args("when", "")}},
		{"no value before a pair", "need when: people:2", Line{Name: "need", Args: args("when", "", "people", "2")}},
		{"a value like a name", "need note:when:noon", Line{Name: "need", Args: args("note", "when:noon")}},
		{"empty quotes", `need note:"" milk`, Line{Name: "need", Args: args("note", "", "", "milk"), Rest: "milk"}},

		{"time", "need milk 2:00", Line{Name: "need", Args: args("", "milk", "", "2:00"), Rest: "milk 2:00"}},
		{"web address", "need https://example.org/a:b", Line{Name: "need", Args: args("", "https://example.org/a:b"), Rest: "https://example.org/a:b"}},
		{"unknown name", "need color:red", Line{Name: "need", Args: args("", "color:red"), Rest: "color:red"}},
		{"unknown name, space", "need remark: 14:30", Line{Name: "need", Args: args("", "remark:", "", "14:30"), Rest: "remark: 14:30"}},
		{"unknown name, quotes", `need color:"dark red"`, Line{Name: "need", Args: args("", `color:"dark`, "", `red"`), Rest: `color:"dark red"`}},
		{"no name", "need :2", Line{Name: "need", Args: args("", ":2"), Rest: ":2"}},
		{"name inside a word", "need (people:2)", Line{Name: "need", Args: args("", "(people:2)"), Rest: "(people:2)"}},
		{"name inside quotes", `need "people:2 more"`, Line{Name: "need", Args: args("", "people:2 more"), Rest: `"people:2 more"`}},

		{"curly quotes", "need what:“milk and bread”", Line{Name: "need", Args: args("what", "milk and bread")}},
		{"Spanish quotes", "pedir what:«leche y pan» personas:2", Line{Name: "pedir", Args: args("what", "leche y pan", "personas", "2")}},
		{"quotes in quotes", `need what:«say "hi" to her»`, Line{Name: "need", Args: args("what", `say "hi" to her`)}},
		{"positional quotes", `offer "winter coats" new`, Line{Name: "offer", Args: args("", "winter coats", "", "new"), Rest: `"winter coats" new`}},
		{"no escape", `need what:"a\" b`, Line{Name: "need", Args: args("what", `a\`, "", "b"), Rest: "b"}},
		{"apostrophes", "need 6 o'clock at Lee's 'place", Line{Name: "need", Args: args("", "6", "", "o'clock", "", "at", "", "Lee's", "", "'place"), Rest: "6 o'clock at Lee's 'place"}},
		{"inches", `need a 5'10" bed`, Line{Name: "need", Args: args("", "a", "", `5'10"`, "", "bed"), Rest: `a 5'10" bed`}},
		{"inches in quotes", `need what:"a 5"x7" frame"`, Line{Name: "need", Args: args("what", `a 5"x7`, "", `frame"`), Rest: `frame"`}},
		{"inches in other quotes", `need what:“a 5"x7" frame”`, Line{Name: "need", Args: args("what", `a 5"x7" frame`)}},
		{"closing mark alone", "need milk» now”", Line{Name: "need", Args: args("", "milk»", "", "now”"), Rest: "milk» now”"}},
		{"comma after quotes", `need what:"milk", people:2`, Line{Name: "need", Args: args("what", "milk", "", ",", "people", "2"), Rest: ","}},
		{"quotes in the command word", `ne"ed x`, Line{Name: `ne"ed`, Args: args("", "x"), Rest: "x"}},

		{"other spaces", "need\tmilk\u00a0people:2\u2003now", Line{Name: "need", Args: args("", "milk", "people", "2", "", "now"), Rest: "milk now"}},
		{"not UTF-8", "need \xff people:\xfe", Line{Name: "need", Args: args("", "\xff", "people", "\xfe"), Rest: "\xff"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseLine(tt.in, someParams)
			got.Args = withoutPositions(got.Args)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("ParseLine(%q)\n got %+v, %v\nwant %+v", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestParseLinePositions(t *testing.T) {
	t.Parallel()
	const text = `  !pedir  leche cuándo: «a las 2» "pan y sal" personas:2 `
	line, err := ParseLine(text, someParams)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"leche", "cuándo: «a las 2»", `"pan y sal"`, "personas:2"}
	var got []string
	for _, arg := range line.Args {
		got = append(got, text[arg.Start:arg.End])
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseLineRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     error
	}{
		{"nothing", "", ErrEmpty},
		{"blanks", " \t ", ErrEmpty},
		{"open at the start of a word", `need "milk`, ErrQuotes},
		{"open after a name", `need what:"milk and bread`, ErrQuotes},
		{"open after a name and a space", `need what: «milk`, ErrQuotes},
		{"a mark alone", `need milk "`, ErrQuotes},
		{"closed by another kind", "need what:“milk\" now", ErrQuotes},
		{"closed inside a word", `need what:"milk"and bread`, ErrQuotes},
		{"opened again", `need what:"milk" "and`, ErrQuotes},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			line, err := ParseLine(tt.in, someParams)
			if !errors.Is(err, tt.want) || !reflect.DeepEqual(line, Line{}) {
				t.Errorf("ParseLine(%q) = %+v, %v; want %v", tt.in, line, err, tt.want)
			}
		})
	}
}

func TestParseLineLimit(t *testing.T) {
	t.Parallel()
	longest := "need " + strings.Repeat("ñ", models.MaxLine-5)
	if line, err := ParseLine(longest, someParams); err != nil || len(line.Args) != 1 {
		t.Errorf("a line of the full length: %v", err)
	}
	_, err := ParseLine(longest+"ñ", someParams)
	refused, ok := errors.AsType[*TextError](err)
	want := TextError{Code: TextTooLong, Limit: models.MaxLine, Length: models.MaxLine + 1}
	if !ok || *refused != want {
		t.Errorf("got %v, want %v", err, &want)
	}
}

func FuzzParseLine(f *testing.F) {
	for _, s := range []string{
		"need a ride to the clinic Thursday at 2 PM people:2", `/need what:"clear snow" category:home when: "noon"`,
		"!pedir what:«leche y pan» cuándo:“a las 2” personas: 2", `need 5'10" o'clock 2:00 https://x when:`,
		`need what:"a"b"`, `need "" " what:`, "//x ///", "\xff \xffwhen:\xff", "a\u2003b\u0085c", "need when: people:2",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line, err := ParseLine(text, someParams)
		if err != nil {
			_, isText := errors.AsType[*TextError](err)
			if !isText && !errors.Is(err, ErrEmpty) && !errors.Is(err, ErrQuotes) || !reflect.DeepEqual(line, Line{}) {
				t.Fatalf("ParseLine(%+q) = %+v, %v", text, line, err)
			}
			return
		}
		if line.Name == "" || strings.ContainsFunc(line.Name, unicode.IsSpace) {
			t.Fatalf("ParseLine(%+q) has the name %+q", text, line.Name)
		}
		at := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
		if i := strings.IndexFunc(text[at:], unicode.IsSpace); i >= 0 {
			at += i
		} else {
			at = len(text)
		}
		if !strings.HasSuffix(text[:at], line.Name) {
			t.Fatalf("ParseLine(%+q) has the name %+q", text, line.Name)
		}
		var free strings.Builder
		from := at
		for _, arg := range line.Args {
			if arg.Start < at || arg.End <= arg.Start || arg.End > len(text) {
				t.Fatalf("ParseLine(%+q): %+v starts before %d or ends outside", text, arg, at)
			}
			at = arg.End
			requireArg(t, text, arg)
			if arg.Name != "" {
				free.WriteString(text[from:arg.Start])
				from = arg.End
			}
		}
		free.WriteString(text[from:])
		if got, want := withoutSpace(line.Rest), withoutSpace(free.String()); got != want {
			t.Fatalf("ParseLine(%+q) leaves %+q, want %+q but for spaces", text, line.Rest, free.String())
		}
		if line.Rest != strings.TrimSpace(line.Rest) {
			t.Fatalf("ParseLine(%+q) leaves %+q untrimmed", text, line.Rest)
		}
	})
}

func requireArg(t *testing.T, text string, arg Arg) {
	t.Helper()
	whole := text[arg.Start:arg.End]
	if arg.Name != "" && (!someParams(arg.Name) || !strings.HasPrefix(whole, arg.Name+":")) {
		t.Fatalf("in %+q: %+v is named out of nothing", text, arg)
	}
	if !strings.Contains(whole, arg.Value) {
		t.Fatalf("in %+q: the value of %+v is not in %+q", text, arg, whole)
	}
	if utf8.ValidString(text) && !utf8.ValidString(whole+arg.Value) {
		t.Fatalf("in %+q: %+v cuts a character", text, arg)
	}
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }
