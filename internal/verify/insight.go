package verify

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// The figures follow the log; while their follower is behind they are as they were then, and not compared.

func insightChecks() []*check {
	all := []*check{figures(), salesDays(), dayBuyers(), cohorts()}
	for _, c := range all {
		c.follower = "insight"
	}
	return all
}

func figures() *check {
	const (
		sold = `select on_day, shop_id, channel, count(*) as orders, cast(sum(units) as bigint) as units, cast(sum(paid_fen) as bigint) as paid,
			count(*) filter (where customer_id is null) as nobodys, cast(coalesce(sum(paid_fen) filter (where customer_id is null), 0) as bigint) as nobodys_fen
			from orders where paid_fen > 0 group by on_day, shop_id, channel`
		returned = `select on_day, shop_id, channel, count(*) as refunds, cast(sum(amount_fen) as bigint) as amount
			from refunds where state = 'applied' group by on_day, shop_id, channel`
		same = `k.on_day = s.on_day and k.shop_id = s.shop_id and k.channel = s.channel`
	)
	return &check{
		Check: Check{Name: "kpi_days", What: "the figures of each day, shop and channel are those of its orders and refunds"},
		count: `select count(*) from kpi_days`,
		rules: []rule{
			{
				thing: of("shp"), key: "s.shop_id", note: "'day ' || s.on_day || ' ' || s.channel", from: `(` + sold + `) s left join kpi_days k on ` + same,
				fields: []field{
					{"orders", "s.orders", "k.orders"}, {"units", "s.units", "k.units"}, {"paid_fen", "s.paid", "k.paid_fen"},
					{"anonymous_orders", "s.nobodys", "k.anonymous_orders"}, {"anonymous_fen", "s.nobodys_fen", "k.anonymous_fen"},
				},
			},
			{
				thing: of("shp"), key: "s.shop_id", note: "'day ' || s.on_day || ' ' || s.channel", from: `(` + returned + `) s left join kpi_days k on ` + same,
				fields: []field{{"refunds", "s.refunds", "k.refunds"}, {"refund_fen", "s.amount", "k.refund_fen"}},
			},
			{
				thing: of("shp"), key: "k.shop_id", note: "'day ' || k.on_day || ' ' || k.channel",
				from: `kpi_days k where (k.orders <> 0 or k.units <> 0 or k.paid_fen <> 0 or k.anonymous_orders <> 0 or k.anonymous_fen <> 0)
					and not exists (select 1 from orders s where ` + same + ` and s.paid_fen > 0)`,
				fields: []field{{"orders", "0", "k.orders"}, {"paid_fen", "0", "k.paid_fen"}},
			},
			{
				thing: of("shp"), key: "k.shop_id", note: "'day ' || k.on_day || ' ' || k.channel",
				from: `kpi_days k where (k.refunds <> 0 or k.refund_fen <> 0)
					and not exists (select 1 from refunds s where ` + same + ` and s.state = 'applied')`,
				fields: []field{{"refunds", "0", "k.refunds"}, {"refund_fen", "0", "k.refund_fen"}},
			},
		},
	}
}

func salesDays() *check {
	const same = `d.on_day = s.on_day and d.customer_id = s.customer_id and d.shop_id = s.shop_id and d.channel = s.channel`
	return &check{
		Check: Check{Name: "sales_days", What: "who bought when and where is what the orders say"},
		count: `select count(*) from sales_days`,
		rules: []rule{
			{
				thing: of("cus"), key: "s.customer_id", note: "'day ' || s.on_day || ' ' || s.channel",
				from: `(select o.on_day, o.customer_id, o.shop_id, o.channel, cast(sum(o.paid_fen) as bigint) as paid
						from ` + sales + ` group by o.customer_id, o.on_day, o.shop_id, o.channel) s left join sales_days d on ` + same,
				fields: []field{{"paid_fen", "s.paid", "d.paid_fen"}},
			},
			{
				thing: of("cus"), key: "d.customer_id", note: "'day ' || d.on_day || ' ' || d.channel",
				from:   `sales_days d where not exists (select 1 from orders s where ` + same + ` and s.paid_fen > 0)`,
				fields: []field{{"paid_fen", "0", "d.paid_fen"}},
			},
		},
	}
}

