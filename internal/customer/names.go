package customer

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// nameKeys are the ways to find a customer by name. Each is searched from its start.
type nameKeys struct {
	Name     string // Name is the whole name in lower case.
	Given    string // Given is the name without the surname, or the last word.
	Pinyin   string // Pinyin is the reading without blanks and tones: "ouyangfeng".
	Initials string // Initials are the first letters of the syllables: "oyf".
}

// compoundSurnames (复姓) have two characters.
var compoundSurnames = []string{
	"欧阳", "司马", "诸葛", "上官", "司徒", "东方", "独孤", "南宫", "夏侯", "尉迟", "皇甫", "公孙", "慕容", "令狐", "长孙",
	"宇文", "轩辕", "端木", "百里", "呼延", "东郭", "南门", "西门", "申屠", "钟离", "闻人", "澹台", "公冶", "宗政", "濮阳",
	"淳于", "单于", "太叔", "仲孙", "鲜于", "闾丘", "赫连", "万俟", "拓跋", "第五", "歐陽", "司馬", "諸葛", "東方", "獨孤",
	"南宮", "尉遲", "公孫", "長孫", "軒轅",
}

// surnameReadings are surnames that are read in another way than the word.
var surnameReadings = map[string]string{
	"曾": "zeng", "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "区": "ou", "區": "ou", "查": "zha", "翟": "zhai", "乐": "yue",
	"朴": "piao", "盖": "ge", "缪": "miao", "繆": "miao", "冼": "xian", "覃": "qin", "折": "she", "秘": "bi", "种": "chong",
	"召": "shao", "那": "na", "尉": "wei", "宁": "ning", "逄": "pang", "黑": "he", "员": "yun", "繁": "po", "晟": "cheng", "洗": "xian",
	"尉迟": "yu chi", "尉遲": "yu chi", "万俟": "mo qi", "单于": "chan yu", "长孙": "zhang sun", "長孫": "zhang sun", "澹台": "tan tai",
}

// maxNameKey bounds a key; a name that is longer is found by its start.
const maxNameKey = 60

// keysOf returns the keys of a name.
func keysOf(name string) nameKeys {
	name = foldName(name)
	if name == "" {
		return nameKeys{}
	}
	surname, given := splitName(name)
	syllables := append(readSurname(surname), readAll(given)...)
	k := nameKeys{Name: name, Given: given, Pinyin: strings.Join(syllables, "")}
	for _, s := range syllables {
		k.Initials += s[:1]
	}
	for _, key := range []*string{&k.Name, &k.Given, &k.Pinyin, &k.Initials} {
		if runes := []rune(*key); len(runes) > maxNameKey {
			*key = string(runes[:maxNameKey])
		}
	}
	return k
}

// foldName makes spellings of one name equal: compatible forms, lower case, single blanks.
func foldName(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(name))), " ")
}

// splitName separates the surname: of a Chinese name its first or first two characters, of another name
// all words but the last.
func splitName(name string) (surname, given string) {
	runes := []rune(name)
	if !unicode.Is(unicode.Han, runes[0]) {
		if i := strings.LastIndexByte(name, ' '); i >= 0 {
			return name[:i], name[i+1:]
		}
		return name, ""
	}
	n := 1
	if len(runes) > 2 && slices.Contains(compoundSurnames, string(runes[:2])) {
		n = 2
	}
	return string(runes[:n]), string(runes[n:])
}

func readSurname(surname string) []string {
	if reading, ok := surnameReadings[surname]; ok {
		return strings.Fields(reading)
	}
	return readAll(surname)
}

// readAll returns the syllables of a text: one for each Chinese character, one for each word of Latin
// letters and digits. Other characters have no reading.
func readAll(text string) []string {
	var syllables []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			syllables = append(syllables, word.String())
			word.Reset()
		}
	}
	for _, r := range text {
		if reading := readRune(r); reading != "" {
			end()
			syllables = append(syllables, reading)
			continue
		}
		switch plain := latin(r); {
		case plain != 0:
			word.WriteByte(plain)
		default:
			end()
		}
	}
	end()
	return syllables
}

// readRune returns the first reading of a Chinese character without its tone, or "".
func readRune(r rune) string {
	reading, ok := pinyin.PinyinDict[int(r)]
	if !ok {
		return ""
	}
	reading, _, _ = strings.Cut(reading, ",")
	var b strings.Builder
	for _, c := range reading {
		if plain := latin(c); plain != 0 {
			b.WriteByte(plain)
		}
	}
	return b.String()
}

// latin returns the letter or digit without accents, 0 for anything else. The letter ü becomes v, as it
// is typed.
func latin(r rune) byte {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return byte(r)
	case r < 0x80:
		return 0
	case strings.ContainsRune("üǖǘǚǜ", r):
		return 'v'
	}
	d := norm.NFD.PropertiesString(string(r)).Decomposition()
	if len(d) > 0 && d[0] >= 'a' && d[0] <= 'z' {
		return d[0]
	}
	return 0
}
