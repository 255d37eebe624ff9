package segment

// modifiers reads all that may stand before or after a noun: of all time, spans of time, what narrows and what does
// not follow. It returns false only at a fault.
func (p *parser) modifiers(t *found) bool {
	for {
		at := p.pos
		var twice, ok bool
		switch {
		case p.any(p.ever):
			continue
		case p.soon(t):
			twice, ok = t.Within != nil, true
		default:
			var w *Window
			if w, ok = p.window(); ok {
				twice, t.Within = t.Within != nil || t.soon != nil, w
				break
			}
			var narrowed *Where
			if narrowed, ok = p.where(); ok {
				twice, t.Where = t.Where != nil, narrowed
				break
			}
			var without *Without
			if without, ok = p.without(); ok {
				twice, t.Without = t.Without != nil, without
			}
		}
		switch {
		case p.failed != nil:
			return false
		case twice:
			return p.fail(at, "sentence.twice", "a condition has one time, is narrowed once and not followed by one thing")
		case !ok:
			p.pos = at
			return true
		}
	}
}

// span reads so many days or hours, or a span that has a name.
func (p *parser) span() (days, hours int64, ok bool) {
	at := p.pos
	if w, ok := p.spanWord(p.named); ok {
		return w.days, w.hours, p.restated(w)
	}
	n, ok := p.whole()
	if ok && n <= 100_000 {
		if w, ok := p.spanWord(p.spans); ok {
			return n * w.days, n * w.hours, true
		}
	}
	p.pos = at
	return 0, 0, false
}

// spanWord reads the longest word of a list.
func (p *parser) spanWord(list []spanWord) (w spanWord, ok bool) {
	p.space()
	longest := 0
	for _, candidate := range list {
		if n, is := p.length(candidate.word); is && n > longest {
			longest, w = n, candidate
		}
	}
	p.pos += longest
	return w, longest > 0
}

// restated reads, after a span with a name, how long it is, in brackets. That may be left out.
func (p *parser) restated(named spanWord) bool {
	at := p.pos
	if !p.bracket(true) {
		return true
	}
	here := p.skipped()
	n, counted := p.whole()
	if !counted {
		p.pos = at
		return true
	}
	w, ok := p.spanWord(p.spans)
	switch {
	case !ok || !p.bracket(false):
		return p.misses(wantSpan)
	case n*w.days != named.days || n*w.hours != named.hours:
		return p.fail(here, "sentence.span", "%s is %d days", named.word, named.days)
	}
	return true
}

// soon reads a span from now.
func (p *parser) soon(t *found) bool {
	at := p.pos
	if p.any(p.today) {
		t.soon = new(int64(0))
		return true
	}
	if !p.any(p.next) {
		return false
	}
	days, hours, ok := p.span()
	if !ok || hours > 0 {
		p.misses(wantSpan)
		p.pos = at
		return false
	}
	p.any(p.nextEnd)
	t.soon = &days
	return true
}

// window reads a span up to now, or from one day to another.
func (p *parser) window() (*Window, bool) {
	if w, ok := p.calendar(); ok {
		return w, true
	}
	at := p.pos
	begun := p.any(p.last)
	days, hours, ok := p.span()
	ended := ok && p.any(p.lastEnd)
	if begun && !ok {
		p.misses(wantSpan)
	}
	if !ok || days+hours == 0 || !begun && !ended {
		p.pos = at
		return nil, false
	}
	w := &Window{Days: days, Hours: hours}
	at = p.pos
	p.comma()
	open := p.bracket(true)
	if p.any(p.butNot) {
		if w.Before, hours, ok = p.span(); !ok || hours > 0 {
			p.misses(wantSpan)
			return nil, false
		}
		p.any(p.lastEnd)
		if open && !p.bracket(false) {
			p.misses(wantClose)
			return nil, false
		}
		return w, true
	}
	p.pos = at
	return w, true
}

// calendar reads from one day to another, since one or until one.
func (p *parser) calendar() (*Window, bool) {
	at := p.pos
	if p.any(p.until) {
		if day, ok := p.day(); ok {
			p.any(p.toEnd)
			return &Window{To: day}, true
		}
		p.pos = at
	}
	since := p.any(p.since)
	if since && p.digits(p.skipped()) != 4 || !since && !p.any(p.from) {
		p.pos = at
	}
	from, ok := p.day()
	if !ok {
		p.pos = at
		return nil, false
	}
	here := p.pos
	if p.any(p.to) {
		if to, ok := p.day(); ok {
			p.any(p.toEnd)
			return &Window{From: from, To: to}, true
		}
		p.pos = here
	}
	if p.any(p.sinceEnd) || since {
		return &Window{From: from}, true
	}
	p.pos = at
	return nil, false
}

