package store

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// ids makes row ids: milliseconds since 1970, then ten bits that differ between
// processes, then ten that count. They grow, so that rows written together lie
// together, and two processes on one database hardly ever collide.
type ids struct {
	mu   sync.Mutex
	node int64
	last int64
}

const (
	idNodeBits  = 10
	idCountBits = 10
)

func newIDs() *ids { return &ids{node: rand.Int64N(1 << idNodeBits)} }

// next is the id for a row made at now. A clock that stands still or goes back
// does not repeat an id.
func (g *ids) next(now time.Time) models.ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := now.UnixMilli()<<(idNodeBits+idCountBits) | g.node<<idCountBits
	if id <= g.last {
		id = g.last + 1
	}
	g.last = id
	return models.ID(id)
}
