package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// personRow is a row of a file of customers.
type personRow struct {
	line     int
	draft    customer.Draft
	consents []privacy.Act
	place    place
	faults   []Fault
}

var (
	errNoIdentity = &problem{"customer.no_identity", "the row has nothing by which the customer can be found"}
	errGender     = &problem{"gender.unknown", "the gender is 女 or 男, female or male"}
	errBirthday   = &problem{"birthday.invalid", "this is not a birthday: write 1990-05-20, 5月20日, or 农历八月十五"}
	errConsent    = &problem{"consent.unclear", "write 是 or 否, yes or no"}
)

// person makes a customer of a row.
func (r *reader) person(row Row) personRow {
	out := personRow{line: row.Line}
	if row.Fault != nil {
		out.faults = []Fault{*row.Fault}
		return out
	}
	s := sale{}
	h := heading{saleReader: &r.sales, out: &s}
	h.readPerson(row)
	h.readPlace(row)
	d := &out.draft
	d.Identities, d.Name, d.Source = h.identities, h.name, r.options.Source
	out.place = s.place
	d.Gender = h.gender(row)
	d.Birthday = h.birthday(row)
	d.Tags = tagsOf(h.text(row, Tags))
	if text := h.word(row, CreatedOn, 64); text != "" {
		at, p := h.when.at(text)
		if p != nil {
			h.fault(p, row.Line, CreatedOn)
		}
		d.CreatedAt = at
	}
	out.consents = h.consents(row, d.CreatedAt)
	if len(d.Identities) == 0 && len(s.faults) == 0 {
		h.fault(errNoIdentity, row.Line, Phone)
	}
	out.faults = s.faults
	return out
}

func (h *heading) gender(row Row) customer.Gender {
	switch text := strings.ToLower(h.word(row, Gender, 20)); text {
	case "", "保密", "其他", "其它", "secret":
		return ""
	case "女", "女士", "女性", "小姐", "太太", "f", "female", "woman", "ms", "mrs":
		return customer.Female
	case "男", "男士", "男性", "先生", "m", "male", "man", "mr":
		return customer.Male
	case "other":
		return customer.Other
	default:
		h.fault(errGender, row.Line, Gender)
		return ""
	}
}

// tagsOf splits a cell of tags.
func tagsOf(text string) []string {
	var tags []string
	for _, tag := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；|\n", r) }) {
		if tag = oneLine(trim(tag)); tag != "" && !stopgaps[strings.ToLower(tag)] {
			tags = append(tags, tag)
		}
	}
	return tags
}

// birthday reads the birthday, from the column of the lunar one if there is one.
func (h *heading) birthday(row Row) customer.DraftDate {
	f, calendar := Birthday, customer.Solar
	text := h.word(row, Birthday, 64)
	if text == "" {
		f, calendar, text = LunarBirthday, customer.Lunar, h.word(row, LunarBirthday, 64)
	}
	if isLunar(h.text(row, CalendarOf)) {
		calendar = customer.Lunar
	}
	if text == "" || noBirthday[text] {
		return customer.DraftDate{}
	}
	d, p := parseBirthday(text, calendar, h.when)
	if p != nil {
		h.fault(p, row.Line, f)
	}
	return d
}

// noBirthday are what databases write for none.
var noBirthday = map[string]bool{"0000-00-00": true, "1900-01-00": true, "1900-01-01": true, "1900/1/0": true, "1900/1/1": true, "0": true, "00-00": true}

func isLunar(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "农") || strings.Contains(text, "阴") || strings.Contains(text, "lunar")
}

