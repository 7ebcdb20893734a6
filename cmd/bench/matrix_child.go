//go:build goolm

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// matrixScene is what the program does as a process of its own: it begins a
// coalition in each room, starts, has a need posted in each, and then does
// nothing. It travels as JSON in the first line of the input.
type matrixScene struct {
	Login matrixLogin
	Rooms []matrixtest.RoomID
	Owner []matrixtest.UserID // of each room
	Idle  time.Duration
}

// matrixResult is what the other process measured of itself.
type matrixResult struct {
	Resident float64 // MB, when all cards were shown
	Idle     float64 // percent of one core
}

// runMatrixChild is the other process.
func runMatrixChild(ctx context.Context, argument string, in io.Reader, out io.Writer) error {
	if argument != "rooms" {
		return fmt.Errorf("there is no scene %q", argument)
	}
	lines := bufio.NewReader(in)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return err
	}
	var scene matrixScene
	if err := json.Unmarshal(line, &scene); err != nil {
		return err
	}
	p, err := start(ctx, scene.Login.Dir)
	if err != nil {
		return err
	}
	for i, room := range scene.Rooms {
		if err := p.founds(ctx, room, room, scene.Owner[i]); err != nil {
			return errors.Join(err, p.Close())
		}
	}
	b, err := scene.Login.runs(ctx, p)
	if err != nil {
		return err
	}
	result, err := scene.play(ctx, b)
	if err == nil {
		err = json.NewEncoder(out).Encode(result)
	}
	return errors.Join(err, b.stop())
}

func (s *matrixScene) play(ctx context.Context, b *matrixBot) (matrixResult, error) {
	for i, room := range s.Rooms {
		if err := b.posts(ctx, matrixWho(room, s.Owner[i]), `need what:"soup and bread" category:food`); err != nil {
			return matrixResult{}, err
		}
	}
	if _, err := b.cardsShown(ctx, len(s.Rooms)); err != nil {
		return matrixResult{}, err
	}
	resident, err := residentMemory()
	if err != nil {
		return matrixResult{}, err
	}
	// The bot's own reactions come a little after the cards.
	if err := quiet(ctx); err != nil {
		return matrixResult{}, err
	}
	idle, err := usedWithin(ctx, s.Idle)
	return matrixResult{Resident: resident, Idle: idle}, err
}

// quiet waits until two seconds in a row need next to nothing.
func quiet(ctx context.Context) error {
	for calm, n := 0, 0; calm < 2; n++ {
		used, err := usedWithin(ctx, time.Second)
		switch {
		case err != nil:
			return err
		case n == 300:
			return errors.New("the bot does not come to rest")
		case used < 2:
			calm++
		default:
			calm = 0
		}
	}
	return nil
}

// usedWithin is how much of one core this process needs for a while, in percent.
func usedWithin(ctx context.Context, span time.Duration) (float64, error) {
	before, err := processorTime()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(span):
	}
	after, err := processorTime()
	return 100 * float64(after-before) / float64(time.Since(began)), err
}

// processorTime is what this process has used of all cores (Linux only).
func processorTime() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0, err
	}
	// The second field is the program's name, which may have spaces in it.
	_, fields, _ := strings.Cut(string(stat), ") ")
	list := strings.Fields(fields)
	if len(list) < 13 {
		return 0, errors.New("/proc/self/stat has too few fields")
	}
	var user, system int64 // in hundredths of a second
	if _, err := fmt.Sscan(list[11]+" "+list[12], &user, &system); err != nil {
		return 0, fmt.Errorf("/proc/self/stat: %w", err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// plays has another process play the scene, and returns what it measured.
func (s *matrixScene) plays(ctx context.Context) (matrixResult, error) {
	var result matrixResult
	self, err := os.Executable()
	if err != nil {
		return result, err
	}
	line, err := json.Marshal(s)
	if err != nil {
		return result, err
	}
	c := exec.CommandContext(ctx, self, matrixArgument, "rooms")
	c.Stdin, c.Stderr = strings.NewReader(string(line)+"\n"), os.Stderr
	out, err := c.Output()
	if err != nil {
		return result, fmt.Errorf("the bot in another process: %w", err)
	}
	return result, json.Unmarshal(out, &result)
}
