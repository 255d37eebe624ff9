package web

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	s := &shop{Server: New(Config{Version: "9"})}
	s.routes()
	text, err := s.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string
		Info    struct{ Title, Version string }
		Paths   map[string]map[string]struct {
			OperationID string                     `json:"operationId"`
			Permission  string                     `json:"x-permission"`
			Responses   map[string]json.RawMessage `json:"responses"`
			Security    []map[string][]string
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Info.Title != "Shuke API" || doc.Info.Version != "9" {
		t.Errorf("got %s %v", doc.OpenAPI, doc.Info)
	}
	for _, op := range s.Routes() {
		if !strings.HasPrefix(op.Path, "/v1/") {
			continue
		}
		got := doc.Paths[op.Path][strings.ToLower(op.Method)]
		if got.OperationID != op.ID || got.Permission != string(op.Permission) {
			t.Errorf("%s %s: got %s needing %s, want %s needing %s", op.Method, op.Path, got.OperationID, got.Permission, op.ID, op.Permission)
		}
		if !strings.Contains(string(got.Responses["default"]), "#/components/schemas/Problem") {
			t.Errorf("%s: no problem among the responses", op.ID)
		}
		if public := len(got.Security) == 1 && len(got.Security[0]) == 0; public != (op.Permission == access.Public) {
			t.Errorf("%s: security: got %v", op.ID, got.Security)
		}
	}
	for _, name := range []string{"CreateThingRequest", "CreateThingItem", "Thing", "ListThing", "Problem", "FieldError"} {
		if doc.Components.Schemas[name] == nil {
			t.Errorf("no schema %s", name)
		}
	}
	if export := string(doc.Paths["/v1/export"]["get"].Responses["200"]); !strings.Contains(export, "text/csv") || !strings.Contains(export, "application/zip") {
		t.Errorf("export: got %s, want both media types", export)
	}
	if strings.Contains(string(text), `"null"`) || strings.Contains(string(text), "$schema") {
		t.Error("the document has a nullable list or a $schema link")
	}
	again := &shop{Server: New(Config{Version: "9"})}
	again.routes()
	if second, err := again.OpenAPI(); err != nil || string(second) != string(text) {
		t.Error("the document differs from run to run")
	}
}

func TestTypeName(t *testing.T) {
	t.Parallel()
	for v, want := range map[any]string{
		errs.Error{RetryAfter: 1, Kind: 1}.Kind: "ErrsKind",
		access.Public:                           "AccessPermission",
		Problem{}.Status:                        "Int",
	} {
		typ := reflect.TypeOf(v)
		if got := typeName(typ.PkgPath() + "." + typ.Name()); got != want {
			t.Errorf("%s: got %s, want %s", typ, got, want)
		}
	}
	for full, want := range map[string]string{
		"example.com/internal/customer.Customer":                         "Customer",
		"example.com/internal/customer.Summary":                          "CustomerSummary",
		"example.com/internal/platform/web.List[example.com/order.Line]": "ListOrderLine",
		"example.com/web.Map[string,*example.com/order.Order]":           "MapStringOrder",
		"example.com/order.row":                                          "OrderRow",
		"example.com/web.List[example.com/customer.row·1]":               "ListCustomerRow",
	} {
		if got := typeName(full); got != want {
			t.Errorf("%s: got %s, want %s", full, got, want)
		}
	}
}

// Types without a name must not be taken for each other: each gets a name of its own.
func TestNaming_of_types_without_a_name(t *testing.T) {
	t.Parallel()
	s := New(Config{})
	type input struct {
		Body struct {
			Lines []struct {
				A int `json:"a"`
			} `json:"lines"`
			Gifts []struct {
				B int `json:"b"`
			} `json:"gifts"`
		}
	}
	Raw(s, Op{Method: "POST", Path: "/v1/a", ID: "a", Permission: access.Public}, func(context.Context, *input) (*struct{}, error) { return nil, nil })
	text, err := s.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for name, property := range map[string]string{"AItem": "a", "AItem2": "b"} {
		if doc.Components.Schemas[name].Properties[property] == nil {
			t.Errorf("schema %s has no %s: %v", name, property, doc.Components.Schemas[name])
		}
	}
}

