//go:build goolm

package matrixtest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// device is somebody's, in a room that Mara made, and knows of it.
func device(t *testing.T, s *matrixtest.Server, mara *matrixtest.User, room id.RoomID) *matrixtest.Device {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := matrixtest.OpenDevice(ctx, s, "Ben")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	mara.Invite(room, d.ID)
	if err := d.Join(ctx, room); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Wait(ctx, func(h matrixtest.Heard) bool { return h.Room == room && h.Sender == d.ID }); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDeviceReadsWhatItMissed(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	mara := s.User(t, "Mara")
	room := mara.CreateRoom(matrixtest.Room{Encrypted: true})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ben := device(t, s, mara, room)
	var want, got []string
	for i := range 30 { // more than the homeserver tells by itself
		want = append(want, fmt.Sprintf("turnip %d", i))
		mara.Say(room, want[i])
	}
	for len(got) < len(want) {
		list, err := ben.Read(ctx)
		if err != nil {
			t.Fatalf("with %d of %d: %v", len(got), len(want), err)
		}
		for _, h := range list {
			if h.Sender == mara.ID && h.Body != "" {
				got = append(got, h.Body)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("Ben read %q", got)
	}
}

func TestDeviceAsks(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	mara := s.User(t, "Mara")
	echo, err := matrixtest.OpenEcho(t.Context(), s, matrixtest.EchoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, secret := range []bool{false, true} {
		room := mara.CreateRoom(matrixtest.Room{Encrypted: secret})
		mara.Invite(room, echo.ID)
		mara.WaitMember(room, echo.ID, event.MembershipJoin)
		ben := device(t, s, mara, room)
		took, err := ben.Ask(ctx, room, "parsnips", func(h matrixtest.Heard) bool {
			return h.Sender == echo.ID && h.Body == matrixtest.EchoPrefix+"parsnips"
		})
		if err != nil || took <= 0 {
			t.Errorf("encrypted %v: %v, %v", secret, took, err)
		}
		if got := mara.WaitText(room, "parsnips"); got.Encrypted != secret || got.Sender != ben.ID {
			t.Errorf("encrypted %v: Mara reads %+v", secret, got)
		}
	}
	if err := echo.Close(); err != nil {
		t.Error(err)
	}
}
