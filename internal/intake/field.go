package intake

// Field is what a column of a file means.
type Field string

// Fields. Ignored is a column that is not taken.
const (
	Ignored Field = ""

	// Of orders. The amounts of a line come first, those of the whole order carry its name.
	OrderNo         Field = "order_no"
	OriginalOrderNo Field = "original_order_no" // The sale that a refund takes back.
	DocumentType    Field = "document_type"     // Sale or return.
	OrderStatus     Field = "order_status"
	PaidAt          Field = "paid_at"
	PaidOn          Field = "paid_on" // A day whose time, if any, stands in PaidTime.
	PaidTime        Field = "paid_time"
	SKUCode         Field = "sku"
	ProductName     Field = "product_name"
	Quantity        Field = "quantity"
	UnitPrice       Field = "unit_price"
	LineDiscount    Field = "line_discount"
	LinePaid        Field = "line_paid"
	OrderDiscount   Field = "order_discount"
	OrderPaid       Field = "order_paid"
	ShopCode        Field = "shop_code"
	ShopName        Field = "shop_name"
	Channel         Field = "channel"
	Clerk           Field = "clerk"
	RefundReason    Field = "refund_reason"

	// Of people, in orders and in files of customers.
	CustomerName Field = "customer_name"
	Phone        Field = "phone"
	CustomerRef  Field = "customer_ref" // The number of the customer in the system the file is of.
	Card         Field = "card"
	Email        Field = "email"

	// Of customers.
	Gender         Field = "gender"
	Birthday       Field = "birthday"
	LunarBirthday  Field = "lunar_birthday"
	CalendarOf     Field = "birthday_calendar" // Solar or lunar, of the birthday.
	Tags           Field = "tags"
	CreatedOn      Field = "created_on"
	ConsentSMS     Field = "consent_sms"
	ConsentWeChat  Field = "consent_wechat"
	ConsentEmail   Field = "consent_email"
	ConsentPhone   Field = "consent_phone"
	ConsentMember  Field = "consent_membership"
	ConsentProfile Field = "consent_profiling"

	// Of products; a file has a row for each SKU or for each style.
	StyleCode Field = "style_code"
	Category  Field = "category"
	Category2 Field = "category_2" // The levels below, when each has a column of its own.
	Category3 Field = "category_3"
	Brand     Field = "brand"
	Colour    Field = "colour"
	Size      Field = "size"
	Scene     Field = "scene"
	Styles    Field = "styles"
	Price     Field = "price"
	Cost      Field = "cost"
	LaunchOn  Field = "launch_on"
	Stock     Field = "stock"
)

// FieldInfo describes a field for the page that maps columns.
type FieldInfo struct {
	Field    Field    `json:"field"`
	Required bool     `json:"required"`
	Names    []string `json:"names" doc:"Column names by which it is recognised."`
}

// Fields returns what the columns of a kind of file can mean, most important first.
func Fields(kind Kind) []FieldInfo { return fieldsOf[kind] }