// parseBirthday reads a birthday with or without its year. 农历 in front of it, or a month in words, makes
// it lunar.
func parseBirthday(text string, calendar customer.Calendar, when moments) (customer.DraftDate, *problem) {
	for _, word := range []string{"农历", "阴历", "農曆"} {
		if rest, ok := strings.CutPrefix(text, word); ok {
			text, calendar = trim(rest), customer.Lunar
		}
	}
	if d, ok := parseLunarWords(text); ok {
		return d, nil
	}
	numbers, n, ok := scanNumbers(narrow(text))
	if ok && n == 2 && numbers[1].sep == '-' && numbers[0].digits <= 2 && numbers[1].digits <= 2 {
		d := customer.DraftDate{Calendar: calendar, Month: numbers[0].value, Day: numbers[1].value}
		if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31 {
			return customer.DraftDate{}, errBirthday
		}
		return d, nil
	}
	if calendar == customer.Lunar && ok && n == 3 && numbers[0].digits == 4 && numbers[1].value <= 12 && numbers[2].value <= 30 {
		return customer.DraftDate{Calendar: calendar, Year: numbers[0].value, Month: numbers[1].value, Day: numbers[2].value}, nil
	}
	w, p := when.parse(text)
	if p != nil {
		return customer.DraftDate{}, p
	}
	return customer.DraftDate{Calendar: calendar, Year: w.year, Month: w.month, Day: w.day}, nil
}

// parseLunarWords reads 八月十五, 1985年闰六月初三, 腊月廿三: months and days in words are always lunar.
func parseLunarWords(text string) (customer.DraftDate, bool) {
	d := customer.DraftDate{Calendar: customer.Lunar}
	if year, rest, ok := strings.Cut(text, "年"); ok {
		if !allDigits(year) || len(year) != 4 {
			return d, false
		}
		for _, c := range year {
			d.Year = d.Year*10 + int(c-'0')
		}
		text = trim(rest)
	}
	text, d.Leap = strings.CutPrefix(text, "闰")
	month, day, ok := strings.Cut(text, "月")
	if !ok {
		return d, false
	}
	d.Month, d.Day = lunarMonth(month), lunarDay(strings.TrimSuffix(trim(day), "日"))
	return d, d.Month > 0 && d.Day > 0
}

var digitWords = "一二三四五六七八九十"

func digitOf(r rune) int {
	at := strings.IndexRune(digitWords, r)
	if at < 0 {
		return 0
	}
	return utf8.RuneCountInString(digitWords[:at]) + 1
}

