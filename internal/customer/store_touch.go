package customer

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// findTouches returns which of the drafts were recorded before.
func findTouches(ctx context.Context, tx *db.Tx, drafts []TouchDraft) (map[touchKey]bool, error) {
	bySource := map[string][]string{}
	for _, d := range drafts {
		bySource[d.Source] = append(bySource[d.Source], d.EventID)
	}
	known := map[touchKey]bool{}
	for source, events := range bySource {
		err := db.InChunks(events, func(chunk []string) error {
			in, args := db.In(1, chunk)
			found, err := db.All(ctx, tx, func(scan db.Scan) (event string, err error) {
				err = scan(&event)
				return event, err
			}, "select event_id from touches where source = $1 and event_id in "+in, append([]any{source}, args...)...)
			for _, event := range found {
				known[touchKey{source, event}] = true
			}
			return err
		})
		if err != nil {
			return nil, wrap("find touches", err)
		}
	}
	return known, nil
}

// insertTouches writes keys and returns the ids of those that another transaction wrote before.
func insertTouches(ctx context.Context, tx *db.Tx, rows [][]any) (lost map[int64]bool, err error) {
	written, err := db.InsertRows(ctx, tx, "touches", "id, source, event_id, session_id, customer_id, happened_at, kind, category, product_code, sku", rows, "on conflict do nothing")
	if err != nil || written == int64(len(rows)) {
		return nil, err
	}
	lost = map[int64]bool{}
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row[0].(int64)
		lost[ids[i]] = true
	}
	err = db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		found, err := db.All(ctx, tx, scanID, "select id from touches where id in "+in, args...)
		for _, n := range found {
			delete(lost, n)
		}
		return err
	})
	return lost, wrap("find written touches", err)
}

// claimTouches gives the anonymous touches of a session to a customer and returns how many they were.
func claimTouches(ctx context.Context, tx *db.Tx, source, session string, customer ID) (int64, error) {
	n, err := tx.Exec(ctx, "update touches set customer_id = $1 where source = $2 and session_id = $3 and session_id <> '' and customer_id is null",
		customer, source, session)
	return n, wrap("claim touches", err)
}
