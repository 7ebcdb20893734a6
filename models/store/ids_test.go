package store

import (
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// However the clock goes, an id is greater than those before it.
func TestIDsGrow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := newIDs()
		now := noon
		last := models.ID(0)
		for _, step := range rapid.SliceOfN(rapid.Int64Range(-5000, 5000), 1, 50).Draw(t, "milliseconds") {
			now = now.Add(time.Duration(step) * time.Millisecond)
			for range rapid.IntRange(1, 3).Draw(t, "ids") {
				id := g.next(now)
				if id <= last {
					t.Fatalf("%d after %d", id, last)
				}
				last = id
			}
		}
	})
}

func TestIDsOfOneMomentAreUnique(t *testing.T) {
	t.Parallel()
	g := newIDs()
	const callers, each = 8, 2000 // more than the counter's bits hold
	made := make([][]models.ID, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			for range each {
				made[i] = append(made[i], g.next(noon))
			}
		})
	}
	wg.Wait()
	for i, list := range made {
		if !slices.IsSorted(list) {
			t.Errorf("caller %d got ids that do not grow", i)
		}
	}
	all := slices.Concat(made...)
	slices.Sort(all)
	if unique := slices.Compact(all); len(unique) != callers*each {
		t.Errorf("%d ids, want %d", len(unique), callers*each)
	}
}

func TestIDsTellTheirTime(t *testing.T) {
	t.Parallel()
	id := newIDs().next(noon)
	if got := time.UnixMilli(int64(id) >> (idNodeBits + idCountBits)).UTC(); !got.Equal(noon) {
		t.Errorf("the id is of %s, want %s", got, noon)
	}
	// Nothing signed overflows while this program may be in use.
	if late := newIDs().next(noon.AddDate(200, 0, 0)); late <= id {
		t.Errorf("in two hundred years the id is %d", late)
	}
}