func TestRegistration_refuses(t *testing.T) {
	t.Parallel()
	for name, register := range map[string]func(s *Server){
		"no permission": func(s *Server) { add(s, Op{Method: "GET", Path: "/v1/a", ID: "a"}) },
		"no id":         func(s *Server) { add(s, Op{Method: "GET", Path: "/v1/a", Permission: access.Public}) },
		"an id twice": func(s *Server) {
			add(s, Op{Method: "GET", Path: "/v1/a", ID: "a", Permission: access.Public})
			add(s, Op{Method: "GET", Path: "/v1/b", ID: "a", Permission: access.Public})
		},
		"a place twice": func(s *Server) {
			add(s, Op{Method: "GET", Path: "/v1/a", ID: "a", Permission: access.Public})
			add(s, Op{Method: "GET", Path: "/v1/a", ID: "b", Permission: access.Public})
		},
		"a path without its parameter": func(s *Server) {
			add(s, Op{Method: "GET", Path: "/v1/a/{id}", ID: "a", Permission: access.Public})
		},
		"an input that embeds what huma passes over": func(s *Server) {
			Raw(s, Op{Method: "GET", Path: "/v1/a", ID: "a", Permission: access.Public}, func(context.Context, *struct{ hidden }) (*struct{}, error) { return nil, nil })
		},
		"a body that embeds what huma passes over": func(s *Server) {
			Raw(s, Op{Method: "GET", Path: "/v1/a", ID: "a", Permission: access.Public}, func(context.Context, *struct{}) (*struct{ Body List[struct{ hidden }] }, error) { return nil, nil })
		},
		"a pattern without a method": func(s *Server) { s.HandleFunc("/pages", access.Public, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got := recover(); got == nil {
					t.Error("did not panic")
				} else if fmt.Sprint(got) == "" {
					t.Error("panicked without saying why")
				}
			}()
			register(New(Config{}))
		})
	}
}

type hidden struct {
	Name string `query:"name" json:"name"`
}

func add(s *Server, op Op) {
	Raw(s, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
}

func TestFiller(t *testing.T) {
	t.Parallel()
	type node struct {
		Children []node            `json:"children"`
		Names    map[string]string `json:"names"`
		Next     *node             `json:"next"`
		Raw      json.RawMessage   `json:"raw,omitempty"`
		Bytes    []byte            `json:"bytes"`
		Empty    []string          `json:"empty,omitempty"`
	}
	type Base struct {
		Tags []string `json:"tags"`
	}
	type output struct {
		Body struct {
			Base
			Root  node    `json:"root"`
			Rows  [][]int `json:"rows"`
			Plain int     `json:"plain"`
		}
	}
	out := &output{}
	out.Body.Root.Children = []node{{}, {Next: &node{}}}
	out.Body.Rows = make([][]int, 1)
	newFiller(reflect.TypeFor[output](), map[reflect.Type]*filler{}).answer(out)
	got, err := json.Marshal(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	leaf := `{"children":[],"names":{},"next":%s,"bytes":null}`
	none := fmt.Sprintf(leaf, "null")
	want := `{"tags":[],"root":{"children":[` + none + `,` + fmt.Sprintf(leaf, none) + `],"names":{},"next":null,"bytes":null},"rows":[[]],"plain":0}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if f := newFiller(reflect.TypeFor[struct{ A, B int }](), map[reflect.Type]*filler{}); f != nil {
		t.Error("a type without lists has a filler")
	}
	var nothing *output
	newFiller(reflect.TypeFor[output](), map[reflect.Type]*filler{}).answer(nothing)
}
