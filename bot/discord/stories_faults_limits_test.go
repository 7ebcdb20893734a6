package discord

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// Discord refuses for a while what comes too fast, in each of its ways, in the
// middle of a burst: all cards come, none twice.
func TestStoryOfRefusals(t *testing.T) {
	const (
		cards    = 12
		messages = "/channels/[0-9]+/messages"
		most     = "^/(channels|guilds|users)/" // answers to people are exempt
	)
	for name, c := range map[string]struct {
		fault   discordtest.Fault
		invalid int // how many such answers there are to be at most
	}{
		"a route":                  {discordtest.Fault{Path: messages, RetryAfter: 3 * time.Second, Times: 3}, 3},
		"all":                      {discordtest.Fault{Path: most, RetryAfter: 5 * time.Second, Global: true, Times: 2}, 10},
		"shared":                   {discordtest.Fault{Path: messages, RetryAfter: 2 * time.Second, Shared: true, Times: 3}, 0},
		"by a page":                {discordtest.Fault{Path: messages, HTML: true, RetryAfter: 30 * time.Second}, 8},
		"by a page without a time": {discordtest.Fault{Path: messages, HTML: true}, 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWeather(t)
			hold := make(chan struct{})
			w.s.Fail(discordtest.Fault{Method: http.MethodPost, Path: messages, Hold: hold, Times: sendAtOnce})
			for i := range cards {
				w.posts(w.s.Join(w.guild, fmt.Sprintf("Neighbor %d", i)), w.board, fmt.Sprintf("thing %d", i))
			}
			before := w.s.Requests("POST /channels/ID/messages")
			c.fault.Status, c.fault.Method = http.StatusTooManyRequests, http.MethodPost
			w.s.Fail(c.fault)
			close(hold)
			if c.fault.HTML && c.fault.RetryAfter == 0 {
				w.passes(waitForeign)
			}
			for i := range cards {
				w.one(fmt.Sprintf("N%d", i+1), "Open.")
			}
			w.quiet()
			for i := range cards {
				card := w.one(fmt.Sprintf("N%d", i+1), "Open.")
				if c.fault.HTML && c.fault.RetryAfter == 0 {
					continue // they come by the clock, long after the cards
				}
				w.soon("the reactions to press", func() bool { return len(w.s.Message(card.ID).Reactions) == 2 })
			}
			if n := w.s.Invalid(); n > c.invalid {
				t.Errorf("%d invalid requests", n)
			}
			if n := w.s.Requests("POST /channels/ID/messages") - before; n < cards-sendAtOnce {
				t.Errorf("%d requests came after the fault", n)
			}
			if n := w.s.Peak(); n > 50 {
				t.Errorf("%d requests in a second", n)
			}
		})
	}
}
