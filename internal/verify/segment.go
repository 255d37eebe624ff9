package verify

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/segment"
	"github.com/shuke-crm/shuke/internal/staff"
)

func segmentChecks() []*check {
	return []*check{profiles(), purchaseDays(), cells(), stages(), segments(), members()}
}

// sales are the orders that are purchases: paid, and of somebody.
const sales = `orders o where o.customer_id is not null and o.paid_fen > 0`

func profiles() *check {
	return &check{
		Check: Check{Name: "profiles", What: "the numbers of each customer are those of her orders and refunds"},
		count: `select count(*) from profiles`,
		rules: []rule{
			{
				thing: of("cus"), key: "s.customer_id",
				from: `(select o.customer_id, count(*) as orders, count(distinct o.on_day) as days, cast(sum(o.units) as bigint) as units,
						cast(sum(o.paid_fen) as bigint) as paid, min(o.on_day) as first_on, max(o.on_day) as last_on
						from ` + sales + ` group by o.customer_id) s left join profiles p on p.customer_id = s.customer_id`,
				fields: []field{
					{"order_count", "s.orders", "p.order_count"},
					{"purchase_day_count", "s.days", "p.purchase_day_count"},
					{"units", "s.units", "p.units"},
					{"paid_fen", "s.paid", "p.paid_fen"},
					{"first_order_on", "s.first_on", "p.first_order_on"},
					{"last_order_on", "s.last_on", "p.last_order_on"},
				},
			},
			{
				thing: of("cus"), key: "p.customer_id",
				from: `profiles p where (p.order_count <> 0 or p.purchase_day_count <> 0 or p.paid_fen <> 0)
					and not exists (select 1 from ` + sales + ` and o.customer_id = p.customer_id)`,
				fields: []field{{"order_count", "0", "p.order_count"}, {"paid_fen", "0", "p.paid_fen"}},
			},
			{
				thing: of("cus"), key: "s.customer_id",
				from: `(select customer_id, count(*) as refunds, cast(sum(amount_fen) as bigint) as amount from refunds
						where customer_id is not null and state = 'applied' group by customer_id) s
					left join profiles p on p.customer_id = s.customer_id`,
				fields: []field{{"refund_count", "s.refunds", "p.refund_count"}, {"refunded_fen", "s.amount", "p.refunded_fen"}},
			},
			{
				thing: of("cus"), key: "p.customer_id",
				from: `profiles p where (p.refund_count <> 0 or p.refunded_fen <> 0)
					and not exists (select 1 from refunds r where r.customer_id = p.customer_id and r.state = 'applied')`,
				fields: []field{{"refund_count", "0", "p.refund_count"}, {"refunded_fen", "0", "p.refunded_fen"}},
			},
			{
				thing: of("cus"), key: "c.id", from: `customers c left join profiles p on p.customer_id = c.id where c.state = 'active'`,
				fields: []field{
					{"profile", "'one'", "case when p.customer_id is null then 'none' else 'one' end"},
					{"shop_id", "c.shop_id", "p.shop_id"},
				},
			},
			{
				thing: of("cus"), key: "p.customer_id", from: `profiles p left join customers c on c.id = p.customer_id`,
				fields: []field{{"customer", "'active'", "c.state"}},
			},
		},
	}
}

func purchaseDays() *check {
	return &check{
		Check: Check{Name: "purchase_days", What: "the days a customer bought on are those of her orders"},
		count: `select count(*) from purchase_days`,
		rules: []rule{
			{
				thing: of("cus"), key: "s.customer_id", note: "'day ' || s.on_day",
				from: `(select o.customer_id, o.on_day, count(*) as orders, cast(sum(o.units) as bigint) as units, cast(sum(o.paid_fen) as bigint) as paid
						from ` + sales + ` group by o.customer_id, o.on_day) s
					left join purchase_days d on d.customer_id = s.customer_id and d.on_day = s.on_day`,
				fields: []field{{"orders", "s.orders", "d.orders"}, {"units", "s.units", "d.units"}, {"paid_fen", "s.paid", "d.paid_fen"}},
			},
			{
				thing: of("cus"), key: "d.customer_id", note: "'day ' || d.on_day",
				from:   `purchase_days d where not exists (select 1 from ` + sales + ` and o.customer_id = d.customer_id and o.on_day = d.on_day)`,
				fields: []field{{"orders", "0", "d.orders"}},
			},
		},
	}
}

