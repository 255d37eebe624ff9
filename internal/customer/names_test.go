package customer

import (
	"strings"
	"testing"
)

func TestKeysOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		want nameKeys
	}{
		{"", nameKeys{}},
		{"  ", nameKeys{}},
		{"张三", nameKeys{"张三", "三", "zhangsan", "zs"}},
		{"张三丰", nameKeys{"张三丰", "三丰", "zhangsanfeng", "zsf"}},
		{"欧阳锋", nameKeys{"欧阳锋", "锋", "ouyangfeng", "oyf"}},
		{"欧阳", nameKeys{"欧阳", "阳", "ouyang", "oy"}},
		{"曾小贤", nameKeys{"曾小贤", "小贤", "zengxiaoxian", "zxx"}},
		{"单雄信", nameKeys{"单雄信", "雄信", "shanxiongxin", "sxx"}},
		{"尉迟恭", nameKeys{"尉迟恭", "恭", "yuchigong", "ycg"}},
		{"吕布", nameKeys{"吕布", "布", "lvbu", "lb"}},
		{"Ｊohn  SMITH", nameKeys{"john smith", "smith", "johnsmith", "js"}},
		{"Zoë", nameKeys{"zoë", "", "zoe", "z"}},
		{"李Amy", nameKeys{"李amy", "amy", "liamy", "la"}},
		{"王*", nameKeys{"王*", "*", "wang", "w"}},
		{"😀", nameKeys{"😀", "", "", ""}},
	} {
		if got := keysOf(c.name); got != c.want {
			t.Errorf("keysOf(%q) = %+v, want %+v", c.name, got, c.want)
		}
	}
	if got := keysOf(strings.Repeat("龘", 500)); len([]rune(got.Name)) != maxNameKey {
		t.Errorf("key of a long name has %d characters, want %d", len([]rune(got.Name)), maxNameKey)
	}
}

func BenchmarkKeysOf(b *testing.B) {
	for b.Loop() {
		keysOf("欧阳晓婷")
	}
}

func FuzzKeysOf(f *testing.F) {
	f.Add("张三")
	f.Add("O'Neil 王\x00\xff")
	f.Fuzz(func(t *testing.T, name string) {
		k := keysOf(name)
		if len(k.Initials) > len(k.Pinyin) {
			t.Errorf("keysOf(%q) = %+v: more initials than letters", name, k)
		}
	})
}
