package discord

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// What comes from elsewhere must not lead a request to another place.
func TestOddPartsOfPathsAreNotSent(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(200, `{}`))
	ctx := t.Context()
	_, readErr := w.channel(ctx, "1/../../users/@me")
	_, emptyErr := w.message(ctx, roomA, "")
	_, afterErr := w.reactors(ctx, roomA, cardA, "✋", "1&limit=0")
	_, directErr := w.openDirect(ctx, "@me")
	_, longErr := w.guild(ctx, strings.Repeat("1", 21))
	errs := []error{
		readErr, emptyErr, afterErr, directErr, longErr,
		w.react(ctx, roomA, cardA, ".."),
		w.react(ctx, roomA, cardA, "\xff"),
		w.react(ctx, roomA, cardA, ""),
		w.react(ctx, roomA, cardA, strings.Repeat("✋", 30)),
		w.unreact(ctx, roomA, cardA, "✋", "@everyone"),
		w.respond(ctx, cardA, "a/b", &response{Type: answerNothing}),
		w.respond(ctx, cardA, "..", &response{Type: answerNothing}),
		w.respond(ctx, cardA, "", &response{Type: answerNothing}),
		w.followUp(ctx, guildA, "a?wait=true", &messageBody{}),
		w.followUp(ctx, guildA, strings.Repeat("a", 1025), &messageBody{}),
		w.followUp(ctx, guildA, "a\nb", &messageBody{}),
	}
	for i, err := range errs {
		var refused *bot.PermanentError
		if !errors.As(err, &refused) || refused.Code != codeRefused {
			t.Errorf("%d: %v", i, err)
		}
	}
	if n := len(w.requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// The address of an answer to an interaction is a secret for as long as it
// lives.
func TestErrorsHaveNoSecrets(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	cut := func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
	for name, handle := range map[string]http.HandlerFunc{
		"cut":     cut,
		"html":    says(502, "<html>"),
		"429":     says(429, `{"message":"slow","retry_after":60}`),
		"html429": says(429, "<html>"),
		"refused": says(400, `{"code":50035,"message":"Invalid Form Body","errors":{"data":{"content":{"_errors":[{"code":"X","message":"private words"}]}}}}`),
		"gone":    says(404, `{"code":10062,"message":"Unknown interaction"}`),
		"moved":   says(307, "", "Location", "https://example.com/"),
		"no":      says(401, `{"code":50027,"message":"Invalid Webhook Token"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRESTWorld(t, handle)
			err := w.respond(withPatience(ctx, 0), cardA, secretA, &response{Type: answerMessage, Data: &messageBody{Content: "private words"}})
			if err == nil {
				t.Fatal("no error")
			}
			for _, text := range []string{err.Error(), classify(err).Error(), w.log.String()} {
				if strings.Contains(text, "SECRET") || strings.Contains(text, "http://") || strings.Contains(text, "private words") {
					t.Errorf("says %s", text)
				}
			}
			if n := len(w.requests()); name == "moved" && n != 1 {
				t.Errorf("followed to another place %d times", n-1)
			}
			if name == "refused" && !strings.Contains(w.log.String(), "data.content") {
				t.Errorf("the log does not say what was wrong: %s", w.log)
			}
		})
	}
}

func TestOnlyReadsAreTriedAgain(t *testing.T) {
	t.Parallel()
	cut := func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
	for name, handle := range map[string]http.HandlerFunc{"cut": cut, "502": says(502, "bad gateway"), "500": says(500, `{"code":0,"message":"500: Internal Server Error"}`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRESTWorld(t, handle)
			_, err := w.message(t.Context(), roomA, cardA)
			var later *bot.NotNowError
			if !errors.As(classify(err), &later) {
				t.Errorf("a read: %v", err)
			}
			if n := len(w.requests()); n < 2 || n > 3 {
				t.Errorf("a read was sent %d times", n) // the HTTP client itself repeats one that a kept connection lost
			}
			before := len(w.requests())
			_, err = w.createMessage(t.Context(), roomA, &messageBody{})
			if err = classify(err); errors.As(err, &later) || err == nil || isClassified(err) {
				t.Errorf("a write: %v", err)
			}
			if n := len(w.requests()) - before; n != 1 {
				t.Errorf("a write was sent %d times", n)
			}
		})
	}
}

func TestAReadThatSucceedsTheSecondTime(t *testing.T) {
	t.Parallel()
	tries := 0
	w := newRESTWorld(t, func(rw http.ResponseWriter, req *http.Request) {
		if tries++; tries == 1 {
			says(503, "")(rw, req)
			return
		}
		says(200, `{"id":"7"}`)(rw, req)
	})
	m, err := w.message(t.Context(), roomA, cardA)
	if err != nil || m.ID != "7" {
		t.Fatalf("%v %v", m, err)
	}
}

func TestAnswersThatAreTooLongOrNoJSON(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(200, `{"id":"`+strings.Repeat("1", answerBytes)+`"}`))
	if _, err := w.message(t.Context(), roomA, cardA); !errors.Is(err, errTooLong) {
		t.Errorf("too long: %v", err)
	}
	if n := len(w.requests()); n != 1 {
		t.Errorf("asked %d times for what is too long", n)
	}
	if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); err == nil || isClassified(classify(err)) {
		t.Errorf("it is open whether this was posted: %v", err)
	}
	big := newRESTWorld(t, says(200, `[{"id":"1","name":"`+strings.Repeat("a", 2*answerBytes)+`"}]`))
	if list, err := big.guildChannels(t.Context(), guildA); err != nil || len(list) != 1 {
		t.Errorf("a long list: %v", err)
	}
	odd := newRESTWorld(t, says(200, `{"id":`))
	if _, err := odd.createMessage(t.Context(), roomA, &messageBody{}); err == nil || isClassified(classify(err)) {
		t.Errorf("it is open whether this was posted: %v", err)
	}
}

func TestAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(rw, `{"id":"5"`) // the rest never comes
	})
	if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); err == nil || isClassified(classify(err)) {
		t.Errorf("it is open whether this was posted: %v", err)
	}
	var later *bot.NotNowError
	if _, err := w.message(t.Context(), roomA, cardA); !errors.As(err, &later) {
		t.Errorf("a read: %v", err)
	}
}

func TestDiscordIsNotThere(t *testing.T) {
	t.Parallel()
	gone, _ := url.Parse("http://127.0.0.1:1")
	clock := platformtest.NewClock(restBegins)
	r := newREST(restOptions{Token: testToken, Transport: toServer{gone, &http.Transport{}}, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	_, err := r.createMessage(t.Context(), roomA, &messageBody{})
	var later *bot.NotNowError
	if !errors.As(classify(err), &later) {
		t.Errorf("nothing was sent: %v", err)
	}
}

// mute is a transport that does not tell whether it had a connection.
type mute struct{}

func (mute) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("broken") }

func TestWhoDoesNotTellMayHaveSent(t *testing.T) {
	t.Parallel()
	r := newREST(restOptions{Token: testToken, Transport: mute{}, Clock: platformtest.NewClock(restBegins), Log: slog.New(slog.DiscardHandler)})
	_, err := r.createMessage(t.Context(), roomA, &messageBody{})
	if err == nil || isClassified(classify(err)) {
		t.Errorf("it is open whether this was posted: %v", err)
	}
}

func TestATokenThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "two words", "line\nbreak", "naïve"} {
		r := newREST(restOptions{Token: token, Transport: mute{}, Clock: platformtest.NewClock(restBegins), Log: slog.New(slog.DiscardHandler)})
		if _, err := r.me(t.Context()); !errors.Is(err, errRevoked) {
			t.Errorf("%q: %v", token, err)
		}
	}
}
