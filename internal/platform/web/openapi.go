package web

import (
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// configureHuma sets what huma keeps in package variables.
var configureHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false // Answers never hold null for a list; see fillLists.
	huma.ValidateStrictCasing = true  // Else {"amount": 1, "AMOUNT": -1} is checked by its first and read by its last.
})

func (s *Server) newAPI() huma.API {
	configureHuma()
	c := huma.DefaultConfig("Shuke API", s.config.Version)
	c.CreateHooks = nil // No $schema links in answers.
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.RejectUnknownQueryParameters = true // A filter misspelt must not return everything.
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", s.naming.name)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: SessionCookie, Description: "A person signed in."},
		"key":     {Type: "http", Scheme: "bearer", Description: "An API key."},
	}
	return huma.NewAPI(c, humago.NewAdapter(registrar{s}, ""))
}

// SessionCookie is the name of the cookie that holds the session of a person signed in over TLS.
const SessionCookie = "__Host-shuke"

// registrar lets huma put its handlers into the mux with the guard of their route in front.
type registrar struct{ s *Server }

func (r registrar) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	r.s.mux.Handle(pattern, r.s.guard(r.s.byPlace[pattern], http.HandlerFunc(handler)))
}

func (r registrar) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.s.mux.ServeHTTP(w, req) }

// naming gives schemas their names in the document: the package and the type (customer.Summary is
// CustomerSummary, customer.Customer is Customer), and for bodies without a type of their own the
// operation (CreateOrderRequest).
type naming struct {
	operation string
	in, out   reflect.Type
}

func (n *naming) name(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() != "" {
		return typeName(t.PkgPath() + "." + t.Name())
	}
	if n.in != nil {
		if rest, ok := strings.CutPrefix(hint, n.in.Name()+"Body"); ok && n.in.Name() != "" {
			hint = n.operation + "Request" + rest
		} else if rest, ok := strings.CutPrefix(hint, n.out.Name()+"Body"); ok && n.out.Name() != "" {
			hint = n.operation + "Response" + rest
		}
	}
	return huma.DefaultSchemaNamer(t, upper(hint))
}

// typeName turns "example.com/customer.Page[example.com/order.Line]" into "CustomerPageOrderLine".
func typeName(full string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(full, func(r rune) bool { return strings.ContainsRune("[]*,", r) }) {
		part = part[strings.LastIndexByte(part, '/')+1:]
		pkg, name, ok := strings.Cut(part, ".")
		if !ok {
			pkg, name = "", part
		}
		if pkg == "web" || pkg == "huma" || strings.HasPrefix(strings.ToLower(name), pkg) {
			pkg = ""
		}
		b.WriteString(upper(pkg) + upper(name))
	}
	return b.String()
}

func upper(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