func dayBuyers() *check {
	return &check{
		Check: Check{Name: "day_buyers", What: "the packed buyers of each day, shop and channel are those of its orders"},
		count: `select count(*) from day_buyers`,
		rules: []rule{
			{
				thing: of("cus"), key: "s.customer_id",
				from:   `(select distinct o.customer_id from ` + sales + `) s left join buyers b on b.customer_id = s.customer_id where b.number is null`,
				fields: []field{{"number", "'a number'", "cast(b.number as text)"}},
			},
			{
				thing: numbered("buyer"), key: "b.number", from: `(select number, lag(number) over (order by number) as before from buyers) b`,
				fields: []field{{"place", "coalesce(b.before, -1) + 1", "b.number"}},
			},
		},
		by: checkPacks,
	}
}

// checkPacks packs the sales of one day after the other and compares.
func checkPacks(ctx context.Context, tx *db.Tx, c *check) error {
	days, err := db.All(ctx, tx, func(scan db.Scan) (on int64, err error) { return on, scan(&on) },
		`select on_day from orders union select on_day from day_buyers order by 1`)
	if err != nil {
		return err
	}
	for _, on := range days {
		want, got := map[string][]byte{}, map[string][]byte{}
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var shop, number, paid int64
			var channel string
			err := scan(&shop, &channel, &number, &paid)
			at := of("shp")(shop) + " " + channel
			want[at] = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(want[at], uint32(number)), uint64(paid))
			return struct{}{}, err
		}, `select o.shop_id, o.channel, b.number, cast(sum(o.paid_fen) as bigint) from orders o join buyers b on b.customer_id = o.customer_id
			where o.on_day = $1 and o.paid_fen > 0 group by o.shop_id, o.channel, b.number order by o.shop_id, o.channel, b.number`, on)
		if err != nil {
			return err
		}
		_, err = db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var shop int64
			var channel string
			var pack []byte
			err := scan(&shop, &channel, &pack)
			got[of("shp")(shop)+" "+channel] = pack
			return struct{}{}, err
		}, `select shop_id, channel, buyers from day_buyers where on_day = $1`, on)
		if err != nil {
			return err
		}
		for _, at := range slices.Sorted(maps.Keys(want)) {
			if !bytes.Equal(want[at], got[at]) {
				c.fault(fmt.Sprintf("%s day %d", at, on), fmt.Sprintf("%x", want[at]), fmt.Sprintf("%x", got[at]))
			}
			delete(got, at)
		}
		for _, at := range slices.Sorted(maps.Keys(got)) {
			c.fault(fmt.Sprintf("%s day %d", at, on), "nothing", fmt.Sprintf("%x", got[at]))
		}
	}
	return nil
}

// monthOf gives the number of the month, year * 12 + month - 1, of each day number on_day in a query; years
// begin in March, so that the leap day comes last.
func monthOf(days string) string {
	return `select customer_id, (yoe + 400 * era) * 12 + (5 * (doe - (365 * yoe + yoe / 4 - yoe / 100)) + 2) / 153 + 2 as month
		from (select customer_id, era, doe, (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 as yoe
			from (select customer_id, z / 146097 as era, z - z / 146097 * 146097 as doe
				from (select customer_id, on_day + 719468 as z from ` + days + `) shifted) eras) years`
}

func cohorts() *check {
	months := `select customer_id, month, min(month) over (partition by customer_id) as cohort from (select distinct customer_id, month from (` +
		monthOf("sales_days") + `) each_day) each_month`
	return &check{
		Check: Check{Name: "cohorts", What: "each customer is in the cohort of her first month, and the table counts her once a month"},
		count: `select count(*) from cohort_cells`,
		rules: []rule{
			{
				thing: named("cell"), key: "0", note: "m.cohort || ' in ' || m.month",
				from: `(select cohort, month, count(*) as customers from (` + months + `) each_customer group by cohort, month) m
					left join cohort_cells c on c.cohort = m.cohort and c.month = m.month`,
				fields: []field{{"customers", "m.customers", "c.customers"}},
			},
			{
				thing: named("cell"), key: "0", note: "c.cohort || ' in ' || c.month",
				from: `cohort_cells c where c.customers <> 0 and (c.cohort, c.month) not in
					(select cohort, month from (` + months + `) each_customer)`,
				fields: []field{{"customers", "0", "c.customers"}},
			},
		},
	}
}
