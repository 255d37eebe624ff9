package webtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// schema is a JSON schema as it stands in the document.
type schema = map[string]any

// document is an OpenAPI document, read as it is.
type document map[string]any

// operation is one operation of a document.
type operation struct {
	id, method, path string
	secured          bool
	parameters       []parameter
	body             map[string]schema            // by media type
	responses        map[string]map[string]schema // by status and media type
}

type parameter struct {
	name, in string
	required bool
	schema   schema
}

func readDocument(text []byte) (document, error) {
	value, err := decode(string(text))
	if err != nil {
		return nil, err
	}
	doc, ok := value.(map[string]any)
	if !ok || doc["paths"] == nil {
		return nil, fmt.Errorf("no paths")
	}
	return doc, nil
}

// decode reads one JSON value, with numbers as they are written.
func decode(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return value, nil
}

// operations returns all operations, reading ones first, removing ones last.
func (d document) operations() []operation {
	var all []operation
	for _, method := range []string{"get", "post", "put", "patch", "delete"} {
		paths := object(d["paths"])
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			if op := object(object(paths[path])[method]); op != nil {
				all = append(all, readOperation(method, path, op))
			}
		}
	}
	return all
}

func readOperation(method, path string, op map[string]any) operation {
	o := operation{method: strings.ToUpper(method), path: path, responses: map[string]map[string]schema{}}
	o.id, _ = op["operationId"].(string)
	for _, s := range list(op["security"]) {
		o.secured = len(object(s)) > 0
	}
	for _, p := range list(op["parameters"]) {
		p := object(p)
		one := parameter{schema: object(p["schema"])}
		one.name, _ = p["name"].(string)
		one.in, _ = p["in"].(string)
		one.required, _ = p["required"].(bool)
		o.parameters = append(o.parameters, one)
	}
	o.body = contents(op["requestBody"])
	for status, response := range object(op["responses"]) {
		o.responses[status] = contents(response)
	}
	return o
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// undeclared returns a part of the path that is no parameter, or "".
func (o operation) undeclared() string {
	for _, found := range placeholder.FindAllStringSubmatch(o.path, -1) {
		if !slices.ContainsFunc(o.parameters, func(p parameter) bool { return p.in == "path" && p.name == found[1] }) {
			return found[0]
		}
	}
	return ""
}

func contents(of any) map[string]schema {
	byType := map[string]schema{}
	for media, content := range object(object(of)["content"]) {
		byType[media] = object(object(content)["schema"])
	}
	return byType
}

// answer returns the schema declared for an answer.
func (o operation) answer(status int, media string) schema {
	for _, name := range []string{fmt.Sprint(status), fmt.Sprintf("%dXX", status/100), "default"} {
		if declared, ok := o.responses[name]; ok {
			return declared[media]
		}
	}
	return nil
}

func object(v any) map[string]any { o, _ := v.(map[string]any); return o }
func list(v any) []any            { l, _ := v.([]any); return l }

// resolve follows references.
func (d document) resolve(s schema) schema {
	for range 10 {
		ref, ok := s["$ref"].(string)
		if !ok {
			return s
		}
		s = object(object(object(d["components"])["schemas"])[strings.TrimPrefix(ref, "#/components/schemas/")])
	}
	return s
}

// check holds a value against a schema: the part of JSON Schema that the documents use.
func (d document) check(s schema, v any, path string) error {
	if s == nil {
		return fmt.Errorf("%s: no schema is declared", path)
	}
	s = d.resolve(s)
	for _, sub := range list(s["allOf"]) {
		if err := d.check(object(sub), v, path); err != nil {
			return err
		}
	}
	for _, word := range []string{"oneOf", "anyOf"} {
		if subs := list(s[word]); len(subs) > 0 && !slices.ContainsFunc(subs, func(sub any) bool { return d.check(object(sub), v, path) == nil }) {
			return fmt.Errorf("%s: fits none of %s", path, word)
		}
	}
	if enum := list(s["enum"]); len(enum) > 0 && !slices.ContainsFunc(enum, func(e any) bool { return e == v }) {
		return fmt.Errorf("%s: %v is none of %v", path, v, enum)
	}
	types := typesOf(s)
	if len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return hasType(v, t) }) {
		return fmt.Errorf("%s: is %T, want %s", path, v, strings.Join(types, " or "))
	}
	switch v := v.(type) {
	case string:
		return checkString(s, v, path)
	case json.Number:
		return checkNumber(s, v, path)
	case []any:
		if outside(s, "minItems", "maxItems", float64(len(v))) {
			return fmt.Errorf("%s: has %d items", path, len(v))
		}
		for i, item := range v {
			if items := object(s["items"]); items != nil {
				if err := d.check(items, item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
					return err
				}
			}
		}
	case map[string]any:
		return d.checkObject(s, v, path)
	}
	return nil
}

func (d document) checkObject(s schema, v map[string]any, path string) error {
	for _, name := range list(s["required"]) {
		if _, ok := v[name.(string)]; !ok {
			return fmt.Errorf("%s.%s: is missing", path, name)
		}
	}
	properties := object(s["properties"])
	for _, name := range slices.Sorted(maps.Keys(v)) {
		sub := object(properties[name])
		if sub == nil {
			switch more := s["additionalProperties"].(type) {
			case bool:
				if !more {
					return fmt.Errorf("%s.%s: is not declared", path, name)
				}
				continue
			case map[string]any:
				sub = more
			default:
				continue
			}
		}
		if err := d.check(sub, v[name], path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func checkString(s schema, v, path string) error {
	if outside(s, "minLength", "maxLength", float64(utf8.RuneCountInString(v))) {
		return fmt.Errorf("%s: has %d characters", path, utf8.RuneCountInString(v))
	}
	if pattern, ok := s["pattern"].(string); ok {
		if matched, err := regexp.MatchString(pattern, v); err != nil || !matched {
			return fmt.Errorf("%s: does not match %s", path, pattern)
		}
	}
	layout := map[string]string{"date-time": time.RFC3339, "date": time.DateOnly}[fmt.Sprint(s["format"])]
	if layout != "" {
		at, err := time.Parse(layout, v)
		if err != nil {
			return fmt.Errorf("%s: %q is no %s", path, v, s["format"])
		}
		if _, offset := at.Zone(); offset != 0 {
			return fmt.Errorf("%s: %q is not in UTC", path, v)
		}
	}
	return nil
}

func checkNumber(s schema, v json.Number, path string) error {
	f, err := v.Float64()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if outside(s, "minimum", "maximum", f) {
		return fmt.Errorf("%s: %v is out of range", path, v)
	}
	return nil
}

// outside reports whether n is outside of the limits with these names in s.
func outside(s schema, low, high string, n float64) bool {
	return n < number(s, low, math.Inf(-1)) || n > number(s, high, math.Inf(1))
}

func number(s schema, name string, otherwise float64) float64 {
	if n, ok := s[name].(json.Number); ok {
		if f, err := n.Float64(); err == nil {
			return f
		}
	}
	return otherwise
}

func typesOf(s schema) []string {
	switch t := s["type"].(type) {
	case string:
		return []string{t}
	case []any:
		var types []string
		for _, one := range t {
			types = append(types, fmt.Sprint(one))
		}
		return types
	}
	return nil
}

func hasType(v any, name string) bool {
	switch v := v.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case json.Number:
		return name == "number" || name == "integer" && !strings.ContainsAny(v.String(), ".eE")
	case []any:
		return name == "array"
	default:
		return name == "object"
	}
}
