//go:build goolm

package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// sealedPace is the name under which is kept what the homeserver let the bot
// write, for the checks.
const sealedPace = "matrix.pace"

// keepPaceEvery is how often that is kept.
const keepPaceEvery = 10 * time.Minute

// keptPace is what a homeserver let the bot write.
type keptPace struct {
	Homeserver string  `json:"homeserver"`
	Rate       float64 `json:"rate"`    // a second
	Refused    bool    `json:"refused"` // it named a limit
}

// learned is what was found out so far; false if nothing was written yet.
func (p *pace) learned() (keptPace, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return keptPace{Rate: p.rate, Refused: p.slow}, p.Rate > 0 && (p.slow || p.rate != p.Rate)
}

// keepPace keeps what the homeserver lets the bot write, now and then and at the
// end, until the context ends.
func (m *Matrix) keepPace(ctx context.Context) {
	var last keptPace
	for going := true; going; {
		going = m.pause(ctx, keepPaceEvery)
		now, known := m.posts.pace.learned()
		if now.Homeserver = m.o.Homeserver; !known || now == last {
			continue
		}
		raw, err := json.Marshal(now)
		if err == nil {
			err = m.o.Registry.Store().SetSealed(context.WithoutCancel(ctx), sealedPace, raw)
		}
		if err != nil {
			m.o.Log.Warn("how fast the homeserver lets the bot write is not kept", "err", err)
			continue
		}
		last = now
	}
}

// slowBelow is how many messages a minute are few: a busy day brings more.
const slowBelow = 30

// pace says how fast the bot may write there, as far as it found out, or how it
// begins.
func (e *examination) pace(ctx context.Context) error {
	raw, err := e.sealed(ctx, sealedPace)
	if err != nil {
		return err
	}
	kept := keptPace{}
	if raw != nil {
		if err := json.Unmarshal(raw, &kept); err != nil {
			return fmt.Errorf("the kept pace: %w", err)
		}
	}
	first := usualPacing()
	fields := map[string]any{"Max": int(first.Burst), "Length": int(math.Round(1 / first.Rate))}
	if raw == nil || kept.Homeserver != e.o.Homeserver {
		e.fine("matrix.doctor.pace_unknown", fields)
		return nil
	}
	minute := max(1, int(math.Round(kept.Rate*60)))
	fields = map[string]any{"Count": minute}
	switch {
	case !kept.Refused:
		e.fine("matrix.doctor.pace_free", fields)
	case minute >= slowBelow:
		e.fine("matrix.doctor.pace", fields)
	default:
		e.look("matrix.doctor.pace_slow", fields)
	}
	return nil
}
