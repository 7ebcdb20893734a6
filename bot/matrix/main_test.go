//go:build goolm

package matrix

import (
	"os"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// TestMain keeps the homeserver that the tests share until their end.
func TestMain(m *testing.M) { os.Exit(matrixtest.Main(m)) }
