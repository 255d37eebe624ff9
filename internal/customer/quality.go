package customer

// The quality of a profile: how much of what the shop needs to serve and reach a person is known of her.
// Each thing has a weight; the score is the sum of those that are known, 100 at most. The weights are
// chosen so that a person who can be reached, was asked whether she may be, and is greeted by name has 60.

// Field names a thing that a profile can lack.
type Field string

// Fields of the score.
const (
	FieldName          Field = "name"
	FieldPhone         Field = "phone"
	FieldPhoneVerified Field = "phone_verified"
	FieldGender        Field = "gender"
	FieldBirthday      Field = "birthday"
	FieldShop          Field = "shop"
	FieldWeChat        Field = "wechat"      // An openid, unionid or external_userid.
	FieldConsent       Field = "consent"     // Asked about marketing, whatever the answer.
	FieldPreferences   Field = "preferences" // At least three attributes.
)

// fullPreferences is how many attributes make the preferences of a customer known.
const fullPreferences = 3

// weights holds the fields in the order of their bits, and what each is worth.
var weights = []struct {
	field  Field
	weight int64
}{
	{FieldName, 15}, {FieldPhone, 20}, {FieldPhoneVerified, 10}, {FieldGender, 5}, {FieldBirthday, 15},
	{FieldShop, 5}, {FieldWeChat, 10}, {FieldConsent, 10}, {FieldPreferences, 10},
}

// known is what of the fields is known of a customer.
type known struct {
	name, phone, phoneVerified, gender, birthday, shop, wechat, consent bool
	attributes                                                          int64
}

// learn adds an identity.
func (k *known) learn(i Identity) {
	switch i.Kind {
	case Phone:
		k.phone, k.phoneVerified = true, k.phoneVerified || i.Verified
	case OpenID, UnionID, ExternalUserID:
		k.wechat = true
	}
}

// missing returns the bits of the fields that are not known.
func (k known) missing() (bits int64) {
	for i, is := range []bool{k.name, k.phone, k.phoneVerified, k.gender, k.birthday, k.shop, k.wechat, k.consent, k.attributes >= fullPreferences} {
		if !is {
			bits |= 1 << i
		}
	}
	return bits
}

// qualityOf returns the score for the bits of what is missing.
func qualityOf(missing int64) (score int64) {
	for i, w := range weights {
		if missing>>i&1 == 0 {
			score += w.weight
		}
	}
	return score
}

// missingFields returns the names of the bits, the heaviest first among equals in the order above.
func missingFields(missing int64) []Field {
	var fields []Field
	for i, w := range weights {
		if missing>>i&1 == 1 {
			fields = append(fields, w.field)
		}
	}
	return fields
}

// bitOf returns the bit of a field, 0 for a name that is none.
func bitOf(field Field) int64 {
	for i, w := range weights {
		if w.field == field {
			return 1 << i
		}
	}
	return 0
}
