package verify

func customerChecks() []*check {
	return []*check{
		{
			Check: Check{Name: "identities", What: "an identity finds one customer, and that one is not merged into another"},
			count: `select count(*) from customer_identities`,
			rules: []rule{
				{
					thing: of("cus"), key: "min(customer_id)", from: `customer_identities where ended_at is null and not shared group by index_hash`,
					fields: []field{{"identity in use", "1", "count(*)"}},
				},
				{
					thing: of("cus"), key: "i.customer_id", note: "i.kind",
					from:   `customer_identities i join customers c on c.id = i.customer_id where i.ended_at is null and c.state <> 'active'`,
					fields: []field{{"identity of", "'active'", "c.state"}},
				},
			},
		},
		{
			Check: Check{Name: "merges", What: "a merged customer points to a live one and keeps nothing that counts"},
			count: `select count(*) from customers where state = 'merged'`,
			rules: append([]rule{
				{
					thing: of("cus"), key: "c.id", from: `customers c where c.state = 'merged' or c.merged_into is not null`,
					fields: []field{{"merged into",
						`(select m.survivor_id from merges m where m.merged_id = c.id and m.state = 'active' order by m.id desc limit 1)`, "c.merged_into"}},
				},
				{
					thing: of("cus"), key: "m.merged_id", from: `merges m left join customers c on c.id = m.merged_id where m.state = 'active'`,
					fields: []field{{"state", "'merged'", "c.state"}},
				},
				{
					thing: of("cus"), key: "start",
					from: `(with recursive up (start, at, steps) as (
							select id, merged_into, 1 from customers where merged_into is not null
							union all select up.start, c.merged_into, up.steps + 1 from up join customers c on c.id = up.at
								where c.merged_into is not null and up.steps < 100)
						select start, max(steps) as steps from up group by start) chain`,
					fields: []field{{"merged", "'into one'", "case when steps < 100 then 'into one' else 'in a circle' end"}},
				},
			}, emptyHanded()...),
		},
		{
			Check: Check{Name: "homes", What: "the home shop of a customer sees her"},
			count: `select count(*) from customers where shop_id is not null`,
			rules: []rule{
				{
					thing: of("cus"), key: "c.id", from: `customers c where c.state = 'active' and c.shop_id is not null`,
					fields: []field{{"home", "c.shop_id", `(select h.shop_id from customer_shops h where h.customer_id = c.id and h.shop_id = c.shop_id and h.home)`}},
				},
				{
					thing: of("cus"), key: "h.customer_id", from: `customer_shops h join customers c on c.id = h.customer_id and c.state = 'active' where h.home`,
					fields: []field{{"home", "h.shop_id", "c.shop_id"}},
				},
			},
		},
		references(),
	}
}

// emptyHanded returns the rules by which a merged customer has none of the rows that go to the survivor.
func emptyHanded() []rule {
	var rules []rule
	for _, t := range []struct{ table, live string }{
		{"orders", ""}, {"refunds", ""}, {"profiles", ""}, {"purchase_days", ""}, {"notes", " and t.removed_at is null"},
	} {
		rules = append(rules, rule{
			thing: of("cus"), key: "t.customer_id", from: t.table + ` t join customers c on c.id = t.customer_id where c.state = 'merged'` + t.live + ` group by t.customer_id`,
			fields: []field{{t.table, "0", "count(*)"}},
		})
	}
	return rules
}

// references checks what foreign keys would: each named row exists.
func references() *check {
	c := &check{Check: Check{Name: "references", What: "what a row names exists"}, count: "select 0"}
	for _, r := range []struct{ table, key, prefix, column, to string }{
		{"staff_shops", "staff_id", "stf", "staff_id", "staff"},
		{"staff_shops", "staff_id", "stf", "shop_id", "shops"},
		{"sessions", "staff_id", "stf", "staff_id", "staff"},
		{"customers", "id", "cus", "shop_id", "shops"},
		{"customers", "id", "cus", "merged_into", "customers"},
		{"customer_identities", "customer_id", "cus", "customer_id", "customers"},
		{"customer_shops", "customer_id", "cus", "customer_id", "customers"},
		{"customer_shops", "customer_id", "cus", "shop_id", "shops"},
		{"customer_attributes", "customer_id", "cus", "customer_id", "customers"},
		{"customer_attributes", "customer_id", "cus", "definition_id", "attribute_definitions"},
		{"customer_tags", "customer_id", "cus", "customer_id", "customers"},
		{"customer_tags", "customer_id", "cus", "tag_id", "tags"},
		{"notes", "customer_id", "cus", "customer_id", "customers"},
		{"life_dates", "customer_id", "cus", "customer_id", "customers"},
		{"skus", "id", "sku", "product_id", "products"},
		{"stocks", "sku_id", "sku", "sku_id", "skus"},
		{"stocks", "sku_id", "sku", "shop_id", "shops"},
		{"product_styles", "product_id", "prd", "product_id", "products"},
		{"orders", "id", "ord", "customer_id", "customers"},
		{"orders", "id", "ord", "shop_id", "shops"},
		{"orders", "id", "ord", "clerk_id", "staff"},
		{"orders", "id", "ord", "adviser_id", "staff"},
		{"order_lines", "order_id", "ord", "order_id", "orders"},
		{"order_lines", "order_id", "ord", "sku_id", "skus"},
		{"refunds", "id", "rfd", "customer_id", "customers"},
		{"refunds", "id", "rfd", "order_id", "orders"},
		{"refund_lines", "refund_id", "rfd", "refund_id", "refunds"},
	} {
		c.count += " + (select count(" + r.column + ") from " + r.table + ")"
		c.rules = append(c.rules, rule{
			thing: of(r.prefix), key: "t." + r.key, note: "'" + r.table + "'",
			from:   r.table + " t where t." + r.column + " is not null and not exists (select 1 from " + r.to + " o where o.id = t." + r.column + ")",
			fields: []field{{r.column, "'a row of " + r.to + "'", "'none'"}},
		})
	}
	return c
}
