package order

// sale is an order as refunds see it: with what is left of each line.
type sale struct {
	order Order
	lines []Line // lines are in the order of their numbers.
}

// part is what a refund takes from one line of a sale.
type part struct {
	line     *Line
	quantity int64
	fen      int64
	asked    int // asked is the place of the line that was asked for, -1 for none.
}

// taken is what a refund came to.
type taken struct {
	asked                  []RefundLine
	parts                  []*part
	fen, units             int64
	excessFen, excessUnits int64
}

// take works out what a refund takes from the sale, and takes it. Never more than was paid comes off a
// line; what is beyond is excess. Amounts that the source did not give follow the cumulative rule (see
// returned), so that any split of a refund, in any order, ends where one full refund ends.
func (s *sale) take(asked []RefundLine, amountFen int64) taken {
	t := taken{asked: asked}
	left := s.left()
	switch {
	case len(asked) == 0 && (amountFen == 0 || amountFen >= left):
		t.parts = s.takeRest()
		t.excessFen = max(amountFen-left, 0)
	case len(asked) == 0:
		for i := range s.lines {
			t.parts = append(t.parts, &part{line: &s.lines[i], asked: -1})
		}
		t.excessFen = pay(t.parts, amountFen)
	default:
		s.takeLines(&t, amountFen)
	}
	kept := t.parts[:0]
	for _, p := range t.parts {
		if p.quantity == 0 && p.fen == 0 {
			continue
		}
		kept = append(kept, p)
		t.fen += p.fen
		if p.line.PaidFen > 0 {
			t.units += p.quantity
		}
	}
	t.parts = kept
	s.order.RefundedFen += t.fen
	s.order.RefundedUnits += t.units
	return t
}

func (s *sale) takeLines(t *taken, amountFen int64) {
	lineAmounts := false
	for i, a := range t.asked {
		parts, missing := s.match(i, a)
		t.parts = append(t.parts, parts...)
		t.excessUnits += missing
		if a.AmountFen > 0 {
			lineAmounts = true
			t.excessFen += pay(parts, a.AmountFen)
		}
	}
	if amountFen > 0 && !lineAmounts {
		t.excessFen = pay(t.parts, amountFen)
	}
}

// left is what can still be paid back.
func (s *sale) left() int64 {
	var sum int64
	for i := range s.lines {
		sum += s.lines[i].left()
	}
	return sum
}

func (l *Line) left() int64 { return l.PaidFen - l.RefundedFen }

// pieces is how many pieces can still come back. Lines that corrected a stock have none.
func (l *Line) pieces() int64 { return max(l.Quantity-l.RefundedQuantity, 0) }

func (s *sale) takeRest() []*part {
	parts := make([]*part, len(s.lines))
	for i := range s.lines {
		l := &s.lines[i]
		parts[i] = &part{line: l, quantity: l.pieces(), fen: l.left(), asked: -1}
		l.RefundedQuantity += parts[i].quantity
		l.RefundedFen = l.PaidFen
	}
	return parts
}

// match takes the pieces of an asked line from the lines that it can mean, in turn, at what they were
// paid with, and returns how many pieces there were not.
func (s *sale) match(place int, asked RefundLine) (parts []*part, missing int64) {
	missing = asked.Quantity
	for i := range s.lines {
		l := &s.lines[i]
		if asked.LineNo != 0 && asked.LineNo != int64(i+1) || asked.SKU != "" && asked.SKU != l.SKU {
			continue
		}
		p := &part{line: l, quantity: min(missing, l.pieces()), asked: place}
		if p.quantity > 0 {
			missing -= p.quantity
			l.RefundedQuantity += p.quantity
			p.fen = min(max(returned(l.PaidFen, l.Quantity, l.RefundedQuantity)-l.RefundedFen, 0), l.left())
			l.RefundedFen += p.fen
		} else if asked.Quantity > 0 {
			continue
		}
		parts = append(parts, p)
	}
	return parts, missing
}

// pay puts an amount in the place of what the rule gave the parts, in proportion to that, or to what is
// left of the lines where the rule gave nothing. It returns what went beyond the lines.
func pay(parts []*part, amountFen int64) (excess int64) {
	weights := make([]int64, len(parts))
	var ruled int64
	for i, p := range parts {
		weights[i] = p.fen
		ruled += p.fen
		p.line.RefundedFen -= p.fen
		p.fen = 0
	}
	if ruled == 0 {
		for i, p := range parts {
			weights[i] = p.line.left()
		}
	}
	give := func(p *part, fen int64) {
		fen = min(fen, p.line.left())
		p.fen += fen
		p.line.RefundedFen += fen
		amountFen -= fen
	}
	for i, share := range allot(amountFen, weights) {
		give(parts[i], share)
	}
	for _, p := range parts {
		give(p, amountFen)
	}
	return amountFen
}
