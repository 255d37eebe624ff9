package web

import "reflect"

// filler makes the nil lists and maps of an answer empty ones, so that a client never meets null
// where the document promises a list. It mirrors a type; nil stands for types without lists.
type filler struct {
	elem   *filler
	fields []fieldFiller
}

type fieldFiller struct {
	index int
	*filler
}

// newFiller returns the filler for t, or nil. Seen holds the types on the way, for types that hold themselves.
func newFiller(t reflect.Type, seen map[reflect.Type]*filler) *filler {
	if f, ok := seen[t]; ok {
		return f
	}
	if marshalsItself(t) {
		return nil
	}
	f := &filler{}
	switch t.Kind() {
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return nil
		}
		seen[t] = f
		f.elem = newFiller(t.Elem(), seen)
	case reflect.Map:
	case reflect.Pointer:
		seen[t] = f
		if f.elem = newFiller(t.Elem(), seen); f.elem == nil {
			seen[t] = nil
			return nil
		}
	case reflect.Struct:
		seen[t] = f
		for i := range t.NumField() {
			if field := t.Field(i); field.IsExported() {
				if ff := newFiller(field.Type, seen); ff != nil {
					f.fields = append(f.fields, fieldFiller{i, ff})
				}
			}
		}
		if len(f.fields) == 0 {
			seen[t] = nil
			return nil
		}
	default:
		return nil
	}
	return f
}

// answer fills the output of a handler, a pointer that may be nil.
func (f *filler) answer(out any) {
	if v := reflect.ValueOf(out); f != nil && !v.IsNil() {
		f.fill(v.Elem())
	}
}

func (f *filler) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			if f.elem == nil {
				return
			}
			f.elem.fill(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			f.elem.fill(v.Elem())
		}
	case reflect.Struct:
		for _, field := range f.fields {
			field.fill(v.Field(field.index))
		}
	}
}
