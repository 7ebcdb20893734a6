package models

import "time"

// DefaultPurgeDays is how many days after its end the words and the private
// values of a need or an offer are erased, unless a coalition says otherwise:
// long enough to open it again after a mistake and to ask once how it went.
const DefaultPurgeDays = 14

// PurgeBefore is the moment before which what has ended is to be erased by now.
func (c *Coalition) PurgeBefore(now time.Time) time.Time {
	return now.AddDate(0, 0, -c.PurgeAfterDays())
}

// PurgeAfterDays is PurgeDays, or the default if that is not set.
func (c *Coalition) PurgeAfterDays() int {
	if c.PurgeDays <= 0 {
		return DefaultPurgeDays
	}
	return c.PurgeDays
}

// PublicWords is the line that others may read: none once the need was closed
// or its words were erased.
func (n *Need) PublicWords() string {
	if n.State == NeedClosed || n.PurgedAt != nil {
		return ""
	}
	return n.What
}

// Purge erases the words of a need that is over; its private values go with
// them (see the store's EraseSecrets). What is left are facts for counts. It
// refuses a need that is not over; a second time it changes nothing.
func (n *Need) Purge(now time.Time) error {
	if n.EndedAt == nil {
		return refuse("not_over")
	}
	if n.PurgedAt == nil {
		n.What, n.Languages, n.PurgedAt = "", "", &now
	}
	return nil
}

// Purge does the same for an offer that was withdrawn.
func (o *Offer) Purge(now time.Time) error {
	if o.EndedAt == nil {
		return refuse("not_over")
	}
	if o.PurgedAt == nil {
		o.What, o.Languages, o.PurgedAt = "", "", &now
	}
	return nil
}
