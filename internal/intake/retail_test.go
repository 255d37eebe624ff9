package intake

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

const retailFile = "online_retail/online_retail_2010-12_2011-09.csv.gz"

// sharedFile returns a file of the data that developers share, or skips the test.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv("SHUKE_SHARED")
	if folder == "" {
		folder = "../../../shared/data"
	}
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("there is no %s: set SHUKE_SHARED to the folder of shared data", name)
	}
	return path
}

func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	path := sharedFile(t, retailFile)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		got, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path, Preset: OnlineRetail, Progress: os.Stderr, Faults: os.Stderr})
		t.Logf("%+v %v", got, err)
	})
}
