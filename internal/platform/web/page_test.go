package web

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func TestCursor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Int64(), 1, 4).Draw(t, "parts")
		got, err := DecodeCursor(EncodeCursor(parts...), len(parts))
		if err != nil || !slices.Equal(got, parts) {
			t.Fatalf("got %v, %v, want %v", got, err, parts)
		}
		if _, err := DecodeCursor(EncodeCursor(parts...), len(parts)+1); errs.CodeOf(err) != "cursor.invalid" {
			t.Fatalf("cursor of another list: got %v, want cursor.invalid", err)
		}
	})
	if got, err := DecodeCursor("", 2); got != nil || err != nil {
		t.Errorf("first page: got %v, %v", got, err)
	}
	for _, bad := range []string{"!", "AA", "AgAAAAAAAAAB", EncodeCursor(1) + "A"} {
		if _, err := DecodeCursor(bad, 1); errs.CodeOf(err) != "cursor.invalid" {
			t.Errorf("%q: got %v, want cursor.invalid", bad, err)
		}
	}
}

// Walking a list meets every row that was there once, while others are added.
func TestPages_are_stable_under_inserts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)
		for range 7 {
			s.call(t, "clerk", "POST", "/v1/things", boots)
		}
		seen := map[string]int{}
		cursor, pages := "", 0
		for pages == 0 || cursor != "" && pages < 20 {
			r := s.call(t, "clerk", "GET", "/v1/things?limit=3&cursor="+cursor, "")
			var page List[thing]
			if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.StatusCode != 200 {
				t.Fatalf("page: %d %v %s", r.StatusCode, err, r.body)
			}
			for _, one := range page.Items {
				seen[one.ID.String()]++
			}
			cursor = page.NextCursor
			pages++
			if pages < 3 {
				s.call(t, "clerk", "POST", "/v1/things", hat)
			}
		}
		if len(seen) != 9 {
			t.Errorf("rows seen: got %d, want 9", len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s: seen %d times", id, n)
			}
		}
	})
}

func TestETag(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)
		created := s.call(t, "clerk", "POST", "/v1/things", boots)
		var one thing
		if err := json.Unmarshal([]byte(created.body), &one); err != nil {
			t.Fatal(err)
		}
		path := "/v1/things/" + one.ID.String()
		tag := created.Header.Get("ETag")
		changed := s.call(t, "clerk", "PATCH", path, `{"name":"shoes"}`, "If-Match: "+tag)
		if changed.StatusCode != 200 || changed.Header.Get("ETag") == tag {
			t.Errorf("change: got %d, ETag %s", changed.StatusCode, changed.Header.Get("ETag"))
		}
		s.call(t, "clerk", "PATCH", path, `{"name":"socks"}`, "If-Match: "+tag).problem(t, 412, "version.stale")
		s.call(t, "clerk", "PATCH", path, `{"name":"socks"}`, "If-Match: W/nonsense").problem(t, 412, "version.stale")
		if got := s.call(t, "clerk", "PATCH", path, `{"name":"socks"}`).StatusCode; got != 200 {
			t.Errorf("without If-Match: got %d, want 200", got)
		}
	})
}
