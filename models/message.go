package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Message is what is to be said, as data: a catalogue key, what it is about,
// and arguments. It holds no text, so it can be stored: the words are made
// when it is shown, from the state that holds then.
type Message struct {
	Key   string
	About Entity `gorm:"embedded;embeddedPrefix:about_"`
	Args  Args
}

// Args are a message's typed arguments by field name.
type Args map[string]Arg

// Arg is one argument. Exactly one field is set. There is deliberately no free
// text among them: nothing that a person wrote can be stored with a message.
type Arg struct {
	Code   string     `json:"c,omitempty"` // a catalogue id whose text is meant
	Count  *int64     `json:"n,omitempty"`
	At     *time.Time `json:"t,omitempty"` // a moment, UTC
	When   *When      `json:"w,omitempty"`
	Person ID         `json:"p,omitempty"` // their name, as they name themselves
	Ref    *Ref       `json:"r,omitempty"`
}

// CodeArg is the text of a catalogue id.
func CodeArg(id string) Arg { return Arg{Code: id} }

// CountArg is a number.
func CountArg(n int) Arg { v := int64(n); return Arg{Count: &v} }

// AtArg is a moment.
func AtArg(t time.Time) Arg { return Arg{At: &t} }

// PersonArg is a person's name.
func PersonArg(id ID) Arg { return Arg{Person: id} }

// RefArg is a reference.
func RefArg(r Ref) Arg { return Arg{Ref: &r} }

// WhenArg is a time as a person gave it.
func WhenArg(w When) Arg { return Arg{When: &w} }

// Value stores the arguments as JSON, nothing as an empty text.
func (a Args) Value() (driver.Value, error) {
	if len(a) == 0 {
		return "", nil
	}
	b, err := json.Marshal(map[string]Arg(a))
	if err != nil {
		return nil, fmt.Errorf("encode message arguments: %w", err)
	}
	return string(b), nil
}

// Scan reads what Value wrote.
func (a *Args) Scan(v any) error {
	*a = nil
	var raw []byte
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		raw = []byte(v)
	case []byte:
		raw = v
	default:
		return fmt.Errorf("message arguments: unexpected type %T", v)
	}
	if len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, (*map[string]Arg)(a)); err != nil {
		return fmt.Errorf("decode message arguments: %w", err)
	}
	return nil
}
