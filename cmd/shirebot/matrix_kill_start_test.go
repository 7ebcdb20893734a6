//go:build goolm

package main

import (
	"regexp"
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// firstSteps are the requests of a first start, in their order: at each of them
// the program is killed, before the homeserver has it and after.
var firstSteps = []struct {
	method, path string
	skip         int
	after        bool
}{
	{"POST", `/login$`, 0, false},
	{"POST", `/login$`, 0, true},
	{"POST", `/keys/upload`, 0, false},
	{"POST", `/keys/upload`, 0, true},
	{"PUT", `/account_data/m\.secret_storage\.key\.`, 0, false},
	{"PUT", `/account_data/m\.secret_storage\.key\.`, 0, true},
	{"PUT", `/account_data/m\.cross_signing\.`, 1, false}, // one of three is there
	{"PUT", `/account_data/m\.cross_signing\.`, 1, true},
	{"PUT", `/account_data/m\.secret_storage\.default_key`, 0, false},
	{"PUT", `/account_data/m\.secret_storage\.default_key`, 0, true},
	{"POST", `/keys/device_signing/upload`, 0, false},
	{"POST", `/keys/device_signing/upload`, 0, true},
	{"POST", `/keys/signatures/upload`, 0, false},
	{"POST", `/keys/signatures/upload`, 0, true},
}

// shownKey is the recovery key in what the program says.
var shownKey = regexp.MustCompile(`recovery key, shown once: (.+?) Keep it`)

// killAtTheStart kills the first start again and again, each time a step later.
// In the end there is one device, signed, and one recovery key, which was shown
// and opens the identity.
func killAtTheStart(w *killTown) {
	var shown []string
	end := func() {
		text, _ := w.life.text()
		for _, found := range shownKey.FindAllStringSubmatch(text, -1) {
			shown = append(shown, found[1])
		}
	}
	for _, step := range firstSteps {
		cut := w.hold(step.method, step.path, step.after, step.skip)
		w.start()
		w.killAt(cut)
		end()
	}
	if len(shown) > 0 {
		w.Errorf("the recovery key was shown before the identity was there")
	}
	w.start()
	w.says("recovery key, shown once")
	w.kill() // whether that it was shown is recorded or not
	end()
	w.found([]string{"Sam"}, []string{"Rosa"})
	end()
	w.asks("Rosa", "soup for the grandmother", "413-555-0150")
	w.onBoard("N1", "Open.")
	w.say("Sam", "claim N1")
	w.check()
	end()
	if len(shown) > 0 {
		w.private = append(w.private, shown[0])
	}
	slices.Sort(shown)
	if one := slices.Compact(slices.Clone(shown)); len(one) != 1 || len(shown) > 3 {
		w.Fatalf("%d recovery keys were shown, in %d times", len(one), len(shown))
	}
	devices, err := w.account.Devices(w.Context())
	if err != nil || len(devices) != 1 {
		w.Fatalf("the account has the devices %v, %v", devices, err)
	}
	ana := w.people["Ana"]
	if !ana.Signed(w.account.UserID, devices[0]) {
		w.Error("the device is not signed")
	}
	w.opens(shown[0], devices[0])
}

// opens makes sure that a recovery key is the account's: a new installation with
// it signs its device by the same identity.
func (w *killTown) opens(key string, former matrixtest.DeviceID) {
	w.Helper()
	w.data, w.env = w.TempDir(), []string{"MATRIX_RECOVERY_KEY=" + key}
	w.up()
	if text, _ := w.life.text(); shownKey.MatchString(text) {
		w.Error("a recovery key that is known is shown")
	}
	w.stop()
	devices, err := w.account.Devices(w.Context())
	if err != nil || len(devices) != 2 {
		w.Fatalf("the account has the devices %v, %v", devices, err)
	}
	for _, device := range devices {
		if !w.people["Ana"].Signed(w.account.UserID, device) {
			w.Errorf("the device %s is not signed; %s was there first", device, former)
		}
	}
}
