package intake

import (
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// described writes what columns mean in short: "order_no paid_at . sku".
func described(m Mapping) string {
	fields := make([]string, len(m.Columns))
	for i, c := range m.Columns {
		fields[i] = string(c.Field)
		if c.Field == Ignored {
			fields[i] = "."
		}
	}
	return strings.Join(fields, " ")
}

func TestPropose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		kind    Kind
		headers string
		preset  string // preset is what is recognised.
		want    string
	}{
		{"Online Retail", Orders, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country", OnlineRetail,
			"order_no sku product_name quantity paid_at unit_price customer_ref ."},
		{"Online Retail II is read by its names", Orders, "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country", generic,
			"order_no sku product_name quantity paid_at unit_price customer_ref ."},
		{"Youzan", Orders, "订单号,订单状态,买家付款时间,归属店铺,全部商品名称,商品编码,商品单价(元),商品数量,商品实际成交金额,订单实付金额,买家昵称,买家手机号,收货人/提货人", "youzan",
			"order_no order_status paid_at shop_name product_name sku unit_price quantity line_paid order_paid . phone customer_name"},
		{"Weimob", Orders, "订单编号,付款时间,商品名称,SKU编码,购买数量,销售单价,实付金额,客户手机号,客户姓名,所属门店", "weimob",
			"order_no paid_at product_name sku quantity unit_price order_paid phone customer_name shop_name"},
		{"Yinbao", Orders, "流水号,日期,类型,商品名称,商品条码,销售数量,商品原价,商品总价,收银员,会员号,会员姓名,会员电话", "yinbao",
			"order_no paid_at document_type product_name sku quantity unit_price line_paid clerk card customer_name phone"},
		{"a till of no name", Orders, "小票号,销售日期,时间,货号,品名,数量,单价,折扣金额,小计,门店,导购,会员卡号", generic,
			"order_no paid_on paid_time sku product_name quantity unit_price line_discount line_paid shop_name clerk card"},
		{"Shopify", Orders, "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Total,Phone", generic,
			"order_no email order_status paid_at quantity product_name unit_price sku order_paid phone"},
		{"signs, width and case do not matter", Orders, "＊订单号（必填）, 付 款 时 间 ,单价(元)", generic, "order_no paid_at unit_price"},
		{"a name that comes twice is given once", Orders, "订单号,订单号,付款时间,单价", generic, "order_no . paid_at unit_price"},
		{"customers", Customers, "姓名,手机号,性别,生日,归属门店,会员卡号,标签,注册时间,是否接收短信", generic,
			"customer_name phone gender birthday shop_name card tags created_on consent_sms"},
		{"customers in English", Customers, "Full Name,Mobile,Sex,Date of Birth,Home Store,Card No,Tags,Member Since,Email", generic,
			"customer_name phone gender birthday shop_name card tags created_on email"},
		{"products", Products, "款号,SKU编码,商品名称,一级分类,二级分类,品牌,颜色,尺码,场景,吊牌价,成本价,上市日期,库存", generic,
			"style_code sku product_name category category_2 brand colour size scene price cost launch_on stock"},
		{"nothing known", Orders, "a,b,c", generic, ". . ."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, preset := propose(c.kind, strings.Split(c.headers, ","), "")
			if got := described(m); got != c.want || preset != c.preset {
				t.Errorf("got %s by %s\nwant %s by %s", got, preset, c.want, c.preset)
			}
		})
	}
}

// Every name of a field must find that field, or one that stands before it in the list.
func TestSynonyms_are_reachable(t *testing.T) {
	t.Parallel()
	for kind, fields := range fieldsOf {
		for at, f := range fields {
			for _, name := range f.Names {
				m, _ := propose(kind, []string{name}, generic)
				got := m.Columns[0].Field
				place := -1
				for i, other := range fields {
					if other.Field == got {
						place = i
					}
				}
				if place < 0 || place > at {
					t.Errorf("%s: %q of %s finds %q", kind, name, f.Field, got)
				}
			}
		}
	}
}

func TestMapping_validate(t *testing.T) {
	t.Parallel()
	column := func(f Field) Column { return Column{Header: "x", Field: f} }
	valid := Options{Source: "till"}
	for _, c := range []struct {
		name    string
		kind    Kind
		columns []Column
		options Options
		want    string // want is "path code" of the faults.
	}{
		{"enough", Orders, []Column{column(OrderNo), column(PaidAt), column(LinePaid)}, valid, ""},
		{"nothing", Orders, []Column{column(Ignored)}, valid, "columns needs_order_no, columns needs_paid_at, columns needs_amount"},
		{"twice", Customers, []Column{column(Phone), column(Phone)}, valid, "columns[1].field twice"},
		{"of another kind", Customers, []Column{column(Phone), column(SKUCode)}, valid, "columns[1].field unknown"},
		{"no source", Customers, []Column{column(Phone)}, Options{}, "options.source required"},
		{"no such zone", Customers, []Column{column(Phone)}, Options{Source: "x", TimeZone: "Mars/Olympus"}, "options.time_zone unknown"},
		{"the zone of the server", Customers, []Column{column(Phone)}, Options{Source: "x", TimeZone: "Local"}, "options.time_zone unknown"},
		{"consent without the text", Customers, []Column{column(Phone), column(ConsentSMS)}, valid, "options.consent_text required"},
		{"by code alone", Products, []Column{column(SKUCode)}, Options{}, "columns needs_name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := Mapping{Columns: c.columns, Options: c.options}.validate(c.kind)
			var got []string
			if e, ok := err.(*errs.Error); ok {
				for _, f := range e.Fields {
					got = append(got, f.Path+" "+f.Code)
				}
			}
			if text := strings.Join(got, ", "); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}
