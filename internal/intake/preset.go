package intake

import (
	"slices"
	"strconv"
	"sync"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Preset knows the columns of the exports of one system.
type Preset struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Kind  Kind   `json:"kind"`

	columns  map[string]Field // columns are by folded name.
	signs    []string         // signs are folded names that, together, no other export has.
	options  Options
	complete bool // complete presets take no other column.
}

// OnlineRetail is the preset of the public data set UCI Online Retail.
const OnlineRetail = "online-retail"

// generic is what files of no known system are read with.
const generic = "generic"

// presets are patterns of the exports that shops most often have. Column names change with the version
// of a system, so what they do not name is found by the synonyms of the fields.
var presets = []Preset{
	{
		Name: OnlineRetail, Title: "UCI Online Retail", Kind: Orders, complete: true,
		columns: map[string]Field{
			"invoiceno": OrderNo, "stockcode": SKUCode, "description": ProductName, "quantity": Quantity,
			"invoicedate": PaidAt, "unitprice": UnitPrice, "customerid": CustomerRef,
		},
		signs: []string{"invoiceno", "stockcode", "invoicedate", "unitprice"},
		// An invoice that starts with C takes goods back, of which order it does not say.
		options: Options{Source: OnlineRetail, Channel: "online", RefundPrefix: "C", KeepUnsold: true},
	},
	{
		Name: "youzan", Title: "有赞", Kind: Orders,
		columns: map[string]Field{
			"订单号": OrderNo, "买家付款时间": PaidAt, "商品名称": ProductName, "全部商品名称": ProductName, "规格编码": SKUCode, "商品编码": SKUCode,
			"商品单价": UnitPrice, "商品数量": Quantity, "商品实际成交金额": LinePaid, "订单实付金额": OrderPaid, "归属店铺": ShopName,
			"买家手机号": Phone, "买家昵称": Ignored, "收货人/提货人": CustomerName, "订单状态": OrderStatus,
		},
		signs:   []string{"订单号", "买家付款时间", "买家手机号"},
		options: Options{Source: "youzan", Channel: "mini_program", FillDown: true},
	},
	{
		Name: "weimob", Title: "微盟", Kind: Orders,
		columns: map[string]Field{
			"订单编号": OrderNo, "付款时间": PaidAt, "商品名称": ProductName, "sku编码": SKUCode, "商品编码": SKUCode, "销售单价": UnitPrice,
			"购买数量": Quantity, "商品实付金额": LinePaid, "实付金额": OrderPaid, "所属门店": ShopName, "客户手机号": Phone,
			"客户姓名": CustomerName, "订单状态": OrderStatus,
		},
		signs:   []string{"订单编号", "付款时间", "购买数量", "客户手机号"},
		options: Options{Source: "weimob", Channel: "mini_program", FillDown: true},
	},
	{
		Name: "yinbao", Title: "银豹", Kind: Orders,
		columns: map[string]Field{
			"流水号": OrderNo, "日期": PaidAt, "销售时间": PaidAt, "商品名称": ProductName, "商品条码": SKUCode, "商品原价": UnitPrice, "销售数量": Quantity,
			"商品总价": LinePaid, "实收金额": LinePaid, "收银员": Clerk, "导购员": Clerk, "会员号": Card, "会员姓名": CustomerName, "会员电话": Phone,
			"类型": DocumentType, "门店": ShopName,
		},
		signs:   []string{"流水号", "商品条码", "收银员"},
		options: Options{Source: "yinbao", Channel: "store"},
	},
	{
		Name: "taobao", Title: "淘宝、天猫", Kind: Orders,
		columns: map[string]Field{
			"订单编号": OrderNo, "主订单编号": OrderNo, "订单付款时间": PaidAt, "宝贝标题": ProductName, "标题": ProductName, "外部系统编号": SKUCode, "商家编码": SKUCode,
			"购买数量": Quantity, "宝贝总数量": Ignored, "买家实际支付金额": OrderPaid, "买家实付金额": LinePaid, "买家会员名": CustomerRef,
			"收货人姓名": CustomerName, "联系手机": Phone, "订单状态": OrderStatus,
		},
		signs:   []string{"买家会员名", "订单付款时间"},
		options: Options{Source: "taobao", Channel: "online"},
	},
	{Name: generic, Title: "Other", Kind: Orders, options: Options{Source: "import"}},
	{Name: generic, Title: "Other", Kind: Customers, options: Options{Source: "import"}},
	{Name: generic, Title: "Other", Kind: Products, options: Options{Source: "import"}},
}

// Presets returns the presets of a kind.
func Presets(kind Kind) []Preset {
	return slices.DeleteFunc(slices.Clone(presets), func(p Preset) bool { return p.Kind != kind })
}

// checkPreset refuses the name of a preset that the kind does not have (preset.unknown). No name is none.
func checkPreset(kind Kind, name string) error {
	if name == "" || slices.ContainsFunc(presets, func(p Preset) bool { return p.Kind == kind && p.Name == name }) {
		return nil
	}
	return errs.New(errs.Invalid, "preset.unknown", "files of %s have no such preset", kind)
}

// findPreset returns the preset with the name, else the one whose signs are all among the headers.
func findPreset(kind Kind, headers []string, name string) Preset {
	names := map[string]bool{}
	for _, h := range headers {
		names[fold(h)] = true
	}
	of := Presets(kind)
	for _, p := range of {
		missing := slices.ContainsFunc(p.signs, func(s string) bool { return !names[s] })
		if name == p.Name || name == "" && len(p.signs) > 0 && !missing {
			return p
		}
	}
	return of[len(of)-1]
}

// synonyms returns the folded names of all columns of a kind.
func synonyms(kind Kind) map[string]bool { return allSynonyms()[kind] }

var allSynonyms = sync.OnceValue(func() map[Kind]map[string]bool {
	all := map[Kind]map[string]bool{}
	for kind, fields := range fieldsOf {
		all[kind] = map[string]bool{}
		for _, f := range fields {
			for _, name := range f.Names {
				all[kind][fold(name)] = true
			}
		}
	}
	for _, p := range presets {
		for name := range p.columns {
			all[p.Kind][name] = true
		}
	}
	return all
})

func columnPath(i int) string { return "columns[" + strconv.Itoa(i) + "].field" }
