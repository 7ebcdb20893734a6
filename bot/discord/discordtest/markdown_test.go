package discordtest

import (
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

func TestPlainWords(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	ok(t, err)
	s := New(t, Options{Clock: platformtest.NewClock(begins), Zone: zone})
	g, _ := s.AddGuild("g")
	sam, room := s.Join(g, "Sam *"), s.AddChannel(g, "board", Text)
	for text, want := range map[string]string{
		"plain words":                          "plain words",
		"**bold** __under__ ~~struck~~ ||no||": "bold under struck no",
		"*italic* _too_ snake_case_name 2 * 3": "italic too snake_case_name 2 * 3",
		`\*\*not bold\*\* \_x\_`:               "**not bold** _x_",
		"`code **x**` and ```\nblock\n```":     "code **x** and block",
		"# Title\n> quoted\n-# small\n- item":  "Title\nquoted\nsmall\n- item",
		`\# no title`:                          "# no title",
		"[here](https://example.org/a_b_c)":    "here (https://example.org/a_b_c)",
		"https://example.org/a_b_c_d":          "https://example.org/a_b_c_d",
		"<@" + sam + "> in <#" + room + ">":    "@Sam * in #board",
		`\<@` + sam + `>`:                      "<@" + sam + ">",
		"<@1> <#1> <@&1> <@&" + g + ">":        "@unknown-user #unknown @unknown-role @@everyone",
		"</need:123> <:wave:123>":              "/need :wave:",
		"<t:1796673600:F>":                     "Monday, December 7, 2026 at 3:00 PM",
		"<t:1796673600:t> <t:1796673600:D>":    "3:00 PM December 7, 2026",
		"<t:1796673600:d> <t:1796673600:T>":    "12/7/2026 3:00:00 PM",
		"<t:1796673600>":                       "December 7, 2026 at 3:00 PM",
		"<t:1796673600:R> <t:1796569200:R>":    "in 5 hours a day ago",
		"@\u200beveryone \u2068rtl\u2069":      "@everyone rtl",
		"**a *b* c**":                          "a b c",
		"\x000\x01":                            "0",
	} {
		if got := s.plain(text); got != want {
			t.Errorf("%q reads %q, want %q", text, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"**a**", `\*`, "<@1>", "`a`", "\x005\x01", "[a](https://b)", "<t:99999999999999999999:R>", "<a:b:1>"} {
		f.Add(seed)
	}
	s := &Server{world: newWorld(), clock: wallClock{}, opts: Options{Zone: time.UTC}}
	f.Fuzz(func(t *testing.T, text string) {
		if got := s.plain(text); strings.Contains(got, "\x00") {
			t.Errorf("%q reads %q", text, got)
		}
	})
}

func TestEmoji(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"✋", "✅", "👩🏽‍🚒", "❤️", "1️⃣", "name:123"} {
		if !isEmoji(text) {
			t.Errorf("%q is no emoji", text)
		}
	}
	for _, text := range []string{"", "a", "1", " ✋", "né"} {
		if isEmoji(text) {
			t.Errorf("%q is an emoji", text)
		}
	}
}
