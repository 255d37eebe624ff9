// Package privacy keeps what is personal apart: the keys that seal it, the index that finds it without
// reading it, the masks that show a part of it, and the ledger of consent that says what it may be used
// for. Who may see the unmasked value, and that the sight of it leaves a trace, is the business of the
// packages above; this one knows customers by their number only.
package privacy
