package store

// memory is what the writer keeps from one transaction to the next: who an
// account is and what coalition a space belongs to, which nearly every command
// asks and hardly any changes. It is true because one process holds the
// database and all that changes these rows goes through a batch, which drops
// what it touches. Only the writer uses it.
type memory map[key]any

// memoryHolds bounds it; when it is full it begins anew.
const memoryHolds = 10_000

// recall returns a private copy of a row that is in memory, or asks for it and
// keeps it. A row that is not there (nil) is asked for each time.
func recall[T any](t *Tx, k key, ask func() (*T, error)) (*T, error) {
	if err := t.batch.settle(k); err != nil {
		return nil, err
	}
	m := t.batch.store.memory
	row, known := m[k].(*T)
	if !known {
		var err error
		if row, err = ask(); err != nil || row == nil {
			return nil, err
		}
		if len(m) >= memoryHolds {
			clear(m)
		}
		m[k] = row
	}
	private := *row
	return &private, nil
}

// forget drops what rows that were touched would change.
func (m memory) forget(keys []key) {
	for _, k := range keys {
		if k.what == "spaces" {
			clear(m) // setup, once in a while
			return
		}
		delete(m, k)
	}
}
