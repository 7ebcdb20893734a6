package discord

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// meaningOf is a short word for what classify made of an error.
func meaningOf(err error) string {
	var permanent *bot.PermanentError
	var later *bot.NotNowError
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &permanent):
		return permanent.Code
	case errors.As(err, &later):
		return "not now " + later.After.String()
	case errors.Is(err, bot.ErrGone):
		return "gone"
	}
	return "open"
}

func TestWhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	each := func(e ...effect) []effect { return e }
	all := each(doesRead, doesChange, doesEdit, doesPost, doesAnswer)
	for _, c := range []struct {
		effects []effect
		status  int
		body    string // or only Discord's code
		want    string
	}{
		{each(doesEdit, doesRead, doesChange), 404, "10008", "gone"},
		{each(doesEdit, doesRead, doesChange), 404, "10003", "gone"},
		{each(doesPost), 404, "10003", bot.CodeRoomGone},
		{each(doesPost), 404, "10004", bot.CodeRoomGone},
		{each(doesPost), 404, "10008", codeRefused},
		{each(doesRead), 404, "10007", "gone"},
		{each(doesChange), 404, "10013", bot.CodeClosed},
		{each(doesChange), 400, "10013", bot.CodeClosed},
		{each(doesPost, doesEdit, doesRead, doesChange), 403, "50001", bot.CodeReadOnly},
		{each(doesPost, doesEdit, doesRead, doesChange), 403, "50013", bot.CodeReadOnly},
		{each(doesAnswer), 403, "50013", codeRefused},
		{each(doesPost, doesChange), 403, "50007", bot.CodeClosed},
		{each(doesPost, doesChange), 403, "50278", bot.CodeClosed},
		{each(doesPost), 403, "20026", "not now 1h0m0s"},
		{each(doesChange), 400, "40003", "not now 10m0s"},
		{each(doesChange), 429, "40003", "not now 10m0s"},
		{each(doesEdit), 400, "30046", "not now 1m0s"},
		{each(doesEdit), 429, "30046", "not now 1m0s"},
		{each(doesPost, doesEdit), 400, "50083", "not now 1s"},
		{each(doesPost, doesEdit), 403, "160005", bot.CodeReadOnly},
		{each(doesPost), 400, "160006", "not now 30m0s"},
		{each(doesPost), 400, "160002", codeRefused},
		{each(doesPost, doesEdit, doesAnswer), 400, "50035", codeRefused},
		{each(doesPost), 403, "200000", codeRefused},
		{each(doesPost), 413, "40005", codeRefused},
		{each(doesAnswer), 404, "10062", codeExpired},
		{each(doesAnswer), 404, "10015", codeExpired},
		{each(doesAnswer), 404, "10008", codeExpired},
		{each(doesAnswer), 400, "40060", codeAnswered},
		{each(doesAnswer), 401, "50027", codeRefused},
		{each(doesPost, doesEdit, doesRead, doesChange), 401, "0", "not now 24h0m0s"},
		{each(doesPost), 400, "130000", "not now 5s"},
		{each(doesPost, doesEdit, doesAnswer), 500, "0", "open"},
		{each(doesPost, doesEdit, doesAnswer), 502, "<html>", "open"},
		{each(doesPost, doesEdit, doesAnswer), 408, "<html>", "open"},
		{each(doesRead, doesChange), 503, "<html>", "not now 0s"},
		{each(doesRead, doesChange), 408, "", "not now 0s"},
		{all, 403, "<html>", "not now 5m0s"},
		{all, 429, "<html>", "not now 5m0s"},
		{all, 302, "", "not now 0s"},
		{all, 404, "<html>", "not now 0s"},
		{each(doesPost), 404, "0", codeRefused},
		{each(doesEdit), 404, "0", "gone"},
	} {
		for _, e := range c.effects {
			body := c.body
			if body != "" && body[0] != '<' {
				body = fmt.Sprintf(`{"code":%s,"message":"Said so"}`, body)
			}
			o := outcome{whole: true, status: c.status, body: []byte(body)}
			if c.status == 429 || c.status == 403 {
				o.after = readTold(c.status, nil, o.body).after
			}
			err := newAPIError(&restCall{name: "call", effect: e, outcome: o})
			got := meaningOf(classify(fmt.Errorf("wrapped: %w", err)))
			if got != c.want {
				t.Errorf("effect %d, HTTP %d, %s: %s, want %s", e, c.status, c.body, got, c.want)
			}
			var inside *apiError
			if !errors.As(classify(err), &inside) || inside != err {
				t.Errorf("HTTP %d, %s: what Discord said is lost", c.status, c.body)
			}
		}
	}
}

func TestClassifyLeavesWhatItIs(t *testing.T) {
	t.Parallel()
	open := errors.New("broken")
	later := &bot.NotNowError{After: time.Second, Err: open}
	if classify(nil) != nil || !errors.Is(classify(open), open) || meaningOf(classify(open)) != "open" || meaningOf(classify(later)) != "not now 1s" {
		t.Error("changed")
	}
	api := newAPIError(&restCall{name: "call", effect: doesEdit, outcome: outcome{status: 404, body: []byte(`{"code":10008,"message":"Unknown Message"}`)}})
	if once := classify(api); meaningOf(classify(once)) != "gone" || !hasCode(once, unknownMessage) || hasCode(once, unknownChannel) {
		t.Error("classifying twice changes it")
	}
}

