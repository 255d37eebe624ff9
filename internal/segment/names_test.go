package segment

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNames holds the names of groups and stages in sentences against those of the pages: they are the same, though
// English sentences have small letters where a page begins with a capital.
func TestNames(t *testing.T) {
	t.Parallel()
	lists := []struct {
		file, prefix string
		options      []Option
	}{
		{"rfm.json", "group.", rfmGroupOptions},
		{"rfm.json", "value.", valueGroupOptions},
		{"ui.json", "stage.", stageOptions},
	}
	for _, lang := range []Lang{Chinese, English} {
		folder := map[Lang]string{Chinese: "zh-CN", English: "en"}[lang]
		for _, list := range lists {
			pages := readWords(t, filepath.Join("../../web/src/shared/i18n", folder, list.file))
			for _, o := range list.options {
				if name, page := in(lang, o.Name, o.NameEN), pages[list.prefix+o.Code]; !strings.EqualFold(name, page) {
					t.Errorf("%s: sentences call %s%s %q, the pages %q", folder, list.prefix, o.Code, name, page)
				}
			}
		}
	}
}

func readWords(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]string
	if err := json.Unmarshal(text, &words); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return words
}
