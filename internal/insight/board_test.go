package insight

import "testing"

// A shop that was just set up has no facts: its first board is of place 0.
func TestCacheKeepsTheFirstBoard(t *testing.T) {
	t.Parallel()
	var c cache
	c.put("a", 0, Board{Channels: []string{"store"}})
	if b, ok := c.get("a", 0); !ok || len(b.Channels) != 1 {
		t.Errorf("get after put: got %v, %v, want the board that was put", b.Channels, ok)
	}
	if _, ok := c.get("a", 1); ok {
		t.Error("get after a later fact: got a board, want none")
	}
}
