package verify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// merged names the customers who have a part in a merge; their consent is told by checkMergedConsents.
const merged = `(select survivor_id from consent_merges union select merged_id from consent_merges)`

func privacyChecks() []*check {
	return []*check{
		{
			Check: Check{Name: "consents", What: "where customers stand is what they said last; at a merge the stricter word holds"},
			count: `select count(*) from consents`,
			rules: []rule{
				{
					thing: of("cus"), key: "s.customer_id", note: "s.purpose || ' ' || s.channel",
					from: `consent_states s where s.customer_id not in ` + merged,
					fields: []field{{"decided by",
						`(select c.id from consents c where c.customer_id = s.customer_id and c.channel = s.channel and c.purpose = s.purpose
							and c.given = s.given and c.text_id is not distinct from s.text_id and c.happened_at = s.since_at
							and not exists (select 1 from consents l where l.customer_id = c.customer_id and l.channel = c.channel and l.purpose = c.purpose
								and (l.happened_at > c.happened_at or l.happened_at = c.happened_at and l.id > c.id)))`, "s.consent_id"}},
				},
				{
					thing: of("cus"), key: "c.customer_id", note: "c.purpose || ' ' || c.channel",
					from: `consents c where c.customer_id not in ` + merged + ` and not exists (select 1 from consent_states s
						where s.customer_id = c.customer_id and s.channel = c.channel and s.purpose = c.purpose)`,
					fields: []field{{"state", "'a state'", "'none'"}},
				},
				{
					thing: of("cus"), key: "c.customer_id", note: "c.purpose || ' ' || c.channel",
					from: `consents c where c.given and not exists (select 1 from consent_texts t
						where t.id = c.text_id and t.purpose = c.purpose and t.channel in ('', c.channel))`,
					fields: []field{{"text", "'a text about it'", "'none'"}},
				},
			},
			by: checkMergedConsents,
		},
		{Check: Check{Name: "consent_texts", What: "texts that were agreed to are unchanged"}, by: checkTexts},
	}
}

func checkTexts(ctx context.Context, tx *db.Tx, c *check) error {
	rows, err := tx.Query(ctx, `select id, body, body_hash from consent_texts order by id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text int64
		var body, hash string
		if err := rows.Scan(&text, &body, &hash); err != nil {
			return err
		}
		c.Checked++
		if sum := sha256.Sum256([]byte(body)); hex.EncodeToString(sum[:]) != hash {
			c.fault("text "+strconv.FormatInt(text, 10), "hash "+hash, "hash "+hex.EncodeToString(sum[:]))
		}
	}
	return rows.Err()
}

// word is what a customer said of one topic.
type word struct {
	consent, customer int64
	topic             string
	given             bool
	at                int64
}

// union is a merge of two customers.
type union struct{ survivor, merged, at int64 }

// checkMergedConsents derives again where the survivors of merges stand, one at a time.
func checkMergedConsents(ctx context.Context, tx *db.Tx, c *check) error {
	for last := int64(-1); !c.full(); {
		survivors, err := db.All(ctx, tx, func(scan db.Scan) (n int64, err error) { return n, scan(&n) },
			`select distinct survivor_id from consent_merges m where survivor_id > $1
				and not exists (select 1 from consent_merges o where o.merged_id = m.survivor_id) order by survivor_id limit 500`, last)
		if err != nil || len(survivors) == 0 {
			return err
		}
		for _, survivor := range survivors {
			if err := checkSurvivor(ctx, tx, c, survivor); err != nil {
				return err
			}
		}
		last = survivors[len(survivors)-1]
	}
	return nil
}

func checkSurvivor(ctx context.Context, tx *db.Tx, c *check, survivor int64) error {
	const family = `with recursive family (id) as (select cast($1 as bigint) union
		select m.merged_id from consent_merges m join family on m.survivor_id = family.id) `
	unions, err := db.All(ctx, tx, func(scan db.Scan) (u union, err error) { return u, scan(&u.survivor, &u.merged, &u.at) },
		family+`select survivor_id, merged_id, merged_at from consent_merges where survivor_id in (select id from family)`, survivor)
	if err != nil {
		return err
	}
	words, err := db.All(ctx, tx, func(scan db.Scan) (w word, err error) {
		return w, scan(&w.consent, &w.customer, &w.topic, &w.given, &w.at)
	}, family+`select id, customer_id, purpose || ' ' || channel, given, happened_at from consents where customer_id in (select id from family)`, survivor)
	if err != nil {
		return err
	}
	want := lastWords(survivor, words, unions)
	states, err := db.All(ctx, tx, func(scan db.Scan) (w word, err error) { return w, scan(&w.consent, &w.topic, &w.given) },
		`select consent_id, purpose || ' ' || channel, given from consent_states where customer_id = $1`, survivor)
	if err != nil {
		return err
	}
	for _, got := range states {
		w, ok := want[got.topic]
		if !ok || w.consent != got.consent || w.given != got.given {
			c.fault(of("cus")(survivor)+" "+got.topic+" decided by", strconv.FormatInt(w.consent, 10), strconv.FormatInt(got.consent, 10))
		}
		delete(want, got.topic)
	}
	for topic := range want {
		c.fault(of("cus")(survivor)+" "+topic+" state", "a state", "none")
	}
	return nil
}

// lastWords goes through what the members of a family said and when they became one, in order of time. Each
// speaks for the person she is part of by then.
func lastWords(survivor int64, words []word, unions []union) map[string]word {
	slices.SortFunc(words, func(a, b word) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.consent, b.consent)) })
	slices.SortStableFunc(unions, func(a, b union) int { return cmp.Compare(a.at, b.at) })
	said := map[int64]map[string]word{}
	person := map[int64]int64{}
	stands := func(customer int64) map[string]word {
		for person[customer] != 0 {
			customer = person[customer]
		}
		if said[customer] == nil {
			said[customer] = map[string]word{}
		}
		return said[customer]
	}
	for len(words) > 0 || len(unions) > 0 {
		if len(unions) == 0 || len(words) > 0 && words[0].at <= unions[0].at {
			stands(words[0].customer)[words[0].topic] = words[0]
			words = words[1:]
			continue
		}
		u := unions[0]
		unions = unions[1:]
		into, from := stands(u.survivor), stands(u.merged)
		person[u.merged] = u.survivor
		for topic, theirs := range from {
			ours, spoke := into[topic]
			stricter := ours.given && !theirs.given
			later := ours.given == theirs.given && theirs.at > ours.at
			if !spoke || stricter || later {
				into[topic] = theirs
			}
		}
	}
	return stands(survivor)
}
