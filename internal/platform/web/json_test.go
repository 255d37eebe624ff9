package web

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"spaces and order", `{"a":1,"b":[1,2]}`, "{ \"b\" : [1, 2],\n\"a\": 1 }", true},
		{"escapes", `{"a":"\u9774"}`, `{"a":"靴"}`, true},
		{"order of a list", `[1,2]`, `[2,1]`, false},
		{"large numbers", `{"a":9007199254740993}`, `{"a":9007199254740992}`, false},
		{"null and absent", `{"a":null}`, `{}`, false},
		{"no JSON", `a=1`, `a=2`, false},
		{"more than JSON", `{}{}`, `{}`, false},
	} {
		if got := bytes.Equal(canonical([]byte(c.a)), canonical([]byte(c.b))); got != c.same {
			t.Errorf("%s: same is %v, want %v", c.name, got, c.same)
		}
	}
}

func TestReadJSON_half_of_a_character(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"\ud83d\ude00"`: "", `"\\ud83d"`: "", `"\n\u4e00\"\\"`: "", `"\ufffd"`: "", `["\ud83d\ude00\ud83d\ude00"]`: "",
		`"\ud83d"`: halfRune, `"\ude00"`: halfRune, `"\ud83dx"`: halfRune, `"\ud83d\ud83d\ude00"`: halfRune, `"\ud83d\n"`: halfRune,
		`"\ude00\ud83d"`: halfRune, `{"\ud83d":"\ude00"}`: halfRune, `"\ud83d\u0041"`: halfRune,
	} {
		var tree any
		got := ""
		if err := readJSON([]byte(text), &tree); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What is taken has no name twice, no NUL, is not too deep and means the same to every reader.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `{"a":{"a":1},"b":[{"a":"x:"}]}`, `{"a":1,"a":2}`, `{"a":"\"","a":1}`, `{"\u0061":1,"a":2}`,
		`"\u0000"`, `"\\u0000"`, strings.Repeat("[", 33) + strings.Repeat("]", 33), "{\"a\":\"\xff\"}", `{"a\\":1,"a\\":2}`, `1e999`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var tree any
		if err := readJSON(data, &tree); err != nil {
			return
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := walkTokens(d, 0); err != "" {
			t.Errorf("%q: %s", data, err)
		}
		once := canonical(data)
		if twice := canonical(once); !bytes.Equal(once, twice) {
			t.Errorf("%q: canonical is not stable: %q, %q", data, once, twice)
		}
	})
}

// walkTokens reads one value token by token and says what readJSON should have refused.
func walkTokens(d *json.Decoder, depth int) string {
	token, err := d.Token()
	switch {
	case err != nil:
		return err.Error()
	case depth > maxDepth:
		return "too deep"
	}
	text, _ := token.(string)
	if strings.Contains(text, "\x00") {
		return "a NUL"
	}
	open, ok := token.(json.Delim)
	if !ok {
		return ""
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err.Error()
			}
			if seen[name.(string)] {
				return "a name twice"
			}
			seen[name.(string)] = true
		}
		if fault := walkTokens(d, depth+1); fault != "" {
			return fault
		}
	}
	if _, err := d.Token(); err != nil {
		return err.Error()
	}
	return ""
}
