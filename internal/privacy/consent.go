package privacy

import (
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// ConsentID names an entry of the ledger of consent.
type ConsentID = id.ID[consentKind]

type consentKind struct{}

// Prefix implements id.Kind.
func (consentKind) Prefix() string { return "cns" }

// TextID names a version of a text that people agree to.
type TextID = id.ID[textKind]

type textKind struct{}

// Prefix implements id.Kind.
func (textKind) Prefix() string { return "cnt" }

// Channel is a way by which a customer is reached.
type Channel string

// The channels. AnyChannel stands for a purpose that needs none, and in a text for all of them.
const (
	AnyChannel Channel = ""
	SMS        Channel = "sms"
	WeChat     Channel = "wechat"
	WeCom      Channel = "wecom"
	Email      Channel = "email"
	Phone      Channel = "phone"
)

// Channels are all channels, in the order they are shown.
var Channels = []Channel{SMS, WeChat, WeCom, Email, Phone}

// Purpose is what personal data is used for.
type Purpose string

// The purposes. Membership and Profiling are agreed to once, whatever the channel.
const (
	Marketing  Purpose = "marketing"
	Service    Purpose = "service"
	Membership Purpose = "membership"
	Profiling  Purpose = "profiling"
)

// Purposes are all purposes, in the order they are shown.
var Purposes = []Purpose{Marketing, Service, Membership, Profiling}

// ByChannel reports whether the purpose is agreed to for each channel.
func (p Purpose) ByChannel() bool { return p == Marketing || p == Service }

// Evidence says how somebody agreed or withdrew; it is kept for the day that somebody doubts it.
type Evidence struct {
	How    string `json:"how" maxLength:"40" example:"till" doc:"Where it was said: till, form, call, letter, import, sms_reply …"`
	Device string `json:"device,omitempty" maxLength:"200" doc:"The device or form it came from"`
	Note   string `json:"note,omitempty" maxLength:"500" doc:"What else proves it; no personal data"`
}

// Act is one agreement or withdrawal, to record.
type Act struct {
	CustomerID int64 // CustomerID is a customer that was not merged into another.
	Channel    Channel
	Purpose    Purpose
	Given      bool   // Given is false when she withdraws or refuses.
	TextID     TextID // TextID is what she agreed to; needed when Given.
	Evidence   Evidence
	ShopID     int64     // ShopID is 0 when no shop is.
	HappenedAt time.Time // HappenedAt defaults to tx.Now, and is never later.
	History    bool      // History marks imported history: it starts nothing.
}

// Validate returns consent.invalid with every fault of the act. Silence is no consent, and neither is
// one without the text that was shown and the evidence that she agreed to it.
func (a Act) Validate() error {
	var faults []errs.Field
	fault := func(path, code, message string) {
		faults = append(faults, errs.Field{Path: path, Code: code, Message: message})
	}
	if a.CustomerID == 0 {
		fault("customer_id", "required", "say whose consent it is")
	}
	if !slices.Contains(Purposes, a.Purpose) {
		fault("purpose", "unknown", "the purpose is marketing, service, membership or profiling")
	} else if !a.Purpose.ByChannel() && a.Channel != AnyChannel {
		fault("channel", "not_used", "this purpose is agreed to once, without a channel")
	} else if a.Purpose.ByChannel() && !slices.Contains(Channels, a.Channel) {
		fault("channel", "unknown", "the channel is sms, wechat, wecom, email or phone")
	}
	if a.Given && a.TextID.IsZero() {
		fault("text_id", "required", "name the text that was agreed to")
	}
	if a.Evidence.How == "" {
		fault("evidence.how", "required", "say how the customer said so")
	}
	return errs.InvalidFields("consent.invalid", faults)
}

// Consent is an entry of the ledger.
type Consent struct {
	ID         ConsentID
	CustomerID int64 // CustomerID is whose entry it was, even if she was merged into another since.
	Channel    Channel
	Purpose    Purpose
	Given      bool
	TextID     TextID
	Evidence   Evidence
	ShopID     int64
	StaffID    int64
	HappenedAt time.Time
	RecordedAt time.Time
}

// State is where one channel and purpose of a customer stand. The zero State is silence.
type State struct {
	Channel   Channel   `json:"channel"`
	Purpose   Purpose   `json:"purpose"`
	Given     bool      `json:"given"`
	ConsentID ConsentID `json:"consent_id" doc:"The entry of the ledger that decided"`
	TextID    TextID    `json:"text_id,omitzero"`
	SinceAt   time.Time `json:"since_at"`
}

// Silent reports whether nothing was ever said.
func (s State) Silent() bool { return s.ConsentID.IsZero() }

// States are all that a customer has said, one State for each channel and purpose.
type States []State

// Allows reports whether the customer has agreed. Silence is no.
func (s States) Allows(channel Channel, purpose Purpose) bool {
	if !purpose.ByChannel() {
		channel = AnyChannel
	}
	return slices.ContainsFunc(s, func(one State) bool {
		return one.Channel == channel && one.Purpose == purpose && one.Given
	})
}

// Stricter returns the state that holds when the records of one person are brought together: a
// withdrawal beats a consent, and either beats silence, for it was the same person who spoke. Of two
// alike the later one is kept.
func Stricter(a, b State) State {
	switch {
	case a.Silent():
		return b
	case b.Silent():
		return a
	case a.Given != b.Given:
		if a.Given {
			return b
		}
		return a
	case a.SinceAt.Before(b.SinceAt):
		return b
	}
	return a
}

// Text is one version of a text that people agree to.
type Text struct {
	ID        TextID    `json:"id"`
	Purpose   Purpose   `json:"purpose"`
	Channel   Channel   `json:"channel" doc:"Empty when the text holds for every channel"`
	Version   int64     `json:"version"`
	Body      string    `json:"body"`
	BodyHash  string    `json:"body_hash" doc:"SHA-256 of the body, hexadecimal"`
	CreatedAt time.Time `json:"created_at"`
}

// maxTextBody bounds a text, in bytes; a longer one is read by nobody.
const maxTextBody = 20_000

// Validate returns consent_text.invalid with every fault of the text.
func (t Text) Validate() error {
	var faults []errs.Field
	if !slices.Contains(Purposes, t.Purpose) {
		faults = append(faults, errs.Field{Path: "purpose", Code: "unknown", Message: "the purpose is marketing, service, membership or profiling"})
	}
	if t.Channel != AnyChannel && (!slices.Contains(Channels, t.Channel) || !t.Purpose.ByChannel()) {
		faults = append(faults, errs.Field{Path: "channel", Code: "unknown", Message: "the channel is not one that this purpose is agreed to for"})
	}
	if t.Body == "" || len(t.Body) > maxTextBody {
		faults = append(faults, errs.Field{Path: "body", Code: "length", Message: "the text has 1 to 20,000 bytes"})
	}
	return errs.InvalidFields("consent_text.invalid", faults)
}
