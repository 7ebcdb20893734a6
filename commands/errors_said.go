package commands

// errorSpeech are the messages about mistakes that no one command has for
// itself.
func errorSpeech() map[string]Speech {
	return map[string]Speech{
		"error.not_allowed.team":  {Fill: fillTeam},
		"error.not_allowed.admin": {Fill: fillTeam},
		"delivery.failed":         {Fill: fillNoRef},
		keyAway:                   {Fill: fillAway},
		"delivery.card_failed": {Fill: func(v *View) error {
			if err := fillNoRef(v); err != nil {
				return err
			}
			return fillBoard(v)
		}},
	}
}

// fillNoRef is for messages that are not always about a need or an offer.
func fillNoRef(v *View) error {
	if _, ok := v.fields["Ref"]; !ok {
		v.set("Ref", "")
	}
	return nil
}
