package privacy

import (
	"context"
	"math"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// Routes registers the routes of the texts that people agree to. What a customer has agreed to is shown
// with the customer, by the package that knows who may see her.
func (c *Consents) Routes(w *web.Server) {
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/consent_texts", ID: "listConsentTexts", Tag: "Consent", NoShopScope: true,
		Summary: "The texts that customers agree to, all versions, the latest first", Permission: access.SignedIn,
	}, c.getTexts)
	web.Write(w, web.Op{
		Method: "POST", Path: "/v1/consent_texts", ID: "publishConsentText", Tag: "Consent", NoShopScope: true, Status: 201,
		Summary: "Publish a text, or another version of it; the same text again is the same version", Permission: access.SettingsManage,
	}, c.postText)
}

type textsOutput struct{ Body web.List[Text] }

func (c *Consents) getTexts(ctx context.Context, tx *db.Tx, in *struct{ web.Page }) (*textsOutput, error) {
	at, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	before := int64(math.MaxInt64)
	if at != nil {
		before = at[0]
	}
	texts, err := listTexts(ctx, tx, before, in.Limit+1)
	out := &textsOutput{}
	out.Body.Items = texts
	if len(texts) > in.Limit {
		out.Body.Items = texts[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(texts[in.Limit-1].ID.Int64())
	}
	return out, err
}

type textInput struct {
	Body struct {
		Purpose Purpose `json:"purpose" enum:"marketing,service,membership,profiling"`
		Channel Channel `json:"channel,omitempty" enum:"sms,wechat,wecom,email,phone" doc:"Absent for a text that holds for every channel"`
		Body    string  `json:"body" minLength:"1" maxLength:"20000"`
	}
}

type textOutput struct{ Body Text }

func (c *Consents) postText(ctx context.Context, tx *db.Tx, in *textInput) (*textOutput, error) {
	t, err := c.PublishText(ctx, tx, in.Body.Purpose, in.Body.Channel, in.Body.Body)
	return &textOutput{t}, err
}
