//go:build !goolm

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// measureMatrix measures nothing in a program without Matrix.
func measureMatrix(context.Context, settings) ([]figure, error) {
	fmt.Fprintln(os.Stderr, "bench: matrix is left out; it needs -tags goolm, which make bench sets")
	return nil, nil
}

// runMatrixChild is never asked for without Matrix.
func runMatrixChild(context.Context, string, io.Reader, io.Writer) error {
	return errors.New("this program was built without Matrix")
}
