package discord

import (
	"net/http"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// Whatever happens to the connection, there is a new one within a minute of its
// being noticed, what was done meanwhile counts, and few sessions are begun.
func TestStoryOfConnections(t *testing.T) {
	const silence = 10*time.Minute + ackWithin // as long as the fake's heartbeats are apart
	silent := func(s *discordtest.Server) { s.ForgetSessions(); s.Hush() }
	for name, c := range map[string]struct {
		breaks  func(s *discordtest.Server)
		after   time.Duration // which is how long nobody can know
		fails   []discordtest.ConnectFault
		connect int // sessions that are begun
	}{
		"dropped": {(*discordtest.Server).DropConnections, 0, nil, 2},
		"silent":  {silent, silence, nil, 2},
		"zombie":  {func(s *discordtest.Server) { s.SetZombie(true); silent(s) }, silence, nil, 2},
		"op 7":    {(*discordtest.Server).AskReconnect, 0, nil, 2},
		"op 9":    {func(s *discordtest.Server) { s.InvalidateSessions(false) }, 0, nil, 2},
		"never READY": {(*discordtest.Server).DropConnections, readyWithin,
			[]discordtest.ConnectFault{{Kind: discordtest.SilentAfterIdentify}}, 3},
		"op 7 before READY, then refused": {(*discordtest.Server).DropConnections, 0,
			[]discordtest.ConnectFault{{Kind: discordtest.ReconnectBeforeReady}, {Kind: discordtest.RefuseConnection}}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWeather(t)
			w.posts(w.rosa, w.board, "milk")
			card := w.one("N1", "Open.")
			hold := make(chan struct{})
			w.s.Fail(discordtest.Fault{Method: http.MethodPost, Path: "/channels/" + w.board + "/messages$", Hold: hold})
			w.posts(w.dee, w.board, "bread")
			w.s.ForgetSessions()
			w.s.FailConnects(c.fails...)
			c.breaks(w.s)
			w.s.React(w.sam, card.ID, hand)
			close(hold)
			w.one("N2", "Open.") // which needs no connection
			w.passes(c.after.Truncate(time.Minute))
			w.within("Sam's reaction", time.Minute+c.after%time.Minute, func() bool { return w.times(w.sam, "You took N1") == 1 })
			w.one("N1", "Taken.")
			w.quiet()
			w.one("N2", "Open.")
			if n := len(w.s.Identifies()); n > c.connect {
				t.Errorf("%d sessions were begun", n)
			}
		})
	}
}

// Discord cannot be reached when the program starts with much to say. Once it
// is there all of it is said, once.
func TestStoryOfAnUnreachableStart(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.posts(w.rosa, w.board, "milk")
	card := w.one("N1", "Open.")
	w.quiet()
	hold := make(chan struct{})
	w.s.Fail(discordtest.Fault{Path: "^/channels/", Hold: hold, Times: -1})
	w.press(w.sam, card.ID, "I can help")
	w.posts(w.dee, w.board, "bread")
	w.s.SetUnreachable(true)
	close(hold)
	w.stop()
	w.launch()
	w.passes(20 * time.Second)
	w.s.Heal()
	w.within("the connection", time.Minute, func() bool { return w.s.Live() > 0 })
	if taken := w.one("N1", "Taken."); taken.ID != card.ID {
		t.Error("the card was posted anew")
	}
	w.one("N2", "Open.")
	w.quiet()
	w.one("N2", "Open.")
	if n := w.times(w.rosa, "Sam took N1"); n != 1 {
		t.Errorf("Rosa is told %d times", n)
	}
}

// The token is revoked in the middle: the program ends and says why, with hardly
// a request more. With another token it goes on, and says what it had not said.
func TestStoryOfAnotherToken(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.posts(w.rosa, w.board, "milk")
	card := w.one("N1", "Open.")
	w.quiet()
	hold := make(chan struct{})
	w.s.Fail(discordtest.Fault{Path: "^/channels/", Hold: hold, Times: -1})
	w.press(w.sam, card.ID, "I can help")
	w.posts(w.dee, w.board, "bread")
	before := w.s.Invalid()
	w.s.Revoke()
	w.s.Heal()
	w.ends = ErrToken
	close(hold)
	<-w.over
	w.stop()
	if n := w.s.Invalid() - before; n > sendAtOnce {
		t.Errorf("%d requests with a token that is worth nothing", n)
	}
	w.ends = nil
	w.s.Issue("another-token." + w.s.Token())
	w.start()
	w.one("N1", "Taken.")
	w.one("N2", "Open.")
	w.quiet()
	w.one("N2", "Open.")
	if n := w.times(w.rosa, "Sam took N1"); n != 1 {
		t.Errorf("Rosa is told %d times", n)
	}
}

// What comes twice, under the same number or another, is done once.
func TestStoryOfEventsThatComeTwice(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.s.RepeatEvents(1)
	preview := w.slash(w.rosa, w.board, "need", map[string]any{"what": "milk", "category": "food", "when": "tomorrow"})
	w.s.RepeatEvents(1)
	w.wants(w.press(w.rosa, preview.Message().ID, "Post it").Text(), "Your need is N1.")
	card := w.one("N1", "Open.")
	w.s.RepeatEvents(1)
	i := w.press(w.dee, card.ID, "I can help")
	w.wants(i.Text(), "You took N1")
	w.s.Repeat(i)
	w.s.RepeatEvents(1)
	w.s.Type(w.dee, "mine")
	w.s.DuplicateEvents(2)
	w.s.React(w.sam, card.ID, hand) // and its coming off
	w.soon("the answer to Sam", func() bool { return w.times(w.sam, "N1 was taken a moment ago") == 1 })
	w.one("N1", "Taken.")
	w.quiet()
	for _, c := range []struct {
		user, words string
	}{{w.dee, "N1: Groceries"}, {w.rosa, "Dee took N1"}, {w.sam, "N1 was taken a moment ago"}} {
		if n := w.times(c.user, c.words); n != 1 {
			t.Errorf("%q is said %d times", c.words, n)
		}
	}
	if len(w.cardsOf(w.board, "N2")) > 0 {
		t.Error("a second need was posted")
	}
}

// What two events say that come in the wrong order is read back.
func TestStoryOfEventsOutOfOrder(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.posts(w.rosa, w.board, "milk")
	card := w.one("N1", "Open.")
	w.until("the reactions to press", func() bool { return len(w.s.Message(card.ID).Reactions) == 2 })
	w.quiet()
	w.s.SwapEvents(1)
	w.s.React(w.sam, card.ID, hand)
	w.s.Unreact(w.sam, card.ID, hand)
	w.within("the claim that is none", 30*time.Second, func() bool { return w.times(w.sam, "N1 is back on the board") == 1 })
	w.one("N1", "Open.")
	w.s.React(w.sam, card.ID, hand)
	w.one("N1", "Taken.")
	w.quiet()
	w.s.SwapEvents(1)
	w.s.Unreact(w.sam, card.ID, hand)
	w.s.React(w.sam, card.ID, hand)
	w.within("the claim to be there again", 30*time.Second, func() bool { return w.times(w.sam, "You took N1") == 3 })
	w.one("N1", "Taken.")
}
