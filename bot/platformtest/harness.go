// Package platformtest has the suite that every platform must pass, and a clock
// that tests move.
//
// A story of the suite runs on a real store, registry and engine. It acts and
// looks through a [Harness], which each platform's test brings: there people
// type, press and react as they would there, and what they see is read back as
// plain words. How things are laid out is each platform's own.
package platformtest

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// Harness is a platform's service with people on it. Its methods may be called
// at the same time, and return when the platform is done with what was done and
// every answer is to be seen. They end the test if something cannot be done at
// all.
type Harness interface {
	// Founding says how a coalition begins there: its space, who runs it, and
	// at least two rooms, the first of which is the board.
	Founding() commands.Founding
	// Start makes the platform, over a registry that has the coalition. It is
	// called again after a restart of the program; what people saw they still
	// see then.
	Start(t *testing.T, r *commands.Registry) bot.Platform
	// Say has a person write a line to the bot, where only they see the answer.
	Say(t *testing.T, person, line string)
	// Press has a person press the newest button of a label among those in
	// sight for them.
	Press(t *testing.T, person, label string)
	// React has a person put a reaction on the card of a reference in the board
	// room, or take theirs back.
	React(t *testing.T, person, emoji string, present bool, ref string)
	// Private lists what was shown to one person and nobody else, oldest first:
	// answers and the bot's own messages.
	Private(person string) []Shown
	// Room lists what stands in a room, oldest first, an edited message as it
	// is now. The name is one of Founding's.
	Room(name string) []Shown
}

// Deleter is a Harness of a service where a message can be deleted.
type Deleter interface {
	// Delete takes the card of a reference out of the board room, as a
	// moderator does.
	Delete(t *testing.T, ref string)
}

// Shown is a message as people read it.
type Shown struct {
	// Text is the plain words, without any markup that the platform made of
	// them; lines end where they end on the screen.
	Text string
	// Pings are the people and groups whom it notified by name.
	Pings []string
}

// Run runs the suite. Setup makes a harness that nobody has used yet.
func Run(t *testing.T, setup func(t *testing.T) Harness) {
	stories := []struct {
		name string
		tell func(*world)
	}{
		{"a need is asked for by questions", askedByQuestions},
		{"a claim by reaction, and who comes second", claimedByReaction},
		{"a claim by command, and a reaction that did not make it", claimedByCommand},
		{"a reaction taken back gives the need back", releasedByReaction},
		{"a need is done", doneAndAnswered},
		{"private details", privateDetails},
		{"messages keep their order", inOrder},
		{"two race for one need", race},
		{"a restart in the middle of five questions", restarted},
		{"an event that comes twice acts once", eventTwice},
		{"a key that is sent twice shows once", keyTwice},
		{"what could not be shown is shown later", notNow},
		{"what may have been shown is shown once", maybeShown},
		{"a deleted card is posted anew", deleted},
		{"a person's words stay words", inert},
		{"what is posted cannot hide anything", inertPosts},
		{"texts at their limits", atTheLimits},
		{"lines that cannot be read", unreadable},
		{"the end of the context ends the platform", stopped},
	}
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(newWorld(t, setup(t)))
		})
	}
}
