//go:build goolm

package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// TestMatrix runs the program against a homeserver, as an admin would. The
// admin's part is played by another client.
func TestMatrix(t *testing.T) {
	server := matrixtest.Start(t)
	ana := server.User(t, "Ana")
	account := server.Account(t, "shirebot")
	runScripts(t, "matrix", func(env *testscript.Env) {
		env.Setenv("MATRIX_HOMESERVER", server.URL())
		env.Setenv("MATRIX_USER", string(account.UserID))
		env.Setenv("MATRIX_PASSWORD", account.Password)
		env.Setenv("MATRIX_ALLOW", string(ana.ID))
		env.Values[scriptPlay{}] = func() error {
			room := ana.CreateRoom(matrixtest.Room{Name: "board", Encrypted: true})
			ana.Invite(room, account.UserID)
			ana.WaitMember(room, account.UserID, "join")
			ana.Say(room, "!setup")
			private := ana.DirectWith(account.UserID)
			for i, answer := range []string{"Larch County Mutual Aid", "keep", "English", "Stonebridge, Quarry Falls", "keep", "keep"} {
				ana.WaitText(private, string(rune('1'+i))+" of 6.")
				ana.Say(private, answer)
			}
			ana.WaitText(private, "Saved.")
			ana.WaitText(room, "Larch County Mutual Aid")
			return nil
		}
	})
}
