package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// jsonFormat reads and writes all bodies of the API.
var jsonFormat = huma.Format{Marshal: writeJSON, Unmarshal: readJSON}

// maxDepth bounds how deep objects and lists may be nested.
const maxDepth = 32

// Faults of a body, as text, since huma passes on nothing else; fault.go knows them.
const (
	notJSON    = "is not valid JSON"
	notUTF8    = "is not valid UTF-8"
	holdsNUL   = "has the character NUL"
	halfRune   = "has half of a character"
	namedTwice = "has a name twice in one object"
	tooDeep    = "is nested too deep"
	wrongType  = "wrong type: "
)

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// readJSON decodes data into v. Huma calls it first with an *any, to check the body against its
// schema, and then with the input; what the two could understand differently is refused.
func readJSON(data []byte, v any) error {
	tree, isTree := v.(*any)
	if err := json.Unmarshal(data, v); err != nil {
		e, isType := errors.AsType[*json.UnmarshalTypeError](err)
		if isType && isTree {
			return checkTree(data, *tree) // A number beyond all bounds is null in the tree; the input says where it is.
		}
		if isType {
			return errors.New(wrongType + e.Field)
		}
		if _, ok := errors.AsType[*json.SyntaxError](err); ok {
			return errors.New(notJSON)
		}
		return err
	}
	if isTree {
		return checkTree(data, *tree)
	}
	return nil
}

// checkTree refuses what the databases cannot store or what a later reader could read differently.
func checkTree(data []byte, tree any) error {
	if !utf8.Valid(data) {
		return errors.New(notUTF8)
	}
	if halved(data) {
		return errors.New(halfRune)
	}
	var c treeCheck
	if err := c.walk(tree, 1); err != nil {
		return err
	}
	if c.members != countMembers(data) {
		return errors.New(namedTwice)
	}
	return nil
}

type treeCheck struct{ members int }

func (c *treeCheck) walk(v any, depth int) error {
	if depth > maxDepth {
		return errors.New(tooDeep)
	}
	switch v := v.(type) {
	case string:
		if strings.IndexByte(v, 0) >= 0 {
			return errors.New(holdsNUL)
		}
	case []any:
		for _, item := range v {
			if err := c.walk(item, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		c.members += len(v)
		for name, item := range v {
			if strings.IndexByte(name, 0) >= 0 {
				return errors.New(holdsNUL)
			}
			if err := c.walk(item, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// countMembers counts the members of all objects in valid JSON: the colons outside of strings.
func countMembers(data []byte) int {
	count, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			inString = !inString
		case c == '\\':
			i++ // Only strings have backslashes, and what follows one does not end the string.
		case c == ':' && !inString:
			count++
		}
	}
	return count
}

// halved reports whether valid JSON has one half of a surrogate pair without the other, as in "\ud800". The decoder
// makes one and the same character of them all, so that two texts become one.
func halved(data []byte) bool {
	var before rune // before is the first half that waits for its second.
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			if before != 0 {
				return true
			}
			continue
		}
		i++ // Only strings have backslashes.
		var r rune
		if data[i] == 'u' {
			n, _ := strconv.ParseUint(string(data[i+1:i+5]), 16, 32) // It is valid.
			r = rune(n)
			i += 4
		}
		switch isPair := utf16.DecodeRune(before, r) != utf8.RuneError; {
		case before != 0 && !isPair, before == 0 && r >= 0xdc00 && r < 0xe000:
			return true
		case before == 0 && utf16.IsSurrogate(r):
			before = r
		default:
			before = 0
		}
	}
	return before != 0
}

// canonical returns JSON with sorted names and no spaces, and anything else as it is.
func canonical(body []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return body
	}
	if _, err := d.Token(); err != io.EOF {
		return body
	}
	out, err := json.Marshal(tree)
	if err != nil {
		return body
	}
	return out
}
