//go:build goolm

package matrix

import "sync"

// memory remembers something by an id of Matrix's, the latest few thousand. It
// only saves requests: what it forgot is asked or done again.
type memory[V any] struct {
	mu            sync.Mutex
	size          int
	young, former map[string]V
}

// remembered is how many things a memory has, twice at most.
const remembered = 5000

func newMemory[V any]() *memory[V] {
	return &memory[V]{size: remembered, young: map[string]V{}, former: map[string]V{}}
}

func (m *memory[V]) get(id string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.young[id]
	if !ok {
		if v, ok = m.former[id]; ok {
			m.keep(id, v)
		}
	}
	return v, ok
}

func (m *memory[V]) put(id string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(id, v)
}

// change changes what is remembered, or the zero value, while nobody else does.
func (m *memory[V]) change(id string, change func(*V)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.young[id]
	if !ok {
		v = m.former[id]
	}
	change(&v)
	m.keep(id, v)
}

func (m *memory[V]) keep(id string, v V) {
	if len(m.young) >= m.size {
		m.young, m.former = map[string]V{}, m.young
	}
	m.young[id] = v
}

func (m *memory[V]) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.young, id)
	delete(m.former, id)
}
