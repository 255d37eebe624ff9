package staff_test

import (
	"net/http"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web/webtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// TestRoutes_keep_what_their_document_promises sends every route requests of all sorts.
func TestRoutes_keep_what_their_document_promises(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		w.hire(t, "eve", staff.Clerk, firstShop(owner))
		key := owner.want(201, "POST", "/v1/api_keys", object{"name": "Till", "permissions": []string{"shops.read", "shops.manage", "staff.read", "audit.read"}, "all_shops": true}).text("secret")
		cookie := w.client(t).want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword}).header.Get("Set-Cookie")
		webtest.Exercise(t, w.handler, w.document, webtest.Options{
			Callers: []webtest.Caller{
				{Name: "owner", Sign: func(r *http.Request) { r.Header.Set("Cookie", cookie) }},
				{Name: "till", Sign: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }},
			},
			Seed: 1, Requests: 25,
			Skip: []string{
				"signOut", "endSessions", "endSession", "revokeApiKey", "changeOrganisation", // They would end the callers.
				"signIn", "setUp", "changePassword", "beginTotp", "disableTotp", "renewRecoveryCodes", "resetPassword", "createPerson", // They hash: tested on their own.
			},
		})
	})
}
