package web

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var (
	jsonMarshaler  = reflect.TypeFor[json.Marshaler]()
	textMarshaler  = reflect.TypeFor[encoding.TextMarshaler]()
	schemaProvider = reflect.TypeFor[huma.SchemaProvider]()
)

// checkShape panics if a part of an input or output would silently be left out: huma passes over
// embedded structs whose type is not exported, their parameters and headers included.
func checkShape(rt *route, t reflect.Type, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] || marshalsItself(t) || t.Implements(schemaProvider) {
		return
	}
	seen[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && !f.IsExported() {
			panic(fmt.Sprintf("route %s: %s embeds %s, which is passed over unless its name starts with a capital", rt.pattern, t, f.Name))
		}
		if f.IsExported() && f.Tag.Get("json") != "-" {
			checkShape(rt, f.Type, seen)
		}
	}
}

// marshalsItself reports whether values of t say themselves how they look outside.
func marshalsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Implements(jsonMarshaler) || t.Implements(textMarshaler) || p.Implements(jsonMarshaler) || p.Implements(textMarshaler)
}

// checkPath panics if a part of the path is not a parameter of the input.
func checkPath(_ *huma.OpenAPI, op *huma.Operation) {
	for rest := op.Path; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return
		}
		var name string
		name, rest, _ = strings.Cut(after, "}")
		found := false
		for _, p := range op.Parameters {
			found = found || p.In == "path" && p.Name == name
		}
		if !found {
			panic(fmt.Sprintf("route %s %s: the input has no parameter %q of the path", op.Method, op.Path, name))
		}
	}
}
