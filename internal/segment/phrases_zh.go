package segment

// chinese returns the phrases of Chinese sentences.
func chinese() *phrases {
	return &phrases{
		quotes: [2]string{"「", "」"}, brackets: [2]string{"（", "）"}, comma: "，",
		and: []string{"且", "并且", "而且", "同时", "和", "and", "&&"}, or: []string{"或", "或者", "或是", "or", "||"},
		not:     []string{"不满足", "不符合", "并非", "非", "not"},
		listAnd: []string{"和", "与", "及", "、", "以及"}, listOr: []string{"或", "或者", "、", "和", "与"},
		ops: map[Op][]string{
			GTE: {"至少", "不少于", "不低于", "不小于", "大于等于", "大于或等于", "最少", "起码", "达到", ">=", "≥"},
			LTE: {"至多", "最多", "不超过", "不多于", "不高于", "不大于", "小于等于", "小于或等于", "<=", "≤"},
			GT:  {"超过", "大于", "多于", "高于", "超出", ">"}, LT: {"少于", "小于", "低于", "不足", "不到", "不满", "<"},
			EQ: {"等于", "恰好", "正好", "刚好", "为", "是", "=", "=="}, NE: {"不等于", "不是", "不为", "!=", "≠", "<>"},
			Between: {"在", "介于", "处于"},
			In:      {"是", "为", "属于", "等于", "=", "是以下之一"}, NotIn: {"不是", "不为", "不属于", "不等于", "!=", "≠"},
			Contains: {"包含", "含有", "含", "包括", "里有"},
			AnyOf:    {"包含", "有", "含有", "含", "包括", "是", "为"}, AllOf: {"同时包含", "同时有", "全部包含", "都包含", "同时含有"},
			NoneOf: {"不包含", "没有", "不含", "不含有", "不包括", "不是", "不为"},
			Known:  {"已知", "已填写", "有值", "不为空"}, Unknown: {"未知", "未填写", "为空", "不详"},
			Yes: {"为是", "是"}, No: {"为否", "否", "不为是", "不是"},
			Since: {"不早于", "晚于或等于", ">=", "≥"}, Until: {"不晚于", "早于或等于", "<=", "≤"},
		},
		betweenAnd: []string{"到", "至", "和", "与", "~", "-", "—", "–"}, betweenEnd: []string{"之间", "间"},
		orMore: []string{"以上", "及以上", "或以上", "或更多", "起"}, orLess: []string{"以下", "以内", "之内", "及以下", "或以下", "或更少"},
		has: []string{"有", "有过", "曾有", "曾"}, hasNo: []string{"没有", "没有过", "没", "未", "无", "从未", "从未有", "从未有过"},
		ever: []string{"累计", "总", "总共", "一共", "历史"},
		last: []string{"最近", "近", "过去", "在最近", "最近的"}, lastEnd: []string{"内", "以内", "之内", "里"}, butNot: []string{"但不含最近", "不含最近", "但除最近", "除最近"},
		next: []string{"未来", "接下来", "今后", "往后"}, nextEnd: []string{"内", "以内", "之内"}, today: []string{"今天", "今日", "当天"},
		from: []string{"从", "自", "在"}, to: []string{"到", "至", "~", "-", "—"}, toEnd: []string{"期间", "之间", "为止", "内"},
		since: []string{"从", "自"}, sinceEnd: []string{"起", "以来", "开始", "之后", "以后"}, until: []string{"截至", "截止", "到", "截止到"},
		spans: []spanWord{{"天", 1, 0}, {"日", 1, 0}, {"小时", 0, 1}, {"个小时", 0, 1}, {"钟头", 0, 1}, {"周", 7, 0}, {"星期", 7, 0}, {"个星期", 7, 0}, {"礼拜", 7, 0},
			{"个月", 30, 0}, {"月", 30, 0}, {"年", 365, 0}},
		named: []spanWord{{"半年", 180, 0}, {"一年", 365, 0}},
		with:  []string{""}, of: []string{"的"}, alsoWith: []string{"、", "且", "并且", "和", ","},
		labels: map[string][]string{
			"categories": {"品类", "类目", "分类"}, "products": {"商品", "款号", "款"}, "styles": {"风格"}, "brands": {"品牌"}, "scenes": {"场合", "场景"},
			"shops": {"门店", "店铺"}, "channels": {"渠道"}, "clerks": {"店员", "导购"}, "reasons": {"原因", "退款原因"}, "from_stages": {"原阶段"}, "to_stages": {"新阶段"}, "amount": {"单笔金额", "金额"},
		},
		after: []string{"且之后", "之后", "并且之后", "但之后", "后续"}, afterEnd: []string{"内", "以内", "之内", ""}, unless: []string{"没有", "没", "未", "无"},
		units: map[Unit][]unitWord{
			Fen:  {{"元", 1}, {"块", 1}, {"块钱", 1}, {"圆", 1}, {"元钱", 1}, {"rmb", 1}, {"万元", 10_000}, {"万", 10_000}, {"万块", 10_000}, {"千元", 1000}, {"千", 1000}},
			Days: {{"天", 1}, {"日", 1}, {"周", 7}, {"个星期", 7}, {"星期", 7}, {"个月", 30}, {"年", 365}}, Times: {{"次", 1}, {"单", 1}, {"笔", 1}, {"个", 1}, {"回", 1}},
			Pieces: {{"件", 1}, {"个", 1}}, Percent: {{"%", 1}, {"个百分点", 1}}, Years: {{"岁", 1}, {"周岁", 1}, {"年", 1}}, Months: {{"个月", 1}, {"月", 1}},
			Score: {{"分", 1}},
		},
		unitOf: map[string]string{"orders.count": "单", "rfm.r": "", "rfm.f": "", "rfm.m": ""},
		aliases: map[string][]string{
			"orders.count": {"订单数量", "下单次数", "购买次数", "下单数"}, "orders.sum": {"消费额", "消费总额", "消费", "购买金额", "总消费"}, "orders.average": {"平均客单价", "平均每单金额"},
			"orders.last_days": {"距上次消费天数", "距上次购买", "距最近一次购买天数"}, "orders.first_days": {"距首次消费天数", "距首次购买"}, "orders.units": {"件数", "购买数量"},
			"orders.interval": {"购买间隔", "平均复购间隔"}, "stage": {"阶段", "生命周期"}, "stage_days": {"阶段天数"}, "refunds.rate": {"退货率"}, "refunds.count": {"退货次数"},
			"rfm_group": {"RFM组"}, "birthday.days": {"距生日天数"}, "shop": {"归属门店", "门店"}, "known_days": {"建档"}, "quality": {"完整度"}, "identity.openid": {"openid"},
			"identity.external_userid": {"企微"}, "identity.phone": {"手机"}, "consent.marketing.sms": {"同意短信"}, "consent.marketing.wechat": {"同意微信"},
			"consent.marketing.wecom": {"同意企微营销", "同意企业微信"}, "consent.marketing.email": {"同意邮件"}, "consent.marketing.phone": {"同意电话"},
		},
		things: map[string][]string{
			"orders.count": {"购买", "购买过", "下单", "下过单", "订单", "消费过", "买过"}, "refunds.count": {"退款", "退过款", "退货"}, "event.cart_added": {"加购", "加购过"},
			"event.product_viewed": {"浏览", "浏览过"}, stageMoves: {"阶段变动"},
		},
		occasions: map[string][]string{"birthday.days": {"过生日", "生日"}, "wedding.days": {"过结婚纪念日", "结婚纪念日"}, "child_birthday.days": {"孩子过生日", "孩子生日"}},
		channels:  map[string]string{"store": "实体店", "online": "网店", "mini_program": "小程序", "wechat": "微信", "live": "直播"},
		numerals:  "一二三四五六七八九十", finish: []string{"。", ".", ";"},
		wanted: map[want]string{
			wantField: "条件，如 订单数", wantOp: "比较", wantNumber: "数字", wantUnit: "单位", wantName: "名称", wantQuote: "「名称」", wantDay: "日期，如 2026-11-24",
			wantSpan: "时间，如 30天", wantJoin: "且、或", wantClose: "）", wantNoun: "行为，如 购买", wantEnd: "结尾", wantOccasion: "纪念日，如 过生日",
		},
	}
}
