package models

// Refusal is a rule saying no: nothing is wrong with the program, and the
// person is told what they can do. Code names the rule; the catalogue has the
// words.
type Refusal struct{ Code string }

// Error names the rule, for logs and tests.
func (r *Refusal) Error() string { return "refused: " + r.Code }

func refuse(code string) error { return &Refusal{code} }
