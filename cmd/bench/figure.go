package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
)

// figure is one line of the result.
type figure struct {
	name  string
	value float64
	unit  string
	ratio float64 // to what is said in of; 0 without one
	of    string
	goal  goal
}

// goal is what a figure should reach. The zero goal is none.
type goal struct {
	limit   float64
	of      what
	atMost  bool
	written string // as people read it
}

type what int

const (
	none what = iota
	theValue
	theRatio
)

func ratioAtLeast(limit float64) goal {
	return goal{limit: limit, of: theRatio, written: fmt.Sprintf("at least %g", limit)}
}

func ratioAtMost(limit float64) goal {
	return goal{limit: limit, of: theRatio, atMost: true, written: fmt.Sprintf("at most %g", limit)}
}

func under(limit float64, unit string) goal {
	return goal{limit: limit, of: theValue, atMost: true, written: fmt.Sprintf("under %g %s", limit, unit)}
}

func exactly(n int) goal { return goal{limit: float64(n), of: theValue, written: fmt.Sprint(n)} }

// result says whether the goal was reached: ok, short, or nothing.
func (f figure) result() string {
	got := f.value
	switch f.goal.of {
	case none:
		return ""
	case theRatio:
		got = f.ratio
	}
	if f.goal.atMost == (got > f.goal.limit) && got != f.goal.limit {
		return "short"
	}
	return "ok"
}

func (f figure) number() string {
	if f.value >= 100 || f.value == float64(int(f.value)) {
		return catalogue.Number(int(f.value + 0.5))
	}
	return fmt.Sprintf("%.2f", f.value)
}

func (f figure) ratioText() string {
	if f.ratio == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f of %s", f.ratio, f.of)
}

func (f figure) line() string {
	return fmt.Sprintf("%-44s %9s %-10s %-32s %-13s %s", f.name, f.number(), f.unit, f.ratioText(), f.goal.written, f.result())
}

// median of a list; the list is put in order.
func median[T cmp.Ordered](list []T) T { return percentile(list, 50) }

// percentile by the nearest rank; the list is put in order.
func percentile[T cmp.Ordered](list []T, p int) T {
	slices.Sort(list)
	return list[min(len(list)-1, len(list)*p/100)]
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func perSecond(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }

// paired runs two things by turns in slices, so that whatever else the machine
// does meets both, and returns the median rate of each and the median of the
// ratios of neighboring slices. A slice returns its rate.
func paired(rounds int, raw, ours func(round int) (float64, error)) (rawRate, ourRate, ratio float64, err error) {
	var raws, mine, ratios []float64
	for i := range rounds {
		runtime.GC() // the one's garbage is not collected in the other's time
		r, err := raw(i)
		if err != nil {
			return 0, 0, 0, fmt.Errorf("raw: %w", err)
		}
		runtime.GC()
		o, err := ours(i)
		if err != nil {
			return 0, 0, 0, err
		}
		raws, mine, ratios = append(raws, r), append(mine, o), append(ratios, o/r)
	}
	return median(raws), median(mine), median(ratios), nil
}
