package catalog

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// chunk bounds the list of one "in (…)".
const chunk = 500

// Filter narrows the list of products; zero fields do not.
type Filter struct {
	Text       string // Text is looked for in name, style code and brand; a SKU code must be whole.
	Category   string // Category is a path; what lies below it counts.
	Brand      string
	Scene      string
	Style      string
	State      State
	LaunchFrom cal.Day
	LaunchTo   cal.Day
	Before     ID // Before is the last product of the page before.
	Limit      int
}

func (f Filter) where() (string, []any) {
	conditions := []string{"(1=1)"}
	var args []any
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		conditions = append(conditions, condition)
	}
	if f.Text != "" {
		add(`(search like ? escape '\' or id in (select product_id from skus where code = ?))`, "%"+escapeLike(strings.ToLower(f.Text))+"%", f.Text)
	}
	if f.Category != "" {
		from, until := db.Below(f.Category, '/')
		add("(category = ? or category >= ? and category < ?)", f.Category, from, until)
	}
	for _, equal := range [][2]string{{"brand", f.Brand}, {"scene", f.Scene}, {"state", string(f.State)}} {
		if equal[1] != "" {
			add(equal[0]+" = ?", equal[1])
		}
	}
	if f.Style != "" {
		add("id in (select product_id from product_styles where style = ?)", f.Style)
	}
	if !f.LaunchFrom.IsZero() {
		add("launch_on >= ?", f.LaunchFrom)
	}
	if !f.LaunchTo.IsZero() {
		add("launch_on <= ?", f.LaunchTo)
	}
	if !f.Before.IsZero() {
		add("id < ?", f.Before)
	}
	return strings.Join(conditions, " and "), args
}

// escapeLike makes a text stand for itself in a pattern.
func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text)
}

// findStyles returns the products with the style codes.
func findStyles(ctx context.Context, tx *db.Tx, styles []string) ([]Product, error) {
	var all []Product
	for part := range slices.Chunk(unique(styles), chunk) {
		in, args := db.In(0, part)
		found, err := loadProducts(ctx, tx, "style_code in "+in, "", args...)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// loadProducts returns products with their SKUs and style tags.
func loadProducts(ctx context.Context, tx *db.Tx, where, tail string, args ...any) ([]Product, error) {
	found, err := db.All(ctx, tx, func(scan db.Scan) (p Product, err error) {
		return p, scan(&p.ID, &p.StyleCode, &p.Name, &p.Brand, &p.Category, &p.Scene, &p.LaunchOn, &p.State, &p.Version,
			db.ScanTime(&p.CreatedAt), db.ScanTime(&p.UpdatedAt))
	}, `select id, style_code, name, brand, category, scene, launch_on, state, version, created_at, updated_at
		from products where `+where+" "+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read products: %w", err)
	}
	at := make(map[ID]int, len(found))
	for i, p := range found {
		at[p.ID] = i
	}
	for part := range slices.Chunk(found, chunk) {
		if err := loadParts(ctx, tx, part, found, at); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func loadParts(ctx context.Context, tx *db.Tx, part, found []Product, at map[ID]int) error {
	ids := make([]ID, len(part))
	for i, p := range part {
		ids[i] = p.ID
	}
	in, args := db.In(0, ids)
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var product ID
		var k SKU
		err := scan(&k.ID, &product, &k.Code, &k.Colour, &k.Size, &k.PriceFen, &k.CostFen, &k.Retired)
		found[at[product]].SKUs = append(found[at[product]].SKUs, k)
		return struct{}{}, err
	}, `select id, product_id, code, colour, size, price_fen, cost_fen, retired from skus where product_id in `+in+` order by id`, args...)
	if err != nil {
		return fmt.Errorf("read SKUs: %w", err)
	}
	_, err = db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var product ID
		var style string
		err := scan(&product, &style)
		found[at[product]].Styles = append(found[at[product]].Styles, style)
		return struct{}{}, err
	}, `select product_id, style from product_styles where product_id in `+in, args...)
	if err != nil {
		return fmt.Errorf("read style tags: %w", err)
	}
	for _, p := range part {
		slices.Sort(found[at[p.ID]].Styles)
	}
	return nil
}