// fieldsOf lists the fields of each kind with the names of columns that mean them, as tills, malls and
// spreadsheets of shops call them. Names are compared without case, blanks, signs and what is in brackets.
var fieldsOf = map[Kind][]FieldInfo{
	Orders: {
		{OrderNo, true, []string{"订单号", "订单编号", "单号", "销售单号", "小票号", "流水号", "交易号", "交易单号", "单据编号", "单据号", "票号", "订单id", "主订单编号", "父订单号", "销售流水号", "账单号", "结账单号",
			"order no", "order number", "order id", "order", "invoice no", "invoice number", "invoice", "receipt no", "receipt number", "receipt", "transaction id", "transaction no", "ticket", "bill no", "name"}},
		{PaidAt, true, []string{"付款时间", "支付时间", "下单时间", "成交时间", "交易时间", "销售时间", "订单付款时间", "买家付款时间", "订单创建时间", "创建时间", "结账时间", "单据时间", "收款时间", "消费时间", "完成时间", "日期时间",
			"paid at", "payment time", "pay time", "order time", "order date", "invoice date", "created at", "date time", "datetime", "timestamp", "transaction date", "transaction time", "sale time", "date"}},
		{PaidOn, false, []string{"日期", "销售日期", "交易日期", "订单日期", "付款日期", "营业日期", "单据日期", "消费日期", "开单日期", "sale date", "business date", "day"}},
		{PaidTime, false, []string{"时间", "销售时刻", "时刻", "time", "time of day"}},
		{SKUCode, false, []string{"sku", "sku编码", "商品编码", "商品编号", "货号", "条码", "商品条码", "规格编码", "商家编码", "sku商家编码", "外部编码", "产品编码", "商品货号", "款号", "sku码", "商品代码", "品号", "规格条码", "商品id",
			"sku code", "stock code", "item code", "product code", "product id", "article", "article no", "barcode", "item no", "item id", "lineitem sku", "upc", "ean"}},
		{ProductName, false, []string{"商品名称", "商品", "品名", "货品名称", "产品名称", "商品标题", "宝贝标题", "标题", "商品名", "名称", "货品",
			"product name", "product", "item", "item name", "description", "title", "lineitem name", "item description"}},
		{Quantity, false, []string{"数量", "商品数量", "购买数量", "销售数量", "件数", "销量", "宝贝数量", "商品件数",
			"quantity", "qty", "units", "count", "lineitem quantity", "item quantity", "buy mount"}},
		{UnitPrice, false, []string{"单价", "售价", "商品单价", "商品价格", "零售价", "原价", "吊牌价", "销售单价", "商品原价", "标价", "价格",
			"unit price", "price", "item price", "lineitem price", "list price", "unit cost"}},
		{LineDiscount, false, []string{"优惠", "优惠金额", "商品优惠", "单品优惠", "折扣金额", "商品优惠金额", "让利", "让利金额", "line discount", "discount", "discount amount", "lineitem discount", "item discount"}},
		{LinePaid, false, []string{"实付", "商品实付金额", "商品小计", "小计", "商品金额", "成交金额", "实收", "实收金额", "金额", "销售金额", "商品实付", "商品成交金额", "折后金额", "商品总价",
			"line total", "line amount", "amount", "net amount", "sales", "sales value", "subtotal", "line paid", "extended price", "revenue"}},
		{OrderDiscount, false, []string{"订单优惠", "订单优惠金额", "整单优惠", "整单折扣", "优惠总额", "订单折扣", "优惠合计", "order discount", "total discount"}},
		{OrderPaid, false, []string{"实付金额", "订单实付金额", "订单金额", "应付金额", "支付金额", "付款金额", "买家实际支付金额", "订单总价", "总金额", "合计", "订单实收金额", "订单实付", "总价", "实付款", "实收总额", "消费金额",
			"total", "order total", "grand total", "total paid", "paid amount", "order amount", "total amount", "paid"}},
		{DocumentType, false, []string{"单据类型", "类型", "交易类型", "业务类型", "销售类型", "订单类型", "type", "transaction type", "document type"}},
		{OrderStatus, false, []string{"订单状态", "状态", "交易状态", "支付状态", "status", "order status", "financial status", "payment status"}},
		{OriginalOrderNo, false, []string{"原单号", "原订单号", "退货原单号", "关联单号", "原销售单号", "原小票号", "original order no", "original order", "original invoice", "refunded order"}},
		{ShopCode, false, []string{"门店编码", "门店编号", "店铺编码", "店铺编号", "门店代码", "店号", "网点编码", "机构编码", "shop code", "store code", "shop id", "store id", "store no", "branch code", "location id"}},
		{ShopName, false, []string{"门店", "门店名称", "店铺", "店铺名称", "网点", "网点名称", "归属店铺", "归属门店", "下单门店", "销售门店", "收银门店", "店名", "shop", "store", "shop name", "store name", "branch", "location", "outlet"}},
		{Channel, false, []string{"渠道", "订单来源", "销售渠道", "来源", "下单渠道", "订单渠道", "channel", "source", "sales channel"}},
		{Clerk, false, []string{"导购", "导购员", "收银员", "营业员", "店员", "销售员", "业务员", "销售", "clerk", "cashier", "sales person", "salesperson", "sales rep", "staff", "seller", "assistant"}},
		{Phone, false, phoneNames},
		{CustomerName, false, nameNames},
		{CustomerRef, false, refNames},
		{Card, false, cardNames},
		{Email, false, emailNames},
		{RefundReason, false, []string{"退货原因", "退款原因", "退换货原因", "return reason", "refund reason", "reason"}},
	},
	Customers: {
		{Phone, false, phoneNames},
		{CustomerName, false, nameNames},
		{Card, false, cardNames},
		{CustomerRef, false, refNames},
		{Email, false, emailNames},
		{Gender, false, []string{"性别", "称谓", "gender", "sex"}},
		{Birthday, false, []string{"生日", "出生日期", "会员生日", "出生年月", "阳历生日", "公历生日", "客户生日", "birthday", "birth date", "date of birth", "dob", "birthdate"}},
		{LunarBirthday, false, []string{"农历生日", "阴历生日", "lunar birthday"}},
		{CalendarOf, false, []string{"生日类型", "历法", "生日历法", "阴阳历", "birthday type", "birthday calendar"}},
		{ShopCode, false, []string{"门店编码", "门店编号", "店铺编码", "店号", "开卡门店编码", "shop code", "store code", "shop id", "store id"}},
		{ShopName, false, []string{"门店", "门店名称", "归属门店", "所属门店", "开卡门店", "注册门店", "店铺", "归属店铺", "办卡门店", "shop", "store", "home shop", "home store", "store name", "shop name"}},
		{Tags, false, []string{"标签", "会员标签", "客户标签", "客户分组", "分组", "tag", "tags", "labels", "groups"}},
		{CreatedOn, false, []string{"注册时间", "注册日期", "入会时间", "入会日期", "开卡时间", "开卡日期", "创建时间", "加入时间", "成为会员时间", "办卡时间", "成为客户时间", "created on", "created at", "joined on", "join date", "registered", "registration date", "customer since", "member since"}},
		{ConsentSMS, false, []string{"短信同意", "同意短信", "接收短信", "是否接收短信", "短信营销", "sms consent", "accepts sms", "accepts sms marketing", "sms opt in"}},
		{ConsentWeChat, false, []string{"微信同意", "同意微信", "接收微信", "wechat consent", "accepts wechat"}},
		{ConsentEmail, false, []string{"邮件同意", "同意邮件", "接收邮件", "email consent", "accepts email", "accepts email marketing", "accepts marketing", "email opt in"}},
		{ConsentPhone, false, []string{"电话同意", "同意电话", "接收电话", "phone consent", "accepts calls"}},
		{ConsentMember, false, []string{"会员协议", "同意会员协议", "同意入会", "membership consent", "terms accepted"}},
		{ConsentProfile, false, []string{"画像同意", "个性化推荐", "同意个性化", "profiling consent", "accepts profiling"}},
	},
	Products: {
		{StyleCode, false, []string{"款号", "款式编码", "款式编号", "货号", "商品编码", "商品编号", "spu", "spu编码", "商品货号", "产品编码", "商品id", "款式号", "style code", "style", "style no", "product code", "product id", "stock code", "article", "article no", "spu code", "handle", "item code"}},
		{SKUCode, false, []string{"sku", "sku编码", "条码", "商品条码", "规格编码", "sku码", "规格条码", "商家编码", "sku商家编码", "sku code", "barcode", "variant sku", "upc", "ean"}},
		{ProductName, true, []string{"商品名称", "品名", "名称", "商品", "产品名称", "货品名称", "商品标题", "标题", "款式名称", "product name", "name", "title", "product", "description", "item name"}},
		{Category, false, []string{"分类", "类目", "品类", "商品分类", "商品类目", "一级分类", "大类", "类别", "商品类别", "category", "category path", "department", "product category", "category 1", "product type"}},
		{Category2, false, []string{"二级分类", "中类", "小类", "二级类目", "category 2", "subcategory", "sub category"}},
		{Category3, false, []string{"三级分类", "细类", "三级类目", "category 3"}},
		{Brand, false, []string{"品牌", "商品品牌", "brand", "vendor", "manufacturer"}},
		{Colour, false, []string{"颜色", "色号", "颜色名称", "color", "colour"}},
		{Size, false, []string{"尺码", "尺寸", "规格", "码数", "size", "规格名称"}},
		{Scene, false, []string{"场景", "适用场景", "穿着场景", "scene", "occasion"}},
		{Styles, false, []string{"风格", "款式风格", "风格标签", "styles", "style tags"}},
		{Price, false, []string{"售价", "零售价", "价格", "吊牌价", "单价", "销售价", "标价", "price", "retail price", "unit price", "variant price", "list price"}},
		{Cost, false, []string{"成本", "成本价", "进价", "采购价", "进货价", "cost", "cost price", "unit cost", "cost per item", "purchase price"}},
		{LaunchOn, false, []string{"上市日期", "上新日期", "上架时间", "上市时间", "上架日期", "上新时间", "launch day", "launch date", "launch on", "published at", "release date"}},
		{Stock, false, []string{"库存", "库存数量", "库存数", "现有库存", "当前库存", "可用库存", "stock", "inventory", "quantity", "on hand", "stock quantity", "inventory quantity", "variant inventory qty"}},
		{ShopCode, false, []string{"门店编码", "门店编号", "仓库编码", "店号", "shop code", "store code"}},
		{ShopName, false, []string{"门店", "门店名称", "店铺", "仓库", "shop", "store", "location", "store name", "shop name"}},
	},
}

