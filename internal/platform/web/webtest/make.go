package webtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// canary is in the values that are wrong; no error may repeat it.
const canary = "13900139000"

// How a request is made.
type manner int

const (
	valid  manner = iota // as the document says, as far as it says
	broken               // wrong in one place
)

// request is a request to send.
type request struct {
	method, path, body string
	header             http.Header
}

func (q request) http() *http.Request {
	u, err := url.Parse(q.path)
	if err != nil {
		u = &url.URL{Path: "/", RawQuery: q.path}
	}
	r := (&http.Request{Method: q.method, URL: u, Host: "shuke.test", RemoteAddr: "127.0.0.1:9", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: q.header.Clone(), ContentLength: int64(len(q.body))})
	r.Body = http.NoBody
	if q.body != "" {
		r.Body = readCloser{strings.NewReader(q.body)}
	}
	return r
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// maker makes requests from schemas.
type maker struct {
	doc   document
	rand  *rand.Rand
	known map[string][]string // known are identifiers met in answers, by prefix.
}

var identifier = regexp.MustCompile(`\b([a-z]{3})_[0-9A-HJKMNP-TV-Z]{13}\b`)

// maxKnown bounds the identifiers kept of each kind.
const maxKnown = 200

// learn remembers the identifiers in an answer.
func (m *maker) learn(text string) {
	for _, found := range identifier.FindAllStringSubmatch(text, 50) {
		ids := m.known[found[1]]
		if len(ids) < maxKnown && !slices.Contains(ids, found[0]) {
			m.known[found[1]] = append(ids, found[0])
		}
	}
}

func (m *maker) request(op operation, how manner) request {
	q := request{method: op.method, path: op.path, header: http.Header{}}
	query := url.Values{}
	wrong := -1 // the parameter to break, if any
	if how == broken && len(op.parameters) > 0 && (len(op.body) == 0 || m.chance(3)) {
		wrong = m.rand.IntN(len(op.parameters))
	}
	for i, p := range op.parameters {
		if !p.required && i != wrong && m.chance(2) {
			continue
		}
		text := m.parameter(p)
		if i == wrong {
			text = m.junk()
		}
		switch p.in {
		case "path":
			q.path = strings.ReplaceAll(q.path, "{"+p.name+"}", url.PathEscape(text))
		case "query":
			query.Set(p.name, text)
		case "header":
			q.header.Set(p.name, clean(text))
		}
	}
	if how == broken && m.chance(10) {
		query.Set("no_such_parameter", canary)
	}
	if len(query) > 0 {
		q.path += "?" + query.Encode()
	}
	for _, media := range slices.Sorted(maps.Keys(op.body)) {
		q.header.Set("Content-Type", media)
		q.body = m.body(media, op.body[media], how == broken && wrong < 0, q.header)
	}
	return q
}

// parameter returns a value for a parameter. Versions and keys cannot be guessed from a schema.
func (m *maker) parameter(p parameter) string {
	switch p.name {
	case "If-Match":
		return []string{"*", `"1"`, `"2"`}[m.rand.IntN(3)]
	case "Idempotency-Key":
		return fmt.Sprintf("key-%d", m.rand.IntN(1_000_000))
	}
	return m.text(p.schema)
}

// clean keeps what may stand in a header.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e {
			return -1
		}
		return r
	}, text)
}

// text returns a value for a parameter.
func (m *maker) text(s schema) string {
	switch v := m.value(s, 0).(type) {
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = fmt.Sprint(one)
		}
		return strings.Join(parts, ",")
	default:
		return fmt.Sprint(v)
	}
}

func (m *maker) body(media string, s schema, wrong bool, h http.Header) string {
	switch {
	case media == "multipart/form-data":
		return m.form(s, wrong, h)
	case !strings.Contains(media, "json"):
		return m.junk()
	}
	v := m.value(s, 0)
	if wrong && m.chance(5) {
		return m.damaged(v, h)
	}
	if wrong {
		v = m.spoil(v)
	}
	return write(v)
}

func write(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("write a request: %v", err)) // Only what JSON knows is made.
	}
	return string(b)
}

// damaged returns the value as text that is no JSON, or none that should be taken.
func (m *maker) damaged(v any, h http.Header) string {
	text := write(v)
	switch m.rand.IntN(8) {
	case 0:
		return text[:len(text)/2]
	case 1:
		return strings.Replace(text, "{", `{"`+canary+`":1,"`+canary+`":2,`, 1)
	case 2:
		return strings.ReplaceAll(text, ":1", ":1e999")
	case 3:
		return strings.ReplaceAll(text, `":"`, `":"\ud800`)
	case 4:
		return strings.ReplaceAll(text, `":"`, "\":\"\xff")
	case 5:
		h.Set("Content-Type", "text/plain")
		return text
	case 6:
		return strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500)
	default:
		return "[" + text + "]"
	}
}

