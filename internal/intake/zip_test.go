package intake

import (
	"archive/zip"
	"bytes"
	"testing"
)

// zipOf makes a zip of parts.
func zipOf(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bomb is a workbook whose sheet unpacks to a thousand times its size.
func bomb(t testing.TB) string {
	t.Helper()
	return zipOf(t, map[string]string{"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": string(make([]byte, 16<<20))})
}
