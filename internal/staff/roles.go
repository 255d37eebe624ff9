package staff

import (
	"maps"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/access"
)

// Role is what somebody does in the shop; it decides what they may do here.
type Role string

// The roles.
const (
	Owner    Role = "owner"    // Owner may do everything.
	Manager  Role = "manager"  // Manager runs shops: all of their business, but no keys and no settings.
	Marketer Role = "marketer" // Marketer works on all customers, by segment and message.
	Agent    Role = "agent"    // Agent answers customers who ask or complain.
	Clerk    Role = "clerk"    // Clerk sells in a shop.
	Auditor  Role = "auditor"  // Auditor reads everything and changes nothing.
)

// Roles are all roles, in the order they are shown.
var Roles = []Role{Owner, Manager, Marketer, Agent, Clerk, Auditor}

// allShops are the roles that see every shop; the others see those they work in.
var allShops = map[Role]bool{Owner: true, Marketer: true, Auditor: true}

// manages says whose accounts a role may create and change. A manager may not make anyone who sees or
// does more than she does, so only those who sell and answer.
var manages = map[Role][]Role{
	Owner:   Roles,
	Manager: {Agent, Clerk},
}

// permissions says what each role may do.
var permissions = map[Role]map[access.Permission]bool{
	Owner: set(
		access.CustomersRead, access.CustomersWrite, access.CustomersReveal, access.CustomersMerge, access.CustomersExport,
		access.ConsentWrite, access.TagsManage, access.ProductsRead, access.ProductsWrite, access.CostRead,
		access.OrdersRead, access.OrdersWrite, access.EventsWrite, access.ImportsRun,
		access.ReportsRead, access.ReportsExport, access.SegmentsManage,
		access.ShopsRead, access.ShopsManage, access.StaffRead, access.StaffManage,
		access.KeysManage, access.AuditRead, access.JobsManage, access.SettingsRead, access.SettingsManage,
		access.ClockMove, access.MetricsRead,
	),
	Manager: set(
		access.CustomersRead, access.CustomersWrite, access.CustomersReveal, access.CustomersMerge, access.CustomersExport,
		access.ConsentWrite, access.TagsManage, access.ProductsRead, access.ProductsWrite, access.CostRead,
		access.OrdersRead, access.OrdersWrite, access.EventsWrite, access.ImportsRun,
		access.ReportsRead, access.ReportsExport, access.SegmentsManage,
		access.ShopsRead, access.ShopsManage, access.StaffRead, access.StaffManage,
		access.AuditRead, access.SettingsRead, access.ClockMove,
	),
	Marketer: set(
		access.CustomersRead, access.CustomersWrite, access.ConsentWrite, access.TagsManage,
		access.ProductsRead, access.OrdersRead, access.ReportsRead, access.ReportsExport, access.SegmentsManage,
		access.ShopsRead, access.SettingsRead, access.ClockMove,
	),
	Agent: set(
		access.CustomersRead, access.CustomersWrite, access.CustomersReveal, access.ConsentWrite,
		access.ProductsRead, access.OrdersRead, access.ShopsRead,
	),
	Clerk: set(
		access.CustomersRead, access.CustomersWrite, access.ConsentWrite,
		access.ProductsRead, access.OrdersRead, access.OrdersWrite, access.ShopsRead,
	),
	Auditor: set(
		access.CustomersRead, access.ProductsRead, access.CostRead, access.OrdersRead, access.ReportsRead,
		access.ShopsRead, access.StaffRead, access.AuditRead, access.SettingsRead, access.MetricsRead,
	),
}

// notForKeys are permissions that no API key gets: a program that is broken into must not make accounts.
var notForKeys = set(access.StaffManage, access.KeysManage, access.SettingsManage, access.ClockMove)

// Can reports whether the role has the permission.
func (r Role) Can(p access.Permission) bool { return permissions[r][p] }

// needsTOTP reports whether the role is never without a second factor: the owner's, and those that may take data
// out of the house.
func (r Role) needsTOTP() bool {
	return r == Owner || r.Can(access.CustomersExport) || r.Can(access.ReportsExport)
}

// keyPermissions are the permissions that an API key can have.
func keyPermissions() []access.Permission {
	var list []access.Permission
	for p := range permissions[Owner] {
		if !notForKeys[p] {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

func set(list ...access.Permission) map[access.Permission]bool {
	m := make(map[access.Permission]bool, len(list))
	for _, p := range list {
		m[p] = true
	}
	return m
}

// sorted returns the permissions of a set in order.
func sorted(m map[access.Permission]bool) []access.Permission { return slices.Sorted(maps.Keys(m)) }
