// Package segment knows who is who among the customers: the numbers of each (her profile), RFM by
// quintiles, the value groups of the shop's handbook, the stage of her life with the shop and the log of
// its changes. It serves the list of customers, since every filter and order of it is one of these.
//
// All of it is a projection of facts and orders and can be built again; only the thresholds are decided
// by people. Names, phones and tags are the business of package customer, sales that of package order.
package segment

import (
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// Profile is the numbers of one customer. Sales are before returns, and only of orders that were paid
// for.
type Profile struct {
	CustomerID       customer.ID
	ShopID           int64 // ShopID is the home shop, 0 if there is none.
	CreatedOn        cal.Day
	FirstOrderOn     cal.Day
	LastOrderOn      cal.Day
	OrderCount       int64
	PurchaseDayCount int64
	Units            int64
	PaidFen          int64
	RefundCount      int64
	RefundedFen      int64
	UpdatedAt        time.Time

	Standing
}

// Standing is where a customer stands among the others and today. It follows her sales a moment later.
type Standing struct {
	WindowDayCount int64 // WindowDayCount is the purchase days within the window of the thresholds.
	Stage          Stage
	StageSinceOn   cal.Day
	Scores         Scores
	RFMGroup       RFMGroup
	ValueGroup     ValueGroup
	Quadrant       Quadrant
	CustomerType   CustomerType
}
