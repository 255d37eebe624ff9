package insight

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// repack brings the packs up to the changes.
func repack(ctx context.Context, tx *db.Tx, sales []sale) error {
	changes, err := number(ctx, tx, sales)
	if err != nil {
		return err
	}
	slices.SortFunc(changes, func(a, b numbered) int {
		return cmp.Or(comparePlaces(a.place(), b.place()), cmp.Compare(a.number, b.number))
	})
	var rows [][]any
	var packs map[place]pack
	for start := 0; start < len(changes); {
		at, end := changes[start].place(), start
		for end < len(changes) && changes[end].place() == at {
			end++
		}
		if start == 0 || changes[start-1].on != changes[start].on {
			if packs, err = listPacks(ctx, tx, changes[start].on); err != nil {
				return err
			}
		}
		if after := packs[at].with(changes[start:end]); len(after) > 0 {
			rows = append(rows, []any{at.on, at.shop, at.channel, []byte(after)})
		} else if err := deletePack(ctx, tx, at); err != nil {
			return err
		}
		start = end
	}
	_, err = db.InsertRows(ctx, tx, "day_buyers", "on_day, shop_id, channel, buyers", rows,
		"on conflict (on_day, shop_id, channel) do update set buyers = excluded.buyers")
	return err
}

// number finds the numbers of the buyers, and gives one to each who has none. The sales are by customer.
func number(ctx context.Context, tx *db.Tx, sales []sale) ([]numbered, error) {
	var customers []int64
	for i, s := range sales {
		if i == 0 || s.customer != sales[i-1].customer {
			customers = append(customers, s.customer)
		}
	}
	numbers, err := listNumbers(ctx, tx, customers)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	var next uint32
	for _, c := range customers {
		if _, known := numbers[c]; known {
			continue
		}
		if len(rows) == 0 {
			if err := tx.QueryRow(ctx, "select coalesce(max(number) + 1, 0) from buyers").Scan(&next); err != nil {
				return nil, fmt.Errorf("count buyers: %w", err)
			}
		}
		rows = append(rows, []any{c, next})
		numbers[c] = next
		next++
	}
	if _, err := db.InsertRows(ctx, tx, "buyers", "customer_id, number", rows, ""); err != nil {
		return nil, err
	}
	changes := make([]numbered, len(sales))
	for i, s := range sales {
		changes[i] = numbered{numbers[s.customer], s}
	}
	return changes, nil
}

func listNumbers(ctx context.Context, tx *db.Tx, customers []int64) (map[int64]uint32, error) {
	numbers := make(map[int64]uint32, len(customers))
	err := db.InChunks(customers, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var customer int64
			var number uint32
			err := scan(&customer, &number)
			numbers[customer] = number
			return struct{}{}, err
		}, "select customer_id, number from buyers where customer_id in "+in, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read numbers of buyers: %w", err)
	}
	return numbers, nil
}

// listBuyers returns the customers who have the numbers.
func listBuyers(ctx context.Context, tx *db.Tx, numbers []int64) (map[uint32]customer.ID, error) {
	customers := make(map[uint32]customer.ID, len(numbers))
	err := db.InChunks(numbers, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var c customer.ID
			var number uint32
			err := scan(&number, &c)
			customers[number] = c
			return struct{}{}, err
		}, "select number, customer_id from buyers where number in "+in, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read buyers: %w", err)
	}
	return customers, nil
}

// listPacks returns the packs of a day.
func listPacks(ctx context.Context, tx *db.Tx, on cal.Day) (map[place]pack, error) {
	packs := map[place]pack{}
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var at place
		var p []byte
		err := scan(&at.on, &at.shop, &at.channel, &p)
		packs[at] = p
		return struct{}{}, err
	}, "select on_day, shop_id, channel, buyers from day_buyers where on_day = $1", on)
	if err != nil {
		return nil, fmt.Errorf("read buyers of a day: %w", err)
	}
	return packs, nil
}

func deletePack(ctx context.Context, tx *db.Tx, at place) error {
	_, err := tx.Exec(ctx, "delete from day_buyers where on_day = $1 and shop_id = $2 and channel = $3", at.on, at.shop, at.channel)
	if err != nil {
		return fmt.Errorf("delete buyers of a day: %w", err)
	}
	return nil
}

// eachPack calls fn with every pack up to a day, in the order of days, and whether it is within the cut.
func eachPack(ctx context.Context, tx *db.Tx, until cal.Day, cut Cut, fn func(on cal.Day, within bool, p pack)) error {
	where, args := cut.sql("d", []any{until})
	rows, err := tx.Query(ctx, "select on_day, case when "+where+" then 1 else 0 end, buyers from day_buyers d where on_day <= $1 order by on_day", args...)
	if err != nil {
		return fmt.Errorf("read buyers: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says whether the rows are whole.
	for rows.Next() {
		var on cal.Day
		var within int
		var p sql.RawBytes
		if err := rows.Scan(&on, &within, &p); err != nil {
			return fmt.Errorf("read buyers: %w", err)
		}
		fn(on, within == 1, pack(p))
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read buyers: %w", err)
	}
	return nil
}
