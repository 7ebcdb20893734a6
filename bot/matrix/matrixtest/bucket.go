//go:build goolm

package matrixtest

import (
	"strings"
	"time"
)

// Bucket is a rate limit as Synapse has it: each device may write Burst
// events at once, then one in Every.
type Bucket struct {
	Burst int
	Every time.Duration
	// Now is the time that the limit goes by; the machine's if nil.
	Now func() time.Time
}

// SynapseBucket is the limit that a Synapse has unless its admin changed it:
// rc_message, 0.2 a second with a burst of 10.
func SynapseBucket(now func() time.Time) Bucket {
	return Bucket{Burst: 10, Every: 5 * time.Second, Now: now}
}

// level is how full a device's bucket was.
type level struct {
	tokens float64
	at     time.Time
}

// Limit makes the proxy answer 429 to who writes too much, which Dendrite never
// does. Messages, reactions, redactions and state count.
func (p *Proxy) Limit(b Bucket) {
	if b.Now == nil {
		b.Now = now
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit, p.buckets = &b, map[string]level{}
}

// limited is how long somebody has to wait with a request; 0 if it may pass.
func (p *Proxy) limited(r *Request) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	writes := strings.Contains(r.Path, "/send/") || strings.Contains(r.Path, "/redact/") || strings.Contains(r.Path, "/state/")
	if p.limit == nil || r.Method != "PUT" || !writes {
		return 0
	}
	at := p.limit.Now()
	full, ok := p.buckets[r.Token]
	if !ok {
		full = level{tokens: float64(p.limit.Burst), at: at}
	}
	gained := float64(at.Sub(full.at)) / float64(p.limit.Every)
	full.tokens, full.at = min(float64(p.limit.Burst), full.tokens+gained), at
	wait := time.Duration(0)
	if full.tokens >= 1 {
		full.tokens--
	} else {
		wait = max(time.Millisecond, time.Duration((1-full.tokens)*float64(p.limit.Every)))
	}
	p.buckets[r.Token] = full
	return wait
}
