package privacy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// phones are ways of writing a number, with what they are or the code of why not.
var phones = []struct{ name, text, want string }{
	{"plain", "13812345678", "+8613812345678"},
	{"blanks", " 138 1234 5678 ", "+8613812345678"},
	{"dashes", "138-1234-5678", "+8613812345678"},
	{"long dashes", "138–1234—5678", "+8613812345678"},
	{"dots", "138.1234.5678", "+8613812345678"},
	{"brackets", "(138) 1234-5678", "+8613812345678"},
	{"full-width digits", "１３８１２３４５６７８", "+8613812345678"},
	{"full-width brackets and plus", "（＋８６）１３８１２３４５６７８", "+8613812345678"},
	{"ideographic blank", "138　1234　5678", "+8613812345678"},
	{"no-break blank", "138\u00a01234\u00a05678", "+8613812345678"},
	{"marks of direction from an address book", "\u202d13812345678\u202c", "+8613812345678"},
	{"byte order mark", "\ufeff13812345678", "+8613812345678"},
	{"tab in front, to make it text", "\t13812345678", "+8613812345678"},
	{"quote in front, to make it text", "'13812345678", "+8613812345678"},
	{"formula, to make it text", `="13812345678"`, "+8613812345678"},
	{"decimals of a spreadsheet", "13812345678.0", "+8613812345678"},
	{"plus 86", "+8613812345678", "+8613812345678"},
	{"plus 86 apart", "+86 138 1234 5678", "+8613812345678"},
	{"0086", "008613812345678", "+8613812345678"},
	{"86", "8613812345678", "+8613812345678"},
	{"86 with dash", "86-13812345678", "+8613812345678"},
	{"0 of a call to another town", "013812345678", "+8613812345678"},
	{"range 19", "19912345678", "+8619912345678"},
	{"America", "+1 (415) 555-0123", "+14155550123"},
	{"Hong Kong by 00", "00852 5123 4567", "+85251234567"},
	{"Germany", "+49 1512 3456789", "+4915123456789"},
	{"nothing", "", "phone.empty"},
	{"blanks only", " \u200b ", "phone.empty"},
	{"a rounded figure", "1.38E+10", "phone.scientific"},
	{"a rounded figure with all digits", "1.3812345678E+10", "phone.scientific"},
	{"a rounded figure without plus", "1.38e10", "phone.scientific"},
	{"a rounded figure in full width", "１．３８Ｅ＋１０", "phone.scientific"},
	{"stars", "138****5678", "phone.masked"},
	{"crosses", "138xxxx5678", "phone.masked"},
	{"full-width stars", "138＊＊＊＊5678", "phone.masked"},
	{"ten digits", "1381234567", "phone.invalid"},
	{"twelve digits", "138123456789", "phone.invalid"},
	{"range 12", "12812345678", "phone.invalid"},
	{"a landline", "021-61234567", "phone.invalid"},
	{"a landline with plus", "+86 21 6123 4567", "phone.invalid"},
	{"plus 86 and a digit too many", "+86138123456789", "phone.invalid"},
	{"foreign without plus", "4155550123", "phone.invalid"},
	{"foreign, too long", "+1234567890123456", "phone.invalid"},
	{"foreign, starting with 0", "+0123456789", "phone.invalid"},
	{"two numbers", "13812345678/13912345678", "phone.invalid"},
	{"a name", "张三", "phone.invalid"},
	{"digits of another script", "١٣٨١٢٣٤٥٦٧٨", "phone.invalid"},
	{"plus inside", "138+12345678", "phone.invalid"},
	{"very long", strings.Repeat("1", 1000), "phone.invalid"},
}

func TestNormalizePhone(t *testing.T) {
	t.Parallel()
	for _, tt := range phones {
		got, err := privacy.NormalizePhone(tt.text)
		if err != nil {
			got = errs.CodeOf(err)
		}
		if got != tt.want {
			t.Errorf("%s: NormalizePhone(%q) = %q (%v), want %q", tt.name, tt.text, got, err, tt.want)
		}
	}
}

func FuzzNormalizePhone(f *testing.F) {
	for _, tt := range phones {
		f.Add(tt.text)
	}
	valid := regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := privacy.NormalizePhone(text)
		if err != nil {
			if errs.KindOf(err) != errs.Invalid || strings.Contains(err.Error(), text) && len(text) > 8 {
				t.Fatalf("NormalizePhone(%q) = %v, want an Invalid error that does not repeat the text", text, err)
			}
			return
		}
		if !valid.MatchString(got) {
			t.Fatalf("NormalizePhone(%q) = %q, which is not E.164", text, got)
		}
		if again, err := privacy.NormalizePhone(got); again != got {
			t.Fatalf("NormalizePhone(%q) = %q (%v), want itself", got, again, err)
		}
		if m := privacy.MaskPhone(got); strings.Contains(got, m) || len(privacy.LastFour(got)) != 4 {
			t.Fatalf("MaskPhone(%q) = %q hides nothing", got, m)
		}
	})
}

func TestMask(t *testing.T) {
	t.Parallel()
	phone, name, email, address := privacy.MaskPhone, privacy.MaskName, privacy.MaskEmail, privacy.MaskAddress
	card := func(s string) string { return privacy.MaskTail(s, 4) }
	tests := []struct {
		name       string
		mask       func(string) string
		text, want string
	}{
		{"mobile", phone, "+8613812345678", "138****5678"},
		{"foreign", phone, "+14155550123", "+14****0123"},
		{"short foreign", phone, "+5112345", "+51****45"},
		{"too short to show anything", phone, "+51123", "****"},
		{"no phone", phone, "", ""},
		{"two characters", name, "张三", "张*"},
		{"three characters", name, "张三丰", "张**"},
		{"compound surname", name, "欧阳娜娜", "欧阳**"},
		{"compound surname, one character", name, "司马光", "司马*"},
		{"two characters that are also a compound surname", name, "欧阳", "欧*"},
		{"one character", name, "张", "张*"},
		{"long text in a name", name, "张三丰和他的师兄弟们", "张***"},
		{"Latin", name, "John Smith", "J***"},
		{"no name", name, "", ""},
		{"e-mail", email, "anna@example.com", "a***@example.com"},
		{"e-mail starting outside ASCII", email, "安娜@example.com", "安***@example.com"},
		{"not an e-mail", email, "anna", "****"},
		{"identity card", card, "110101199003071234", "****1234"},
		{"short card", card, "1234567", "****"},
		{"district", address, "上海市浦东新区世纪大道100号", "上海市浦东新区****"},
		{"district of an autonomous region", address, "广西壮族自治区南宁市青秀区民族大道1号", "广西壮族自治区南宁市青秀区****"},
		{"county", address, "浙江省杭州市桐庐县迎春南路2号", "浙江省杭州市桐庐县****"},
		{"city without district, in an estate", address, "江苏省昆山市阳光小区3幢", "江苏省昆山市****"},
		{"province only", address, "海南省某处", "海南省****"},
		{"no level named", address, "1 Main Street", "****"},
	}
	for _, tt := range tests {
		if got := tt.mask(tt.text); got != tt.want {
			t.Errorf("%s: %q masked is %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}
