//go:build goolm

package matrix

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestRoomLine(t *testing.T) {
	t.Parallel()
	registry, err := commands.New(openStore(t, t.TempDir()), commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	self := called{account: "@shire:example.org", name: "Larch Bot"}
	for _, test := range []struct {
		name, body string
		mentioned  bool
		line       string
		ours       bool
	}{
		{"a command", "!need milk", false, "!need milk", true},
		{"with a slash", "/need", false, "/need", true},
		{"with a slash that was escaped", "//need", false, "//need", true},
		{"in the other language", "!pedir leche", false, "!pedir leche", true},
		{"in capitals, without accents", "!PRIVACIDAD", false, "!PRIVACIDAD", true},
		{"another bot's command", "!weather", false, "", false},
		{"what only buttons name", "!answer yes", false, "", false},
		{"talk", "I need milk", false, "", false},
		{"talk that begins with a command's word", "need milk!", false, "", false},
		{"talk about somebody in danger", "I want to kill myself", false, "", false},
		{"an exclamation", "! need", false, "", false},
		{"only a sign", "!", false, "", false},
		{"nothing", "", false, "", false},
		{"named by the account", "@shire:example.org need milk", false, "need milk", true},
		{"named with @", "@shire nede milk", false, "nede milk", true},
		{"named with a colon", "shire: need milk", false, "need milk", true},
		{"named as it is displayed", "Larch Bot: need milk", false, "need milk", true},
		{"in other capitals", "larch bot, need milk", false, "need milk", true},
		{"a pill", "Larch Bot need milk", true, "need milk", true},
		{"a link", "[Larch Bot](https://matrix.to/#/@shire:example.org): need milk", true, "need milk", true},
		{"a link to somebody else", "[Larch Bot](https://matrix.to/#/@mara:example.org): need milk", false, "", false},
		{"somebody speaks of the bot", "shire is down again", false, "", false},
		{"a name that begins alike", "shires: need milk", false, "", false},
		{"another server's bot", "@shire:other.org need", false, "need", false},
		{"the name alone", "shire:", false, "", false},
		{"mentioned later in a sentence", "ask Larch Bot for help", true, "", false},
		{"a reply", "> <@mara:example.org> !offer\n\n!need milk", false, "!need milk", true},
		{"a reply that quotes a command", "> <@mara:example.org> !need\n\nsame here", false, "", false},
		{"a quotation without words", "> <@mara:example.org> !need", false, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			self := self
			self.mentioned = test.mentioned
			line, ours := roomLine(registry, self, test.body)
			if ours != test.ours || ours && line != test.line {
				t.Errorf("%q is %q, %t, want %q, %t", test.body, line, ours, test.line, test.ours)
			}
		})
	}
}

// A mention is known by the link, whatever the client calls the bot.
func TestPill(t *testing.T) {
	t.Parallel()
	const link = `<a href="https://matrix.to/#/@shire:example.org">`
	self := called{account: "@shire:example.org", name: "Larch Bot"}
	for formatted, want := range map[string]string{
		link + `Larch Bot</a>: need milk`:                                                              "Larch Bot",
		`<p>` + link + `Bot &amp; friend</a> need milk</p>`:                                            "Bot & friend",
		`<mx-reply><blockquote>` + link + `x</a><br>hm</blockquote></mx-reply>` + link + `LB</a> need`: "LB",
		`<a href="https://matrix.to/#/%40shire%3Aexample.org">LB</a> need`:                             "LB",
		`<a class="pill" href='https://matrix.to/#/@shire:example.org?via=a.b'>LB</a> need`:            "LB",
		`<a href="https://matrix.to/#/@mara:example.org">Larch Bot</a> need`:                           "",
		`<a href="https://matrix.to/#/@shire:example.org.evil">Larch Bot</a> need`:                     "",
		`ask ` + link + `Larch Bot</a>`:                                                                "",
		link + `</a> need`:                                                                             "",
	} {
		if got := self.pillIn(formatted); got != want {
			t.Errorf("%s: %q, want %q", formatted, got, want)
		}
	}
	self.pill = "Bot & friend"
	if rest, named := self.cut("Bot & friend need milk"); !named || rest != "need milk" {
		t.Errorf("cut to %q, %t", rest, named)
	}
	if _, named := self.cut("Bot & friendship"); named {
		t.Error("a longer word is taken for the name")
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	spaces := []commands.DirectSpace{{Name: "Larch", Coalition: 1}, {Name: "Montaña", Coalition: 2}}
	for line, want := range map[string]models.ID{"1": 1, "2)": 2, "2.": 2, "montana": 2, "LARCH": 1, "0": 0, "3": 0, "need": 0, "": 0, "-1": 0} {
		got, ok := pick(spaces, line)
		if ok != (want != 0) || got.Coalition != want {
			t.Errorf("%q picks %d, want %d", line, got.Coalition, want)
		}
	}
}

func FuzzRoomLine(f *testing.F) {
	registry, err := commands.New(openStore(f, f.TempDir()), commands.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("!need milk", true)
	f.Add("@shire: x", false)
	f.Add("> <@a:b> x\n\n[x](https://matrix.to/#/%40shire:example.org) y", false)
	self := called{account: "@shire:example.org", name: "Ñandú"}
	f.Fuzz(func(t *testing.T, body string, mentioned bool) {
		self := called{account: self.account, name: self.name, mentioned: mentioned}
		line, ours := roomLine(registry, self, body)
		if ours && line == "" {
			t.Errorf("%q is for us and says nothing", body)
		}
	})
}
