package commands

// errorSpeech are the messages about mistakes that no one command has for
// itself.
func errorSpeech() map[string]Speech {
	return map[string]Speech{
		"error.not_allowed.team":  {Fill: fillTeam},
		"error.not_allowed.admin": {Fill: fillTeam},
		"delivery.card_failed":    {Fill: fillBoard},
	}
}
