//go:build goolm

package matrix

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
)

// ask asks what is new. Not by the library's own method: one event that it
// cannot read, which anybody can send to a device, would keep all that comes
// after it away for good.
func (i *intake) ask(ctx context.Context, wanted mautrix.ReqSync) (*mautrix.RespSync, error) {
	var raw json.RawMessage
	_, err := i.client.MakeFullRequest(ctx, mautrix.FullRequest{Method: http.MethodGet, MaxAttempts: 1, ResponseJSON: &raw,
		URL: i.client.BuildURLWithQuery(mautrix.ClientURLPath{"v3", "sync"}, wanted.BuildQuery())})
	if err != nil {
		return nil, err
	}
	answer, err := readAnswer(raw)
	if err != nil {
		i.log.Warn("something in the homeserver's answer cannot be read and is left out")
		answer, err = readAnswer(sound(raw))
	}
	if err != nil {
		return nil, err
	}
	if answer.NextBatch == "" {
		return nil, errors.New("the answer is none of a homeserver")
	}
	return answer, nil
}

func readAnswer(raw json.RawMessage) (*mautrix.RespSync, error) {
	answer := &mautrix.RespSync{}
	if err := json.Unmarshal(raw, answer); err != nil {
		return nil, fmt.Errorf("the homeserver's answer: %w", err)
	}
	return answer, nil
}

// sound is an answer without the events in it that cannot be read. What it is
// given comes back as it was where it is not what it should be.
func sound(raw json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return raw
	}
	for name, value := range fields {
		if name == "events" {
			fields[name] = soundEvents(value)
		} else {
			fields[name] = sound(value)
		}
	}
	better, err := json.Marshal(fields)
	if err != nil || len(fields) == 0 {
		return raw
	}
	return better
}

func soundEvents(raw json.RawMessage) json.RawMessage {
	var events, kept []json.RawMessage
	if json.Unmarshal(raw, &events) != nil {
		return json.RawMessage("[]")
	}
	for _, e := range events {
		if json.Unmarshal(e, &event.Event{}) == nil {
			kept = append(kept, e)
		}
	}
	better, err := json.Marshal(kept)
	if err != nil {
		return raw
	}
	return better
}
