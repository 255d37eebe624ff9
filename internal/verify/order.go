package verify

func orderChecks() []*check {
	return []*check{
		{
			Check: Check{Name: "orders", What: "an order is the sum of its lines"},
			count: `select count(*) from orders`,
			rules: []rule{
				{
					thing: of("ord"), key: "o.id", from: `order_lines l join orders o on o.id = l.order_id group by o.id`,
					fields: []field{
						{"paid_fen", "cast(sum(l.paid_fen) as bigint)", "o.paid_fen"},
						{"discount_fen", "cast(sum(l.discount_fen) as bigint)", "o.discount_fen"},
						{"line_count", "count(*)", "o.line_count"},
						{"units", "cast(sum(case when l.paid_fen > 0 then l.quantity else 0 end) as bigint)", "o.units"},
						{"refunded_fen", "cast(sum(l.refunded_fen) as bigint)", "o.refunded_fen"},
						{"refunded_units", "cast(sum(case when l.paid_fen > 0 then l.refunded_quantity else 0 end) as bigint)", "o.refunded_units"},
					},
				},
				{
					thing: of("ord"), key: "o.id", from: `orders o where not exists (select 1 from order_lines l where l.order_id = o.id)`,
					fields: []field{{"lines", "'some'", "'none'"}},
				},
				{
					thing: of("ord"), key: "order_id", note: lineNote, from: `order_lines where quantity > 0`,
					fields: []field{{"paid_fen", "quantity * unit_price_fen - discount_fen", "paid_fen"}},
				},
				{
					thing: of("ord"), key: "order_id", note: lineNote,
					from: `order_lines where refunded_fen < 0 or refunded_fen > paid_fen or refunded_quantity < 0
						or refunded_quantity > case when quantity > 0 then quantity else 0 end`,
					fields: []field{{"refunded", "'at most ' || quantity || ' for ' || paid_fen", "refunded_quantity || ' for ' || refunded_fen"}},
				},
			},
		},
		{
			Check: Check{Name: "refunds", What: "what came back of an order is the sum of its refunds, and none waits for an order that is there"},
			count: `select count(*) from refunds`,
			rules: []rule{
				{
					thing: of("ord"), key: "o.id", from: `refunds r join orders o on o.id = r.order_id where r.state = 'applied' group by o.id`,
					fields: []field{
						{"refunded_fen", "cast(sum(r.amount_fen) as bigint)", "o.refunded_fen"},
						{"refunded_units", "cast(sum(r.units) as bigint)", "o.refunded_units"},
					},
				},
				{
					thing: of("ord"), key: "o.id",
					from: `orders o where (o.refunded_fen <> 0 or o.refunded_units <> 0)
						and not exists (select 1 from refunds r where r.order_id = o.id and r.state = 'applied')`,
					fields: []field{{"refunded_fen", "0", "o.refunded_fen"}, {"refunded_units", "0", "o.refunded_units"}},
				},
				{
					thing: of("ord"), key: "l.order_id", note: "'line ' || l.id",
					from: `order_lines l join refund_lines b on b.order_line_id = l.id join refunds r on r.id = b.refund_id and r.order_id = l.order_id
						where r.state = 'applied' group by l.order_id, l.id`,
					fields: []field{
						{"refunded_fen", "cast(sum(b.amount_fen) as bigint)", "l.refunded_fen"},
						{"refunded_quantity", "cast(sum(b.quantity) as bigint)", "l.refunded_quantity"},
					},
				},
				{
					thing: of("rfd"), key: "r.id", from: `refunds r join orders o on o.id = r.order_id`,
					fields: []field{{"customer", "o.customer_id", "r.customer_id"}},
				},
				{
					thing: of("rfd"), key: "r.id",
					from: `refunds r join orders o on o.source = r.order_source and o.order_no = r.order_no
						where r.state = 'waiting' and r.received_at < ` + late + ` and o.received_at < ` + late,
					fields: []field{{"state", "'applied'", "r.state"}},
				},
			},
		},
	}
}

// lineNote tells the lines of an order apart.
const lineNote = "'line ' || id"
