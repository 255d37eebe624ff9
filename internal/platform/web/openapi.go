package web

import (
	"cmp"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// configureHuma sets what huma keeps in package variables.
var configureHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false // Answers never hold null for a list; see filler.
	huma.ValidateStrictCasing = true  // Else {"amount": 1, "AMOUNT": -1} is checked by its first and read by its last.
	huma.NewErrorWithContext = newHumaProblem
	huma.NewError = func(status int, message string, _ ...error) huma.StatusError {
		return newProblem(status, "request.invalid", message)
	}
})

func (s *Server) newAPI() huma.API {
	configureHuma()
	c := huma.DefaultConfig("Shuke API", s.config.Version)
	c.CreateHooks = nil // No $schema links in answers.
	c.OnAddOperation = []huma.AddOpFunc{checkPath}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
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
// CustomerSummary, customer.Customer is Customer), and for types without a name the operation that
// showed them first (CreateOrderRequest).
type naming struct {
	operation string
	in, out   reflect.Type
	given     map[reflect.Type]string // given holds the names of types without one; huma mixes up types of one name.
	taken     map[string]bool
}

// start says that the schemas from here on are those of an operation.
func (n *naming) start(operation string, in, out reflect.Type) {
	n.operation, n.in, n.out = upper(operation), in, out
}

func (n *naming) name(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[errs.Field]():
		return "FieldError"
	case t.Name() != "":
		return typeName(t.PkgPath() + "." + t.Name())
	case t.Kind() != reflect.Struct:
		return "" // Only structs become schemas of their own.
	case n.given[t] != "":
		return n.given[t]
	}
	name := n.operation + upper(strings.TrimPrefix(upper(hint), n.operation))
	if rest, ok := strings.CutPrefix(hint, n.in.Name()+"Body"); ok && n.in.Name() != "" {
		name = n.operation + "Request" + rest
	} else if rest, ok := strings.CutPrefix(hint, n.out.Name()+"Body"); ok && n.out.Name() != "" {
		name = n.operation + "Response" + rest
	}
	free := name
	for i := 2; n.taken[free]; i++ {
		free = name + strconv.Itoa(i)
	}
	if n.given == nil {
		n.given, n.taken = map[reflect.Type]string{}, map[string]bool{}
	}
	n.given[t], n.taken[free] = free, true
	return free
}

// typeName turns "example.com/customer.Page[example.com/order.Line]" into "CustomerPageOrderLine".
func typeName(full string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(full, func(r rune) bool { return strings.ContainsRune("[]*,", r) }) {
		part, _, _ = strings.Cut(part[strings.LastIndexByte(part, '/')+1:], "·") // A type of a function has a number there.
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

// operation describes a route in the document.
func (s *Server) operation(rt *route) huma.Operation {
	op := huma.Operation{
		Method:          rt.Method,
		Path:            rt.Path,
		OperationID:     rt.ID,
		Summary:         rt.Summary,
		DefaultStatus:   rt.Status,
		MaxBodyBytes:    -1, // The guard bounds it.
		BodyReadTimeout: s.timeout(rt),
		Extensions:      map[string]any{"x-permission": rt.Permission},
		Responses:       map[string]*huma.Response{"default": s.problemResponse()},
		Security:        []map[string][]string{{"session": {}}, {"key": {}}},
	}
	if rt.Tag != "" {
		op.Tags = []string{rt.Tag}
	}
	if rt.Permission == access.Public {
		op.Security = []map[string][]string{{}}
	}
	if rt.write {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Required: rt.KeyRequired,
			Description: "Names this write; a repeated request with the same key and content gets the same answer and does nothing.",
			Schema:      &huma.Schema{Type: huma.TypeString, MinLength: new(1), MaxLength: new(255), Pattern: "^[ -~]+$"},
		})
	}
	if rt.Produces != "" {
		content := map[string]*huma.MediaType{}
		for media := range strings.SplitSeq(rt.Produces, ",") {
			content[strings.TrimSpace(media)] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		status := strconv.Itoa(cmp.Or(rt.Status, http.StatusOK))
		op.Responses[status] = &huma.Response{Description: "A stream.", Content: content}
	}
	return op
}

func (s *Server) problemResponse() *huma.Response {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	return &huma.Response{Description: "What went wrong.", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: schema}}}
}
