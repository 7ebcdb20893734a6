package main

import (
	"context"
	"errors"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix"
)

// doctorMatrix checks what the bot needs on Matrix, a line each. It changes
// nothing, there or here, and does not log in.
func (s *settings) doctorMatrix(ctx context.Context, clock bot.Clock) (err error) {
	if s.MatrixHomeserver == "" {
		return s.report([]finding{amiss("matrix.doctor.none", nil)})
	}
	set, err := s.matrixOptions()
	if err != nil {
		return err
	}
	transport, err := matrixTransport()
	if err != nil {
		return err
	}
	spaces, look, end, err := s.known(ctx, matrix.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	o := matrix.ExamineOptions{
		Homeserver: set.Homeserver, User: set.User, Password: set.Password, Token: set.Token,
		Transport: transport, Clock: clock, Spaces: spaces,
	}
	if look != nil {
		o.Sealed = look.Sealed
	}
	found, err := matrix.Examine(ctx, o)
	if err != nil {
		return err
	}
	findings := make([]finding, len(found))
	for i, f := range found {
		findings[i] = finding{f.Look, f.ID, s.named(f.Fields)}
	}
	return s.report(findings)
}

// named turns the catalogue ids of what is missing into a list of their names.
func (s *settings) named(fields map[string]any) map[string]any {
	if missing, ok := fields["Missing"].([]string); ok {
		fields["Missing"] = s.listed(missing)
	}
	return fields
}
