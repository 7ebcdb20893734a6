package models

import "time"

// Offer is something that a person shares. How to reach them is sealed in
// [Secret].
type Offer struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Number      int64 // 0 while it is a draft
	State       OfferState
	What        string
	Category    Category
	AreaID      ID
	When        When `gorm:"embedded"`
	Languages   string
	PersonID    ID
	CreatedAt   time.Time
	PostedAt    *time.Time
	EndedAt     *time.Time
	PurgedAt    *time.Time // when its words and private values were erased
	Version     int64
}

// TableName is the table's name.
func (Offer) TableName() string { return "offer" }

// Ref is the public reference, zero for a draft.
func (o *Offer) Ref() Ref { return Ref{KindOffer, o.Number} }

// Entity names the row.
func (o *Offer) Entity() Entity { return Entity{KindOffer, o.ID} }

// Post puts a draft on the list under its number.
func (o *Offer) Post(number int64, now time.Time) error {
	if err := o.move(ActPost); err != nil {
		return err
	}
	o.Number, o.PostedAt = number, &now
	return nil
}

// Close withdraws it.
func (o *Offer) Close(now time.Time) error {
	if err := o.move(ActClose); err != nil {
		return err
	}
	o.EndedAt = &now
	return nil
}

// Reopen makes it available again, unless its words were erased.
func (o *Offer) Reopen() error {
	if o.PurgedAt != nil {
		return refuse("purged")
	}
	if err := o.move(ActReopen); err != nil {
		return err
	}
	o.EndedAt = nil
	return nil
}

func (o *Offer) move(a Action) error {
	to, ok := offerMoves[o.State][a]
	if !ok {
		return refuse("state_" + string(o.State))
	}
	o.State = to
	return nil
}

// Edit reports whether the offer may be changed in its state.
func (o *Offer) Edit() error { return o.move(ActEdit) }
