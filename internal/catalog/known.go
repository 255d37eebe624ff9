package catalog

import (
	"sync"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// maxKnown bounds the SKUs that are remembered.
const maxKnown = 50_000

// known remembers SKUs by code between transactions: an import asks for the same few thousand with each
// batch. It is used where no other process can change the goods, that is with SQLite. There writers run
// one after another, so that forgetting before the commit of a change is soon enough.
type known struct {
	mu         sync.Mutex
	rows       map[string]SKURow
	generation int // generation counts the times that something was forgotten.
}

// find puts the SKUs that are remembered into found, and returns the other codes and the generation.
func (k *known) find(tx *db.Tx, codes []string, found map[string]SKURow) (unknown []string, generation int) {
	if tx.Engine != db.SQLite {
		return codes, 0
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, code := range codes {
		if row, ok := k.rows[code]; ok {
			found[code] = row
		} else {
			unknown = append(unknown, code)
		}
	}
	return unknown, k.generation
}

// keep remembers those of the SKUs that were found once the transaction has committed, unless something was forgotten since they
// were read.
func (k *known) keep(tx *db.Tx, codes []string, found map[string]SKURow, generation int) {
	if tx.Engine != db.SQLite || len(codes) == 0 {
		return
	}
	tx.OnCommit(func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.generation != generation {
			return
		}
		if k.rows == nil || len(k.rows)+len(codes) > maxKnown {
			k.rows = make(map[string]SKURow, len(codes))
		}
		for _, code := range codes {
			if row, ok := found[code]; ok {
				k.rows[code] = row
			}
		}
	})
}

// forget is called by every change of products or SKUs, in its transaction.
func (k *known) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.rows = nil
	k.generation++
}