// findPlaces tells of SKU codes whose they are.
func findPlaces(ctx context.Context, tx *db.Tx, codes []string) (map[string]place, error) {
	places := map[string]place{}
	for part := range slices.Chunk(unique(codes), chunk) {
		in, args := db.In(0, part)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var code string
			var at place
			var state State
			err := scan(&code, &at.id, &at.productID, &at.style, &state)
			at.ofStub = state == Stub
			places[code] = at
			return struct{}{}, err
		}, `select k.code, k.id, p.id, p.style_code, p.state from skus k join products p on p.id = k.product_id where k.code in `+in, args...)
		if err != nil {
			return nil, fmt.Errorf("find SKUs: %w", err)
		}
	}
	return places, nil
}

// unique returns the texts sorted, each once, without the empty one.
func unique(texts []string) []string {
	sorted := slices.Compact(slices.Sorted(slices.Values(texts)))
	if len(sorted) > 0 && sorted[0] == "" {
		sorted = sorted[1:]
	}
	return sorted
}

// saveProducts writes products with their style tags.
func saveProducts(ctx context.Context, tx *db.Tx, items []*item) error {
	rows := make([][]any, len(items))
	ids := make([]ID, len(items))
	var styles [][]any
	for i, it := range items {
		p := it.product
		rows[i] = []any{p.ID, p.StyleCode, p.Name, p.Brand, p.Category, p.Scene, p.LaunchOn, string(p.State),
			searchText(p), orNull(it.importID), p.Version, db.Millis(p.CreatedAt), db.Millis(tx.Now)}
		ids[i] = p.ID
		for _, style := range p.Styles {
			styles = append(styles, []any{style, p.ID})
		}
	}
	_, err := db.InsertRows(ctx, tx, "products",
		"id, style_code, name, brand, category, scene, launch_on, state, search, import_id, version, created_at, updated_at", rows,
		`on conflict (style_code) do update set name = excluded.name, brand = excluded.brand, category = excluded.category,
		 scene = excluded.scene, launch_on = excluded.launch_on, state = excluded.state, search = excluded.search,
		 version = products.version + 1, updated_at = excluded.updated_at`)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, chunk) {
		in, args := db.In(0, part)
		if _, err := tx.Exec(ctx, "delete from product_styles where product_id in "+in, args...); err != nil {
			return fmt.Errorf("clear style tags: %w", err)
		}
	}
	_, err = db.InsertRows(ctx, tx, "product_styles", "style, product_id", styles, "")
	return err
}

func searchText(p Product) string {
	return strings.ToLower(strings.Join([]string{p.Name, p.StyleCode, p.Brand}, "\n"))
}

func saveSKUs(ctx context.Context, tx *db.Tx, items []*item) error {
	var rows [][]any
	for _, it := range items {
		slices.Sort(it.touched)
		for _, i := range slices.Compact(it.touched) {
			k := it.product.SKUs[i]
			rows = append(rows, []any{k.ID, it.product.ID, k.Code, k.Colour, k.Size, k.PriceFen, k.CostFen, k.Retired})
		}
	}
	_, err := db.InsertRows(ctx, tx, "skus", "id, product_id, code, colour, size, price_fen, cost_fen, retired", rows,
		`on conflict (code) do update set product_id = excluded.product_id, colour = excluded.colour, size = excluded.size,
		 price_fen = excluded.price_fen, cost_fen = excluded.cost_fen, retired = excluded.retired`)
	return err
}

// deleteEmptyStubs removes stubs whose SKUs have found their product.
func deleteEmptyStubs(ctx context.Context, tx *db.Tx, stubs []ID) error {
	for part := range slices.Chunk(stubs, chunk) {
		in, args := db.In(0, part)
		_, err := tx.Exec(ctx, `delete from products where state = 'stub' and id in `+in+`
			and not exists (select 1 from skus where skus.product_id = products.id)`, args...)
		if err != nil {
			return fmt.Errorf("delete empty stubs: %w", err)
		}
	}
	return nil
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
