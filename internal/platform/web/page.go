package web

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Page is the part of a list to return. Embed it in the input of a list.
type Page struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many items to return at most."`
	Cursor string `query:"cursor" maxLength:"200" doc:"The next_cursor of the page before."`
}

// List is the body of a page of a list. NextCursor is "" on the last page.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty"`
}

// cursorVersion starts every cursor, so that the meaning of cursors can change.
const cursorVersion = 1

// EncodeCursor returns an opaque cursor of numbers, such as the sort key and the id of the last item.
func EncodeCursor(parts ...int64) string {
	b := []byte{cursorVersion}
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(p))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor returns the n numbers of a cursor, or nil for the first page (""). Other text is
// Invalid (cursor.invalid).
func DecodeCursor(cursor string, n int) ([]int64, error) {
	if cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) != 1+8*n || b[0] != cursorVersion {
		return nil, errs.New(errs.Invalid, "cursor.invalid", "the cursor is not one of this list")
	}
	parts := make([]int64, n)
	for i := range parts {
		parts[i] = int64(binary.BigEndian.Uint64(b[1+8*i:]))
	}
	return parts, nil
}

// ETag returns the entity tag of a row version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// CheckIfMatch compares an If-Match header with the version of a row: Stale (version.stale) if the
// row has changed since. Without the header, and with "*", any version does.
func CheckIfMatch(header string, version int64) error {
	if header == "" || header == "*" || header == ETag(version) {
		return nil
	}
	return errs.New(errs.Stale, "version.stale", "this was changed by someone else since you read it")
}
