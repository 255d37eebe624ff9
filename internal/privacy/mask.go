package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

const stars = "****"

// MaskPhone returns a normalised number with its middle hidden: 138****5678; a foreign one keeps its
// first two and last two to four digits: +14****0123.
func MaskPhone(e164 string) string {
	if national, ok := strings.CutPrefix(e164, "+86"); ok && mobile.MatchString(national) {
		return national[:3] + stars + national[7:]
	}
	switch n := len(e164); {
	case n == 0:
		return ""
	case n < 8:
		return stars
	case n < 11:
		return e164[:3] + stars + e164[n-2:]
	default:
		return e164[:3] + stars + e164[n-4:]
	}
}

// compoundSurnames are the Chinese family names of two characters (复姓) that are met today.
const compoundSurnames = "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 " +
	"公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 " +
	"轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 左丘 东门 西门 第五 完颜 歐陽 上官 司馬 東方 諸葛 尉遲 皇甫 申屠 鍾離 長孫 慕容"

// maxNameStars bounds the stars, so that a long text put into a name stays short.
const maxNameStars = 3

// MaskName returns the family name and a star for each character after it: 张*, 欧阳**; of other names
// the first letter: J***.
func MaskName(name string) string {
	name = strings.TrimSpace(name)
	runes := []rune(name)
	if len(runes) == 0 {
		return ""
	}
	if !unicode.Is(unicode.Han, runes[0]) {
		return string(runes[:1]) + "***"
	}
	keep := 1
	if len(runes) > 2 && strings.Contains(compoundSurnames, string(runes[:2])) {
		keep = 2
	}
	return string(runes[:keep]) + strings.Repeat("*", max(1, min(maxNameStars, len(runes)-keep)))
}

// MaskEmail returns the first letter and the domain: a***@example.com.
func MaskEmail(email string) string {
	at := strings.LastIndexByte(email, '@')
	switch {
	case email == "":
		return ""
	case at < 1:
		return stars
	}
	_, size := utf8.DecodeRuneInString(email)
	return email[:size] + "***" + email[at:]
}

// MaskTail returns stars and the last digits of a number such as that of an identity card or a member
// card; a number of less than twice as many shows nothing.
func MaskTail(number string, last int) string {
	runes := []rune(number)
	switch {
	case number == "":
		return ""
	case len(runes) < 2*last:
		return stars
	}
	return stars + string(runes[len(runes)-last:])
}

// MaskBirthday returns month and day: 05-20.
func MaskBirthday(day cal.Day) string {
	if day.IsZero() {
		return ""
	}
	return day.String()[len("2006-"):]
}

// MaskAddress returns a Chinese address down to its district (区, 县, 旗), else its city, else its
// province; of an address that names none, nothing is shown.
func MaskAddress(address string) string {
	if address == "" {
		return ""
	}
	const farthest = 30 // A district stands near the front; further on it is the name of a house.
	runes := []rune(strings.TrimSpace(address))
	city, province := 0, 0
	for i, r := range runes[:min(len(runes), farthest)] {
		before := rune(0)
		if i > 0 {
			before = runes[i-1]
		}
		switch {
		case r == '区' && before == '治' && province == 0: // 自治区 is a province.
			province = i + 1
		case r == '区' && strings.ContainsRune("小社校院", before): // 小区 is where she lives.
		case r == '区' && before != '地', r == '县' && before != 0, r == '旗' && before != 0:
			return string(runes[:i+1]) + stars
		case r == '市' && city == 0:
			city = i + 1
		case r == '省' && province == 0:
			province = i + 1
		}
	}
	if end := max(city, province); end > 0 {
		return string(runes[:end]) + stars
	}
	return stars
}
