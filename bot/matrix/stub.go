//go:build !goolm

package matrix

import (
	"context"
	"errors"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// errNotBuilt says how to get a program that can do it.
var errNotBuilt = errors.New("this program was built without Matrix: build it with -tags goolm, as make does")

// Matrix is the platform, which this program was built without.
type Matrix struct{}

// New says how to build a program that has the platform.
func New(Options) (*Matrix, error) { return nil, errNotBuilt }

// Name is the platform's name.
func (*Matrix) Name() string { return Name }

// Features are none.
func (*Matrix) Features() bot.Features { return bot.Features{} }

// Run says how to build a program that has the platform.
func (*Matrix) Run(context.Context, bot.Receiver) error { return errNotBuilt }

// Send does nothing.
func (*Matrix) Send(context.Context, bot.Post) (string, error) { return "", errNotBuilt }

// Edit does nothing.
func (*Matrix) Edit(context.Context, bot.Post, string) error { return errNotBuilt }

// Find does nothing.
func (*Matrix) Find(context.Context, bot.Post) (string, bool, error) { return "", false, errNotBuilt }

// Unreact does nothing.
func (*Matrix) Unreact(context.Context, string, string, string, string) error { return errNotBuilt }
