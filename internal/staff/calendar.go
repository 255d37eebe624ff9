package staff

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Calendar tells which shops there are and on which day of which shop something happened. It never
// changes; ask for another in each transaction.
type Calendar struct {
	organisation clock
	shops        map[ShopID]clock
	byCode       map[string]ShopID
}

// clock is a zone and the hour at which the day of sales begins.
type clock struct {
	zone *time.Location
	cut  int
}

// DayOf returns the day of sales of the shop in which the instant lies; of no shop, that of the
// organisation.
func (c Calendar) DayOf(shop ShopID, at time.Time) cal.Day {
	own, ok := c.shops[shop]
	if !ok {
		own = c.organisation
	}
	day := cal.DayOf(at, own.zone)
	if at.In(own.zone).Hour() < own.cut {
		return day.Add(-1)
	}
	return day
}

// Has reports whether there is such a shop, whoever asks.
func (c Calendar) Has(shop ShopID) bool {
	_, ok := c.shops[shop]
	return ok
}

// FindCode returns the shop with the code, whoever asks. Case and width of letters do not matter.
func (c Calendar) FindCode(code string) (ShopID, bool) {
	shop, ok := c.byCode[codeKey(code)]
	return shop, ok
}

// Calendar returns the calendar of all shops. It costs no statement while it is fresh, and knows what tx
// itself has changed; a change made by another process may be seen some seconds later.
func (s *Service) Calendar(ctx context.Context, tx *db.Tx) (Calendar, error) {
	own := tx.Kept(changedKey{}) != nil
	c, generation, fresh := s.calendars.get()
	if fresh && !own {
		return c, nil
	}
	c, err := s.readCalendar(ctx, tx)
	if err == nil && !own {
		s.calendars.set(c, generation)
	}
	return c, err
}

func (s *Service) readCalendar(ctx context.Context, tx *db.Tx) (Calendar, error) {
	o, err := s.Organisation(ctx, tx)
	if err != nil {
		return Calendar{}, err
	}
	c := Calendar{clock{zone: o.Zone}, map[ShopID]clock{}, map[string]ShopID{}}
	for after, more := "", true; more; {
		page, err := listShops(ctx, tx, access.Scope{All: true}, after, maxList)
		if err != nil {
			return Calendar{}, err
		}
		for _, shop := range page {
			own := clock{o.Zone, int(shop.DayCutHour)}
			if shop.TimeZone != "" {
				if own.zone, err = s.zones.load(shop.TimeZone); err != nil {
					return Calendar{}, err
				}
			}
			after = codeKey(shop.Code)
			c.shops[shop.ID], c.byCode[after] = own, shop.ID
		}
		more = len(page) == maxList
	}
	return c, nil
}

// Zone returns the organisation's time zone, for code that has no transaction. It may lag some seconds
// behind a change made by another process.
func (s *Service) Zone() *time.Location {
	c, _, fresh := s.calendars.get()
	if fresh {
		return c.organisation.zone
	}
	ctx, cancel := context.WithTimeout(access.With(context.Background(), access.Program("staff")), 5*time.Second)
	defer cancel()
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = s.Calendar(ctx, tx)
		return err
	})
	if err == nil {
		return c.organisation.zone
	}
	slog.Error("reading the time zone failed", "error", err)
	if c, _, _ = s.calendars.get(); c.organisation.zone != nil {
		return c.organisation.zone // It was right some seconds ago.
	}
	zone, _ := loadZone(defaultOrganisation().TimeZone) // It is built in.
	return zone
}

// calendarFresh is how soon a change made by another process is seen.
const calendarFresh = 5 * time.Second

// changedKey marks a transaction that has changed shops or the organisation.
type changedKey struct{}

// calendarCache keeps the calendar for a few seconds.
type calendarCache struct {
	mu         sync.Mutex
	generation int
	calendar   Calendar
	read       time.Duration // read is when it was read, by db.Uptime.
	valid      bool
}

func (c *calendarCache) get() (Calendar, int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calendar, c.generation, c.valid && db.Uptime()-c.read < calendarFresh
}

// set keeps a calendar, unless something changed since the generation it was read in.
func (c *calendarCache) set(calendar Calendar, generation int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation == generation {
		c.calendar, c.read, c.valid = calendar, db.Uptime(), true
	}
}

// changed has tx read the calendar anew from here on, and everybody once it has committed.
func (c *calendarCache) changed(tx *db.Tx) {
	tx.Keep(changedKey{}, true)
	tx.OnCommit(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.generation++
		c.valid = false
	})
}

// zoneCache keeps time zones: loading one reads a file.
type zoneCache struct {
	mu    sync.Mutex
	zones map[string]*time.Location
}

func (c *zoneCache) load(name string) (*time.Location, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if zone := c.zones[name]; zone != nil {
		return zone, nil
	}
	zone, err := loadZone(name)
	if err != nil {
		return nil, err
	}
	if c.zones == nil {
		c.zones = map[string]*time.Location{}
	}
	c.zones[name] = zone // There are a few hundred names at most.
	return zone, nil
}