func (m *maker) form(s schema, wrong bool, h http.Header) string {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	h.Set("Content-Type", form.FormDataContentType())
	properties := object(m.doc.resolve(s)["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		p := m.doc.resolve(object(properties[name]))
		if p["format"] != "binary" && p["contentMediaType"] == nil {
			_ = form.WriteField(name, m.text(p)) // A buffer takes everything.
			continue
		}
		part, _ := form.CreateFormFile(name, "file.csv")
		content := "order_no,paid_at,phone,sku,quantity,paid\nA1,2026-01-02,13812345678,S1,1,10.00\n"
		if wrong {
			content = m.junk()
		}
		_, _ = part.Write([]byte(content))
	}
	_ = form.Close()
	if wrong && m.chance(3) {
		return b.String()[:b.Len()/2]
	}
	return b.String()
}

// chance is true once in n times.
func (m *maker) chance(n int) bool { return m.rand.IntN(n) == 0 }

// value makes a value that fits the schema as far as the schema says.
func (m *maker) value(s schema, depth int) any {
	s = m.doc.resolve(s)
	for _, word := range []string{"oneOf", "anyOf", "allOf"} {
		if subs := list(s[word]); len(subs) > 0 {
			return m.value(object(subs[m.rand.IntN(len(subs))]), depth+1)
		}
	}
	if enum := list(s["enum"]); len(enum) > 0 {
		return enum[m.rand.IntN(len(enum))]
	}
	types := typesOf(s)
	if len(types) == 0 {
		return "anything"
	}
	switch types[m.rand.IntN(len(types))] {
	case "string":
		return m.stringValue(s)
	case "integer":
		low, high := number(s, "minimum", -5), number(s, "maximum", 1000)
		return int64(low) + m.rand.Int64N(max(1, min(int64(high)-int64(low)+1, 1000)))
	case "number":
		low := number(s, "minimum", -5)
		return low + m.rand.Float64()*(number(s, "maximum", low+100)-low)
	case "boolean":
		return m.chance(2)
	case "array":
		return m.listValue(s, depth)
	case "object":
		return m.objectValue(s, depth)
	default:
		return nil
	}
}

func (m *maker) listValue(s schema, depth int) any {
	least := int(number(s, "minItems", 0))
	n := least
	if depth < 6 {
		n += m.rand.IntN(max(1, min(4, int(number(s, "maxItems", 3))-least+1)))
	}
	items := make([]any, n)
	for i := range items {
		items[i] = m.value(object(s["items"]), depth+1)
	}
	return items
}

func (m *maker) objectValue(s schema, depth int) any {
	o := map[string]any{}
	required := list(s["required"])
	properties := object(s["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(required, any(name)) || depth < 6 && m.chance(2) {
			o[name] = m.value(object(properties[name]), depth+1)
		}
	}
	if more := object(s["additionalProperties"]); more != nil && depth < 6 && m.chance(2) {
		o["extra"] = m.value(more, depth+1)
	}
	return o
}

func (m *maker) stringValue(s schema) string {
	if text := m.example(s); text != "" {
		return text
	}
	switch s["format"] {
	case "date":
		return fmt.Sprintf("2026-%02d-%02d", 1+m.rand.IntN(12), 1+m.rand.IntN(28))
	case "date-time":
		return fmt.Sprintf("2026-%02d-%02dT08:00:00Z", 1+m.rand.IntN(12), 1+m.rand.IntN(28))
	case "email":
		return "li@example.com"
	case "uri":
		return "https://example.com/"
	}
	words := []string{"boots", "靴子", "王芳", "2026-01-02", "13812345678", "A-100", "O'Neill", "100%_", "👟", "a b", "x"}
	text := words[m.rand.IntN(len(words))]
	least, most := int(number(s, "minLength", 0)), int(number(s, "maxLength", 100))
	for len([]rune(text)) < least {
		text += text
	}
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}

// example returns one of the examples of the schema, or for an identifier often one that exists.
func (m *maker) example(s schema) string {
	examples := list(s["examples"])
	if len(examples) == 0 {
		return ""
	}
	text := fmt.Sprint(examples[m.rand.IntN(len(examples))])
	if found := identifier.FindStringSubmatch(text); found != nil {
		if ids := m.known[found[1]]; len(ids) > 0 && !m.chance(5) {
			return ids[m.rand.IntN(len(ids))]
		}
		return text
	}
	if m.chance(2) {
		return text
	}
	return ""
}

// spoil makes a value wrong in one place.
func (m *maker) spoil(v any) any {
	switch v := v.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		switch {
		case len(names) == 0 || m.chance(6):
			v["no_such_field"] = canary
		case m.chance(5):
			delete(v, names[m.rand.IntN(len(names))])
		default:
			name := names[m.rand.IntN(len(names))]
			v[name] = m.spoil(v[name])
		}
		return v
	case []any:
		if len(v) > 0 && !m.chance(3) {
			i := m.rand.IntN(len(v))
			v[i] = m.spoil(v[i])
			return v
		}
		if m.chance(4) {
			return slices.Repeat([]any{m.wrong()}, 2000)
		}
	}
	return m.wrong()
}

// wrong returns a value that seldom fits.
func (m *maker) wrong() any {
	values := []any{nil, true, -1, 0, 1.5, int64(1<<63 - 1), -1 << 63, 1e300, []any{}, map[string]any{}, []any{canary}, map[string]any{canary: canary}}
	if m.chance(2) {
		return m.junk()
	}
	return values[m.rand.IntN(len(values))]
}

// junk returns text that is trouble somewhere.
func (m *maker) junk() string {
	texts := []string{
		"", " ", canary, canary + "'; drop table orders; --", `"` + canary + `"`, "<script>" + canary + "</script>", "\x00" + canary, "\u202e" + canary,
		"../../" + canary, "%00", "{}", "null", "-1", "99999999999999999999", "1e9", "=1+1|" + canary, "\r\nX-Injected: " + canary,
		strings.Repeat("长", 5000), "cus_" + canary + "00", "ord_0000000000000", "ord_ZZZZZZZZZZZZZ", "2026-02-30", "9999-12-31", "0000-00-00", "2026-11-24T25:00:00Z",
		"AQAAAAAAAAAA", "f_______", "*", "a,b,c", "\xff\xfe",
	}
	return texts[m.rand.IntN(len(texts))]
}
