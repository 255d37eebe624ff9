package id

import (
	"sync"
	"time"
)

// epoch is the start of the time in identifiers; 41 bits of milliseconds last until 2093.
var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// Maker makes identifiers that grow with time: 41 bits of milliseconds, 10 bits of node, 12 bits of
// sequence. Two makers never give the same number while their nodes differ.
type Maker struct {
	Now  func() time.Time
	Node int64 // Node is 0 to 1023; on PostgreSQL each process holds its own.

	mu   sync.Mutex
	last int64 // last is the last milliseconds<<12 | sequence given out.
}

// SetNode gives the numbers from now on another node.
func (m *Maker) SetNode(node int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Node = node
}

// Next returns a number greater than every number this maker gave before, even if the clock goes back.
func (m *Maker) Next() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := max(m.Now().Sub(epoch).Milliseconds()<<12, m.last+1)
	m.last = at
	return at>>12<<22 | m.Node<<12 | at&0xfff
}
