package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// measureReads asks a big database what people ask most.
func measureReads(ctx context.Context, s settings) ([]figure, error) {
	w := world{neighbors: 5000, helpers: 500, needs: 100_000, open: 10_000}
	asks := 2000
	if s.quick {
		w.needs, w.open, asks = 10_000, 1_000, 200
	}
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	defer remove()
	if err := w.build(ctx, dir); err != nil {
		return nil, err
	}
	ready, err := timeStarts(ctx, dir)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, dir)
	if err != nil {
		return nil, err
	}
	figures, err := p.timeReads(ctx, w, asks)
	if err == nil {
		figures = append(figures, figure{name: "Start to ready", value: millis(ready), unit: "ms", goal: under(1000, "ms")})
		figures = append(figures, memory()...)
	}
	return figures, errors.Join(err, p.Close())
}

// timeStarts is the median of several starts.
func timeStarts(ctx context.Context, dir string) (time.Duration, error) {
	var took []time.Duration
	for range 5 {
		began := time.Now()
		p, err := start(ctx, dir)
		if err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
		if err := p.Close(); err != nil {
			return 0, err
		}
	}
	return median(took), nil
}

func (p *started) timeReads(ctx context.Context, w world, asks int) ([]figure, error) {
	reads := []struct {
		name string
		line func(i int) string
	}{
		{"/board, a page", func(i int) string { return fmt.Sprintf("/board %d", i%20+1) }},
		{"/mine", func(int) string { return "/mine" }},
		{"/show", func(i int) string { return fmt.Sprintf("/show N%d", 1+i*7919%w.needs) }},
	}
	var figures []figure
	for _, read := range reads {
		took := make([]time.Duration, asks)
		for i := range asks {
			began := time.Now()
			reply, err := p.say(ctx, w.neighbor(i), "", read.line(i))
			took[i] = time.Since(began)
			if err != nil {
				return nil, err
			}
			if !strings.Contains(reply.Text.Plain(), ": ") {
				return nil, fmt.Errorf("%s was answered with %q", read.line(i), reply.Text.Plain())
			}
		}
		figures = append(figures, figure{name: fmt.Sprintf("%s of %d needs, p95", read.name, w.needs), value: millis(percentile(took, 95)), unit: "ms", goal: under(5, "ms")})
	}
	return figures, nil
}

// memory is what Go's heap holds, and what the system counts for the process
// (Linux only).
func memory() []figure {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	figures := []figure{{name: "Memory, Go's heap", value: float64(m.HeapInuse) / (1 << 20), unit: "MB"}}
	resident, err := residentMemory()
	if err != nil {
		return figures
	}
	return append(figures, figure{name: "Memory, resident", value: resident, unit: "MB"})
}

// residentMemory is what the system counts for this process, in MB (Linux only).
func residentMemory() (float64, error) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var size, resident int
	if _, err := fmt.Sscan(string(statm), &size, &resident); err != nil {
		return 0, fmt.Errorf("/proc/self/statm: %w", err)
	}
	return float64(resident*os.Getpagesize()) / (1 << 20), nil
}
