package when

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Several read at once, each by their own day.
func TestSeveralReadAtOnce(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)
	var readers sync.WaitGroup
	for i := range 8 {
		now := from.AddDate(0, 0, i)
		for _, text := range []string{"tomorrow", "tomorrow at 2 PM", "mañana", "pasado mañana en la tarde"} {
			want, err := Parse(text, now, models.English)
			if err != nil {
				t.Fatal(err)
			}
			readers.Go(func() {
				for range 200 {
					if got, err := Parse(text, now, models.English); err != nil || !reflect.DeepEqual(got, want) {
						t.Errorf("%q on %s is %v, %v; want %v", text, now.Format(time.DateOnly), got, err, want)
						return
					}
				}
			})
		}
	}
	readers.Wait()
}
