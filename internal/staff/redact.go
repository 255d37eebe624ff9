package staff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/shuke-crm/shuke/internal/privacy"
)

var (
	mobileInText = regexp.MustCompile(`(^|[^0-9])(?:\+?86)?(1[3-9]\d{9})($|[^0-9])`)
	emailInText  = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`)
	secretName   = regexp.MustCompile(`password|secret|token|recovery|cookie`)
)

// redactedText hides phone numbers and e-mail addresses in a text written by a person.
func redactedText(text string) string {
	for range 2 { // Two numbers with one character between them share it.
		text = mobileInText.ReplaceAllStringFunc(text, func(found string) string {
			m := mobileInText.FindStringSubmatch(found)
			return m[1] + privacy.MaskPhone("+86"+m[2]) + m[3]
		})
	}
	return emailInText.ReplaceAllStringFunc(text, privacy.MaskEmail)
}

// redactedPair returns before and after as JSON for the audit log: of two objects only what differs,
// secrets by their name and personal numbers by their form hidden.
func redactedPair(before, after any) (string, string, error) {
	b, err := plain(before)
	if err != nil {
		return "", "", fmt.Errorf("encode what was before: %w", err)
	}
	a, err := plain(after)
	if err != nil {
		return "", "", fmt.Errorf("encode what came after: %w", err)
	}
	old, wasObject := b.(map[string]any)
	now, isObject := a.(map[string]any)
	if wasObject && isObject {
		for key, value := range old {
			if other, ok := now[key]; ok && reflect.DeepEqual(value, other) {
				delete(old, key)
				delete(now, key)
			}
		}
	}
	return text(redacted("", b)), text(redacted("", a)), nil
}

// plain turns a value into maps, lists, texts and numbers, as its JSON says.
func plain(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var p any
	return p, decoder.Decode(&p)
}

// redacted hides what must not be in the log: values named as secrets, phone numbers and addresses.
func redacted(name string, v any) any {
	if v != nil && secretName.MatchString(strings.ToLower(name)) {
		if _, isFlag := v.(bool); !isFlag {
			return "****"
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = redacted(key, value)
		}
	case []any:
		for i, value := range v {
			v[i] = redacted(name, value)
		}
	case string:
		if strings.HasPrefix(v, "+") && !strings.HasPrefix(v, "+86") && strings.Contains(name, "phone") {
			return privacy.MaskPhone(v)
		}
		return redactedText(v)
	}
	return v
}

// text returns plain JSON, with its objects in order of their keys; of nothing, "".
func text(v any) string {
	if v == nil {
		return ""
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err) // It came from JSON.
	}
	return string(encoded)
}