// skipped returns the place after spaces.
func (p *parser) skipped() int {
	p.space()
	return p.pos
}

// where reads what narrows: words for kinds, each with names.
func (p *parser) where() (*Where, bool) {
	at := p.pos
	w := &Where{}
	if !p.any(p.with) || !p.narrow(w) {
		p.pos = at
		return nil, false
	}
	for {
		at = p.pos
		if !p.any(p.alsoWith) {
			break
		}
		p.any(p.with)
		if !p.narrow(w) {
			p.pos = at
			break
		}
	}
	p.any(p.of)
	return w, true
}

// narrow reads one kind of what narrows, with its names.
func (p *parser) narrow(w *Where) bool {
	at := p.pos
	for _, kind := range narrowings {
		if !p.any(p.labels[kind.name]) {
			continue
		}
		if closing[p.next1()] == 0 {
			p.pos = at
			continue
		}
		list := kind.list(w)
		if len(*list) > 0 {
			return p.fail(at, "sentence.twice", "what narrows is named once, with all its names")
		}
		var l *labels
		if kind.refers != "" {
			l = new(p.refs[kind.refers])
		}
		names, ok := p.names(func(text string) (string, bool) { return p.narrowing(kind, text) }, l, p.listOr, false)
		*list = names
		return ok
	}
	if p.any(p.labels["amount"]) {
		var t Test
		from := p.pos
		if !p.predicate(&amountField, &t) {
			p.pos = at
			return false
		}
		return p.amounts(w, &t, from)
	}
	p.pos = at
	return false
}

// next1 returns the next character as it was given.
func (p *parser) next1() rune {
	if p.space(); p.pos == len(p.raw) {
		return 0
	}
	return p.raw[p.pos]
}

// amounts narrows by an amount.
func (p *parser) amounts(w *Where, t *Test, at int) bool {
	least, most := int64(0), int64(0)
	switch t.Op {
	case LTE:
		most = int64(*t.Number)
	case Between:
		least, most = int64(*t.Number), int64(*t.UpTo)
	default:
		least = int64(*t.Number)
	}
	if least%1000 != 0 || most%1000 != 0 || least+most <= 0 {
		return p.fail(at, "sentence.number", "an amount is whole fen, and not 0")
	}
	if least > 0 {
		w.MinFen = least / 1000
	}
	if most > 0 {
		w.MaxFen = most / 1000
	}
	return true
}

// without reads what does not follow, and within what time.
func (p *parser) without() (*Without, bool) {
	at := p.pos
	p.comma()
	w := &Without{}
	ok := false
	if p.spaced {
		ok = p.any(p.unless) && p.follower(w) && p.any(p.after) && p.wait(w)
	} else {
		ok = p.any(p.after) && p.wait(w) && p.any(p.afterEnd) && p.any(p.unless) && p.follower(w)
	}
	if !ok {
		p.pos = at
		return nil, false
	}
	return w, true
}

// wait reads the time within which something does not follow.
func (p *parser) wait(w *Without) bool {
	days, hours, ok := p.span()
	w.Hours = days*24 + hours
	return ok || p.misses(wantSpan)
}

// follower reads what does not follow.
func (p *parser) follower(w *Without) (ok bool) {
	w.Where, _ = p.where()
	n, ok := p.noun()
	if !ok {
		return false
	}
	if w.Where == nil {
		w.Where, _ = p.where()
	}
	if f := p.catalogue.Field(n.field); f == nil || !f.Without {
		return p.misses(wantNoun)
	}
	w.Field = n.field
	return true
}

// narrowing returns the value of a name that narrows.
func (p *parser) narrowing(n narrowing, text string) (string, bool) {
	switch {
	case n.refers != "":
		return p.refs[n.refers].find(text)
	case n.name == "channels":
		return p.channels.value(text), true
	}
	return text, true
}

// plain says whether the window is the last so many days.
func (w *Window) plain() bool { return w != nil && w.Days > 0 && w.Before == 0 }
