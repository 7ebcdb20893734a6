//go:build !goolm

package matrix

import "context"

// Examine says how to build a program that has the platform.
func Examine(context.Context, ExamineOptions) ([]Finding, error) { return nil, errNotBuilt }