var (
	phoneNames = []string{"手机", "手机号", "手机号码", "电话", "联系电话", "会员手机", "会员手机号", "买家手机", "买家手机号", "客户手机", "客户手机号", "顾客手机", "收货人手机", "收货人手机号", "收货人手机号/提货人手机号", "联系方式", "移动电话", "会员电话",
		"phone", "mobile", "phone number", "mobile number", "mobile phone", "telephone", "tel", "cell", "customer phone", "cellphone"}
	nameNames = []string{"姓名", "客户姓名", "会员姓名", "顾客姓名", "买家姓名", "会员名", "客户名称", "顾客", "会员", "客户", "收货人", "收货人姓名", "收货人/提货人", "会员名称", "真实姓名", "客户", "昵称", "买家昵称", "买家",
		"customer name", "customer", "full name", "member name", "buyer", "buyer name", "name", "billing name"}
	refNames = []string{"会员编号", "会员id", "客户编号", "客户id", "顾客编号", "顾客id", "用户id", "会员号码", "买家id", "客户编码", "会员编码", "用户编号",
		"customer id", "customer no", "customer number", "customer code", "member id", "member number", "user id", "client id", "household id", "buyer id"}
	cardNames  = []string{"会员卡号", "卡号", "会员卡", "会员号", "贵宾卡号", "vip卡号", "实体卡号", "card", "card no", "card number", "member card", "loyalty card", "membership no", "membership number"}
	emailNames = []string{"邮箱", "电子邮箱", "邮件", "电子邮件", "email", "e-mail", "mail", "email address"}
)
