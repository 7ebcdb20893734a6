package bot_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// A room that cannot be written to is told of once, however many cards are to be
// shown there; all of them are when it can be again.
func TestRoomThatCannotBeWrittenTo(t *testing.T) {
	for _, code := range []string{bot.CodeReadOnly, bot.CodeRoomGone} {
		t.Run(code, func(t *testing.T) {
			inWorld(t, bot.Features{Buttons: true, Parallel: 3}, func(w *world) {
				w.on = always(board, &bot.PermanentError{Code: code, Err: errors.New("50013")})
				w.running(func() {
					for range 3 {
						w.say("Rosa", `need what:"milk and bread" category:food`)
						w.say("Rosa", "post it")
						w.pass(time.Hour)
					}
					if told := w.to("you"); len(told) != 1 || !strings.Contains(told[0].text, "#board") {
						w.Errorf("the team was told %v", told)
					}
					tried := len(w.to(board))
					w.pass(48 * time.Hour)
					if again := len(w.to(board)); again != tried || tried != 1 {
						w.Errorf("tried %d times, then %d", tried, again)
					}
					w.on = nil
					now := commands.RoomNow{Remote: board, Name: "#board", Kind: models.RoomText}
					if err := w.reg.SyncRoom(w.Context(), "fake", "space", now); err != nil {
						w.Error(err)
					}
					w.pass(0) // what was woken is shown before any lease can end
					w.pass(time.Minute)
					if shown := len(w.to(board)) - tried; shown != 3 {
						w.Errorf("%d cards are shown, want 3", shown)
					}
				})
			})
		})
	}
}
