// Command bench measures shirebot against raw SQL in the same run, and prints
// one line a figure: its name, value, ratio, goal, and whether it was reached.
// It is no test: a machine that is busy or slow is no mistake in the code, and
// ratios are worth more than absolute figures.
//
//	go run -tags goolm ./cmd/bench [--quick] [--only NAME] [--write] [--profile FILE]
//
// Without the tag all but Matrix is measured.
//
// The raw side of a ratio is measured in slices of the same run, between those
// of the program. docs/benchmarks.md has the results and says what they mean.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"slices"
	"strings"
)

// settings are the options and what follows from them.
type settings struct {
	only    string
	quick   bool
	write   bool
	profile string
}

// measurement is a group of figures that are taken together.
type measurement struct {
	name string
	run  func(context.Context, settings) ([]figure, error)
}

// measurements in their order: the one that reports memory comes first, while
// the process is still small.
func measurements() []measurement {
	return []measurement{
		{"reads", measureReads},
		{"one", measureOne},
		{"callers", measureCallers},
		{"slot", measureSlot},
		{"send", measureSend},
		{"private", measurePrivate},
		{"discord", measureDiscord},
		{"matrix", measureMatrix},
	}
}

// matrixArgument has the program run as the bot on Matrix, in another process.
const matrixArgument = "bot-on-matrix"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == fakeArgument:
		err = runFake(ctx, os.Args[2], os.Stdin, os.Stdout)
	case len(os.Args) == 3 && os.Args[1] == matrixArgument:
		err = runMatrixChild(ctx, os.Args[2], os.Stdin, os.Stdout)
	default:
		err = run(ctx, os.Args[1:])
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var names []string
	for _, m := range measurements() {
		names = append(names, m.name)
	}
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.only, "only", "", "take one measurement: "+strings.Join(names, ", "))
	flags.BoolVar(&s.quick, "quick", false, "smaller tables and fewer rounds, to see that it works")
	flags.BoolVar(&s.write, "write", false, "write the table into "+page)
	flags.StringVar(&s.profile, "profile", "", "write a CPU profile to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.only != "" && !slices.Contains(names, s.only) {
		return fmt.Errorf("there is no measurement %q; there are %s", s.only, strings.Join(names, ", "))
	}
	if s.write && (s.quick || s.only != "") {
		return errors.New("only a whole run is written")
	}
	if s.profile != "" {
		stop, err := profileTo(s.profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	figures, err := measure(ctx, s)
	if err != nil || !s.write {
		return err
	}
	return writePage(figures)
}

func measure(ctx context.Context, s settings) ([]figure, error) {
	var all []figure
	for _, m := range measurements() {
		if s.only != "" && s.only != m.name {
			continue
		}
		figures, err := m.run(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		for _, f := range figures {
			fmt.Println(f.line())
		}
		all = append(all, figures...)
	}
	return all, nil
}

func profileTo(path string) (stop func(), err error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}, nil
}