func cells() *check {
	const (
		same  = `c.r = p.r and c.f = p.f and c.m = p.m and c.stage = p.stage and c.value_group = p.value_group and c.quadrant = p.quadrant and c.customer_type = p.customer_type`
		where = `r || '-' || f || '-' || m || ' ' || stage || ' ' || value_group || ' ' || quadrant || ' ' || customer_type`
	)
	return &check{
		Check: Check{Name: "rfm_cells", What: "the map holds each customer once, with what she paid when she was counted"},
		count: `select count(*) from rfm_cells`,
		rules: []rule{
			{
				thing: named("cell"), key: "0", note: where,
				from: `(select p.*, c.customers as cell_customers, c.paid_fen as cell_paid_fen from
					(select r, f, m, stage, value_group, quadrant, customer_type, count(*) as customers, cast(sum(counted_fen) as bigint) as paid_fen
						from profiles where counted_fen is not null group by r, f, m, stage, value_group, quadrant, customer_type) p
					left join rfm_cells c on ` + same + `) counted`,
				fields: []field{{"customers", "customers", "cell_customers"}, {"paid_fen", "paid_fen", "cell_paid_fen"}},
			},
			{
				thing: named("cell"), key: "0", note: where,
				from: `rfm_cells c where (c.customers <> 0 or c.paid_fen <> 0)
					and not exists (select 1 from profiles p where p.counted_fen is not null and ` + same + `)`,
				fields: []field{{"customers", "0", "customers"}, {"paid_fen", "0", "paid_fen"}},
			},
		},
	}
}

func stages() *check {
	return &check{
		Check: Check{Name: "stages", What: "each stage of a customer follows the one before, and the last is where she is"},
		count: `select count(*) from stage_changes`,
		rules: []rule{
			{
				thing: of("cus"), key: "customer_id", note: "'day ' || on_day",
				from: `(select customer_id, on_day, from_stage, to_stage,
					lag(to_stage) over (partition by customer_id order by on_day, step) as before from stage_changes) log`,
				fields: []field{{"from_stage", "coalesce(before, 'lead')", "from_stage"}},
			},
			{
				thing: of("cus"), key: "p.customer_id", from: `profiles p`,
				fields: []field{{"stage", `coalesce((select s.to_stage from stage_changes s where s.customer_id = p.customer_id
					order by s.on_day desc, s.step desc limit 1), 'lead')`, "p.stage"}},
			},
			{
				thing: of("cus"), key: "s.customer_id", from: `stage_changes s where not exists (select 1 from profiles p where p.customer_id = s.customer_id)`,
				fields: []field{{"stage", "'a profile'", "'none'"}},
			},
		},
	}
}

func segments() *check {
	const sum = `sum(case when entered then 1 else -1 end)`
	return &check{
		Check: Check{Name: "segments", What: "the members of a segment are the sum of those who entered and left"},
		count: `select count(*) from segment_changes`,
		rules: []rule{
			{
				thing: of("cus"), key: "c.customer_id", note: "'in segment ' || c.segment_id",
				from: `(select segment_id, customer_id, cast(` + sum + ` as bigint) as times from segment_changes group by segment_id, customer_id) c
					left join segment_members m on m.segment_id = c.segment_id and m.customer_id = c.customer_id`,
				fields: []field{{"", "c.times", "case when m.customer_id is null then 0 else 1 end"}},
			},
			{
				thing: of("cus"), key: "m.customer_id", note: "'in segment ' || m.segment_id",
				from:   `segment_members m where not exists (select 1 from segment_changes c where c.segment_id = m.segment_id and c.customer_id = m.customer_id)`,
				fields: []field{{"entered", "1", "0"}},
			},
			{
				thing: of("seg"), key: "s.id", from: `segments s`,
				fields: []field{
					{"members", `(select count(*) from segment_members m where m.segment_id = s.id)`, "s.members"},
					{"members by days", `(select coalesce(cast(sum(d.entered_count - d.left_count + d.by_rule_count) as bigint), 0) from segment_days d where d.segment_id = s.id)`, "s.members"},
				},
			},
			{
				thing: of("seg"), key: "c.segment_id", note: "'day ' || c.on_day",
				from: `(select segment_id, on_day, sum(case when entered and cause in ('fact', 'time') then 1 else 0 end) as came,
						sum(case when not entered and cause in ('fact', 'time') then 1 else 0 end) as went,
						sum(case when cause in ('fact', 'time') then 0 when entered then 1 else -1 end) as ruled
						from segment_changes group by segment_id, on_day) c
					left join segment_days d on d.segment_id = c.segment_id and d.on_day = c.on_day`,
				fields: []field{{"entered", "c.came", "d.entered_count"}, {"left", "c.went", "d.left_count"}, {"by rule", "c.ruled", "d.by_rule_count"}},
			},
			{
				thing: of("cus"), key: "m.customer_id", from: `segment_members m where not exists (select 1 from profiles p where p.customer_id = m.customer_id)`,
				fields: []field{{"customer", "'active'", "'none'"}},
			},
		},
	}
}

// members has the rules judge everybody again. It is the one check that asks the code of another package: a
// second evaluator of rules stands in the tests of segment.
func members() *check {
	return &check{
		Check:    Check{Name: "members", What: "everybody is in the segments whose rules admit her, and in no other"},
		follower: "segment",
		by: func(ctx context.Context, tx *db.Tx, c *check) error {
			o, err := (&staff.Service{}).Organisation(ctx, tx)
			if err != nil {
				return err
			}
			wrong, looked, err := segment.FindMisjudged(ctx, tx, o.Zone)
			c.Checked = looked
			in := map[bool]string{true: "a member", false: "no member"}
			for _, m := range wrong {
				c.fault(of("cus")(m.Customer)+" in "+m.Segment.String(), in[m.Admitted], in[!m.Admitted])
			}
			return err
		},
	}
}