func lunarMonth(text string) int {
	switch text {
	case "正":
		return 1
	case "冬", "十一":
		return 11
	case "腊", "臘", "十二":
		return 12
	}
	if utf8.RuneCountInString(text) != 1 {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(text)
	return digitOf(r)
}

// lunarDay reads 初三, 十五, 廿三, 二十三 and 三十.
func lunarDay(text string) int {
	for _, t := range []struct {
		prefix string
		add    int
	}{{"初", 0}, {"廿", 20}, {"二十", 20}, {"三十", 30}, {"十", 10}} {
		rest, ok := strings.CutPrefix(text, t.prefix)
		if !ok {
			continue
		}
		if rest == "" {
			return t.add
		}
		r, size := utf8.DecodeRuneInString(rest)
		n := digitOf(r)
		if n == 0 || size != len(rest) || n == 10 && t.add != 0 {
			return 0
		}
		return t.add + n
	}
	return 0
}

// consentField says what a column of consent is about.
type consentField struct {
	field   Field
	channel privacy.Channel
	purpose privacy.Purpose
}

var consentFields = []consentField{
	{ConsentSMS, privacy.SMS, privacy.Marketing},
	{ConsentWeChat, privacy.WeChat, privacy.Marketing},
	{ConsentEmail, privacy.Email, privacy.Marketing},
	{ConsentPhone, privacy.Phone, privacy.Marketing},
	{ConsentMember, privacy.AnyChannel, privacy.Membership},
	{ConsentProfile, privacy.AnyChannel, privacy.Profiling},
}

// consents reads what the customer agreed to, and refused. An empty cell is silence.
func (h *heading) consents(row Row, at time.Time) []privacy.Act {
	var acts []privacy.Act
	for _, c := range consentFields {
		text := strings.ToLower(h.word(row, c.field, 20))
		if text == "" {
			continue
		}
		given, clear := yesOrNo(text)
		if !clear {
			h.fault(errConsent, row.Line, c.field)
			continue
		}
		acts = append(acts, privacy.Act{
			Channel: c.channel, Purpose: c.purpose, Given: given, Evidence: privacy.Evidence{How: "import"}, HappenedAt: at, History: true,
		})
	}
	return acts
}

func yesOrNo(text string) (yes, clear bool) {
	switch text {
	case "是", "同意", "已同意", "接收", "允许", "有", "y", "yes", "true", "1", "t", "subscribed":
		return true, true
	case "否", "不同意", "未同意", "拒绝", "不接收", "退订", "n", "no", "false", "0", "f", "unsubscribed":
		return false, true
	}
	return false, false
}

// writePeople saves the customers of a batch.
func (r *run) writePeople(ctx context.Context, tx *db.Tx, people []personRow) (result, error) {
	var res result
	var drafts []customer.Draft
	var of []*personRow
	for i := range people {
		p := &people[i]
		res.counts.Rows++
		res.faults = append(res.faults, p.faults...)
		if len(p.faults) > 0 {
			continue
		}
		if p.place.shopCode != "" || p.place.shopName != "" {
			shop, fault, err := r.shop(ctx, tx, p.place)
			if err != nil {
				return res, err
			}
			if fault != nil {
				res.faults = append(res.faults, fault.at(p.line, ShopCode))
				continue
			}
			p.draft.ShopID = shop.Int64()
		}
		drafts, of = append(drafts, p.draft), append(of, p)
	}
	saved, err := r.Customers.SaveMany(ctx, tx, drafts)
	if err != nil {
		return res, fmt.Errorf("save customers: %w", err)
	}
	texts := map[privacy.Purpose]map[privacy.Channel]privacy.TextID{}
	var acts []privacy.Act
	for i, s := range saved {
		switch {
		case s.Err != nil:
			res.faults = append(res.faults, personFaults(s.Err, of[i].line)...)
			continue
		case s.Created:
			res.customers = append(res.customers, s.ID.Int64())
			res.strangers = append(res.strangers, personKey(drafts[i].Identities))
		case s.Unchanged:
			res.counts.Unchanged++
		default:
			res.counts.Updated++
		}
		for _, a := range of[i].consents {
			if a.TextID, err = r.consentText(ctx, tx, a, texts); err != nil {
				return res, err
			}
			a.CustomerID = s.ID.Int64()
			acts = append(acts, a)
		}
	}
	if err := r.Customers.Consents.Record(ctx, tx, acts...); err != nil {
		return res, fmt.Errorf("record consents: %w", err)
	}
	res.counts.Customers = int64(len(res.customers))
	res.counts.Errors = int64(len(res.faults))
	return res, nil
}

// consentText returns the text that was agreed to, as a version of its purpose and channel.
func (r *run) consentText(ctx context.Context, tx *db.Tx, a privacy.Act, known map[privacy.Purpose]map[privacy.Channel]privacy.TextID) (privacy.TextID, error) {
	if !a.Given {
		return privacy.TextID{}, nil
	}
	if id, ok := known[a.Purpose][a.Channel]; ok {
		return id, nil
	}
	text, err := r.Customers.Consents.PublishText(ctx, tx, a.Purpose, a.Channel, r.imp.Mapping.Options.ConsentText)
	if err != nil {
		return privacy.TextID{}, fmt.Errorf("publish text of consent: %w", err)
	}
	if known[a.Purpose] == nil {
		known[a.Purpose] = map[privacy.Channel]privacy.TextID{}
	}
	known[a.Purpose][a.Channel] = text.ID
	return text.ID, nil
}

func personFaults(err error, line int) []Fault {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) == 0 {
		return []Fault{{Line: line, Code: errs.CodeOf(err), Message: "this could not be recorded"}}
	}
	faults := make([]Fault, len(e.Fields))
	for i, f := range e.Fields {
		field := f.Path
		switch field {
		case "shop_id":
			field = string(CustomerRef)
		case "name":
			field = string(CustomerName)
		}
		faults[i] = Fault{Line: line, Field: field, Code: f.Code, Message: f.Message}
	}
	return faults
}