func TestWrongFields(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"embeds":{"0":{"description":{"_errors":[{"code":"X","message":"secret"}]}}},"content":{"_errors":[]}}`: "content embeds.0.description",
		`{"_errors":[{"code":"X"}]}`:         "",
		`{"what they wrote":{"_errors":[]}}`: "?",
		`[]`:                                 "",
		`null`:                               "",
		strings.Repeat(`{"a":`, 100) + `1` + strings.Repeat(`}`, 100): "",
	} {
		if got := strings.Join(wrongFields([]byte(body)), " "); got != want {
			t.Errorf("%.60s: %q", body, got)
		}
	}
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, `"f%d":{"_errors":[]},`, i)
	}
	if got := wrongFields([]byte("{" + strings.TrimSuffix(many.String(), ",") + "}")); len(got) != mostFields {
		t.Errorf("%d fields", len(got))
	}
}

// Everything goes wrong at once, and whoever asks asks again at once: Discord
// bans an address after 10,000 invalid requests in ten minutes.
func TestInvalidRequestsStayFew(t *testing.T) {
	t.Parallel()
	const ban = 10_000
	slow := `{"message":"m","retry_after":0.001,"global":false}`
	answersTo := map[string]func(n int) (status int, body string, header http.Header){
		"revoked": func(int) (int, string, http.Header) { return 401, `{"code":0,"message":"401: Unauthorized"}`, nil },
		"forbidden": func(int) (int, string, http.Header) {
			return 403, `{"code":50013,"message":"Missing Permissions"}`, nil
		},
		"429":        func(int) (int, string, http.Header) { return 429, slow, nil },
		"429 global": func(int) (int, string, http.Header) { return 429, strings.ReplaceAll(slow, "false", "true"), nil },
		"page":       func(int) (int, string, http.Header) { return 429, "<html>", nil },
		"a 403 page": func(int) (int, string, http.Header) { return 403, "<html>", nil },
		"a 401 page": func(int) (int, string, http.Header) { return 401, "<html>", nil },
		"expired":    func(int) (int, string, http.Header) { return 404, `{"code":10015,"message":"Unknown Webhook"}`, nil },
		"wrong answer": func(int) (int, string, http.Header) {
			return 401, `{"code":50027,"message":"Invalid Webhook Token"}`, nil
		},
		"mixed": func(n int) (int, string, http.Header) {
			switch n % 4 {
			case 0:
				return 403, `{"code":50001,"message":"Missing Access"}`, nil
			case 1:
				return 429, slow, nil
			case 2:
				return 403, "<html>", nil
			}
			return 200, "{}", nil
		},
	}
	most := map[string]int{"revoked": 1, "wrong answer": 1, "page": 3, "a 403 page": fewForeign, "a 401 page": fewForeign}
	for name, answer := range answersTo {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRESTWorld(t, func(http.ResponseWriter, *http.Request) {})
			counted := &countInvalid{answer: answer, now: w.clock.Now}
			w.guarded.base = counted
			ctx := withPatience(t.Context(), 0)
			for i := range 6_000 {
				room := fmt.Sprint(1000 + i%300)
				_, err := w.createMessage(ctx, room, &messageBody{})
				_ = classify(err)
				_, _ = w.member(ctx, guildA, personA)                // all of them fail
				_ = w.followUp(ctx, guildA, secretA, &messageBody{}) // and this one
				if name != "wrong answer" {
					_ = w.respond(ctx, cardA, fmt.Sprint("t", i), &response{Type: answerNothing})
				}
				w.clock.Advance(150 * time.Millisecond) // a quarter of an hour in all
			}
			if got := counted.most(); got > manyInvalid+4 || got >= ban/4 {
				t.Errorf("%d invalid requests in ten minutes", got)
			}
			if limit, ok := most[name]; ok && counted.total() > limit*3 {
				t.Errorf("%d invalid requests in all", counted.total())
			}
			if lines := strings.Count(w.log.String(), "\n"); lines > 20 {
				t.Errorf("%d lines in the log", lines)
			}
		})
	}
}

// countInvalid answers without a network, and notes when it was asked what
// counts as invalid.
type countInvalid struct {
	answer func(n int) (int, string, http.Header)
	now    func() time.Time
	asked  int
	times  []time.Time
}

func (c *countInvalid) RoundTrip(req *http.Request) (*http.Response, error) {
	status, body, header := c.answer(c.asked)
	c.asked++
	if status == 401 || status == 403 || status == 429 {
		c.times = append(c.times, c.now())
	}
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func (c *countInvalid) total() int { return len(c.times) }

// most is how many there were within ten minutes.
func (c *countInvalid) most() int {
	most := 0
	for i, at := range c.times {
		end, _ := slices.BinarySearchFunc(c.times, at.Add(invalidWithin), time.Time.Compare)
		most = max(most, end-i)
	}
	return most
}
