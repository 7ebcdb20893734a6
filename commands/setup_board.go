package commands

import (
	"cmp"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// keep leaves a setting as it is. Where there is no board yet, the one that was
// suggested is taken.
func (c *Call) keep(step, _ string) error {
	if step != "board" {
		return nil
	}
	rooms, err := c.spaceRooms()
	if err != nil || boardOf(rooms) != nil {
		return err
	}
	if room := likelyBoard(rooms); room != nil {
		return c.chooseBoard(rooms, room)
	}
	return nil
}

// setBoard chooses the room in which cards are posted from now on, in the space
// where it is said: each space has its own.
func (c *Call) setBoard(text string) error {
	rooms, err := c.spaceRooms()
	if err != nil {
		return err
	}
	room := roomNamed(rooms, text)
	if room == nil {
		m := mistake("terminal.room_unknown", nil).echo("Room", text)
		m.Fill = fillRooms
		return m
	}
	return c.chooseBoard(rooms, room)
}

func (c *Call) chooseBoard(rooms []*models.Room, board *models.Room) error {
	if !board.Usable() {
		return mistake("room.unusable", nil).echo("Room", board.Name)
	}
	for _, room := range rooms {
		if room.IsBoard != (room == board) {
			room.IsBoard = room == board
			c.Save(room)
		}
	}
	c.behind = board.ID
	return nil
}

// setRoomLanguage sets in which language is written in one room, where it is
// given: the room in which it was said, or the board.
func (c *Call) setRoomLanguage() (models.Message, error) {
	if !c.Args.Has("room_language") {
		return models.Message{}, nil
	}
	rooms, err := c.spaceRooms()
	if err != nil {
		return models.Message{}, err
	}
	room := boardOf(rooms)
	if i := slices.IndexFunc(rooms, func(r *models.Room) bool { return r.Remote == c.room }); i >= 0 {
		room = rooms[i]
	}
	if room == nil {
		return models.Message{}, mistake("setup.no_board", nil)
	}
	room.Language = models.Lang(c.Args.Text("room_language"))
	c.Save(room)
	return models.Message{Key: "setup.room_language", About: models.Entity{Kind: models.KindRoom, ID: room.ID},
		Args: models.Args{"Languages": models.CodeArg("language." + string(room.Language))}}, nil
}

// spaceRooms are the rooms of the space where the actor acts.
func (c *Call) spaceRooms() ([]*models.Room, error) {
	space, err := c.SpaceOf(c.Actor.Account.Platform, c.space)
	if err != nil {
		return nil, err
	}
	rooms, err := c.RoomsIn(space.ID)
	return stillThere(rooms), err
}

// boards are the rooms in which cards can be posted, in all spaces.
func (c *Call) boards() ([]*models.Room, error) {
	rooms, err := c.Rooms()
	return slices.DeleteFunc(slices.Clone(rooms), func(r *models.Room) bool { return !r.IsBoard || !r.Usable() }), err
}

func stillThere(rooms []*models.Room) []*models.Room {
	return slices.DeleteFunc(slices.Clone(rooms), func(r *models.Room) bool { return r.GoneAt != nil })
}

// boardOf is the board among the rooms of a space, nil if none is chosen or it
// cannot be written to.
func boardOf(rooms []*models.Room) *models.Room {
	for _, room := range rooms {
		if room.IsBoard && room.Usable() {
			return room
		}
	}
	return nil
}

// roomNamed finds a room by its name or, as <#ID>, by the platform's id; of
// several of one name one that can be written to. It is nil if there is none.
func roomNamed(rooms []*models.Room, text string) *models.Room {
	text = strings.TrimSpace(text)
	if id, ok := strings.CutPrefix(text, "<#"); ok {
		id = strings.TrimSuffix(id, ">")
		if i := slices.IndexFunc(rooms, func(r *models.Room) bool { return r.Remote == id }); i >= 0 {
			return rooms[i]
		}
		return nil
	}
	var found *models.Room
	name := catalogue.Fold(strings.TrimPrefix(text, "#"))
	for _, room := range rooms {
		if catalogue.Fold(strings.TrimPrefix(room.Name, "#")) == name && (found == nil || !found.Usable()) {
			found = room
		}
	}
	return found
}

// spaceRooms are the rooms of the space where the reader acts; of all spaces
// where that is not known.
func (v *View) spaceRooms() ([]*models.Room, error) {
	rooms, err := v.reader.Rooms()
	if v.who.Space != "" && err == nil {
		rooms, err = v.reader.RoomsIn(v.who.Platform, v.who.Space)
	}
	return stillThere(rooms), err
}

// roomsShown is how many rooms a message lists: a server can have hundreds.
const roomsShown = 8

// fillRooms sets Rooms to the rooms that can be chosen.
func fillRooms(v *View) error {
	rooms, err := v.spaceRooms()
	if err != nil {
		return err
	}
	var names []string
	for _, r := range rooms {
		if name := User(r.Name); r.Usable() && !slices.Contains(names, name) && len(names) < roomsShown {
			names = append(names, name)
		}
	}
	v.set("Rooms", catalogue.List(v.lang, names))
	return nil
}

// fillBoard sets Board and Room to the board's name.
func fillBoard(v *View) error {
	name, err := v.setting("board")
	v.set("Board", name)
	v.set("Room", name)
	return err
}

// boardName is the board's name; with suggest, that of the room which is likely
// to be meant for it, where none is chosen.
func (v *View) boardName(suggest bool) (string, error) {
	rooms, err := v.spaceRooms()
	if err != nil {
		return "", err
	}
	board := boardOf(rooms)
	if board == nil && suggest {
		board = likelyBoard(rooms)
	}
	return User(cmp.Or(board, &models.Room{}).Name), nil
}
