package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func (w town) seal(e models.Entity, values map[models.PrivateField]string) {
	w.t.Helper()
	w.act(func(tx *Tx) error {
		for field, text := range values {
			if err := tx.Seal(e, field, text); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w town) wantPrivate(what string, e models.Entity, want map[models.PrivateField]string) {
	w.t.Helper()
	if got, err := w.reader().Private(e); err != nil || !maps.Equal(got, want) {
		w.t.Errorf("%s: %q, %v; want %q", what, got, err, want)
	}
}

func TestPrivateValues(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		e, other := w.need().Entity(), w.need().Entity()
		all := map[models.PrivateField]string{}
		for _, f := range models.PrivateFields() {
			all[f] = fmt.Sprintf("the %s, with ñ, ✋ and \x00", f)
		}
		w.seal(e, all)
		w.wantPrivate("sealed", e, all)
		w.wantPrivate("of another need", other, nil)
		w.wantPrivate("of an offer with the same id", models.Entity{Kind: models.KindOffer, ID: e.ID}, nil)

		w.seal(e, map[models.PrivateField]string{models.FieldNote: "ring twice", models.FieldHandoff: "", models.FieldAddress: "", models.FieldReason: ""})
		w.wantPrivate("replaced and removed", e, map[models.PrivateField]string{models.FieldContact: all[models.FieldContact], models.FieldNote: "ring twice"})
		w.seal(e, map[models.PrivateField]string{models.FieldAddress: ""}) // there is none to remove

		w.act(func(tx *Tx) error { tx.EraseSecrets(e); return nil })
		w.wantPrivate("erased", e, nil)
		if got := count(t, w.Store, "secret", "true"); got != 0 {
			t.Errorf("%d private values are kept", got)
		}
	})
}

// The last that a unit of work says of a private value holds.
func TestPrivateValueChangedTwiceInOneUnit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		for _, tt := range []struct{ before, first, last string }{
			{"", "first", "last"}, {"", "first", ""}, {"", "", "last"}, {"before", "first", "last"}, {"before", "first", ""}, {"before", "", "last"},
		} {
			w := found(t, open(t), "shire")
			e := w.need().Entity()
			w.seal(e, map[models.PrivateField]string{models.FieldNote: tt.before})
			w.act(func(tx *Tx) error {
				return errors.Join(tx.Seal(e, models.FieldNote, tt.first), tx.Seal(e, models.FieldNote, tt.last))
			})
			want := map[models.PrivateField]string{models.FieldNote: tt.last}
			if tt.last == "" {
				want = nil
			}
			w.wantPrivate(fmt.Sprintf("%+v", tt), e, want)
		}
	})
}

// A sealed value belongs to its row: put anywhere else it does not open.
func TestMovedPrivateValueDoesNotOpen(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		for _, change := range []string{"row_id = row_id + 1", "coalition_id = ?", "field = 'note'", "kind = 'offer'",
			"ciphertext = substr(ciphertext, 1, length(ciphertext) - 1)", "ciphertext = zeroblob(40)", "ciphertext = x''"} {
			s := open(t)
			w, other := found(t, s, "shire"), found(t, s, "elsewhere")
			e := w.need().Entity()
			w.seal(e, map[models.PrivateField]string{models.FieldContact: "413-555-0142"})
			args := []any{}
			if change == "coalition_id = ?" {
				args = append(args, other.coalition)
			}
			if _, err := s.conn.ExecContext(t.Context(), "UPDATE secret SET "+change, args...); err != nil {
				t.Fatal(err)
			}
			asked := 0
			for _, reader := range []Reader{w.reader(), other.reader()} {
				for _, at := range []models.Entity{e, {Kind: e.Kind, ID: e.ID + 1}, {Kind: models.KindOffer, ID: e.ID}} {
					private, err := reader.Private(at)
					if len(private) > 0 || err != nil && !errors.Is(err, ErrKey) {
						t.Errorf("after %s: %q, %v", change, private, err)
					}
					if err != nil {
						asked++
					}
				}
			}
			if asked != 1 {
				t.Errorf("after %s the value was found %d times", change, asked)
			}
		}
	})
}

const (
	planted = "zq-planted-413-555-0142-xj" // private
	public  = "zq-public-groceries-for-two-xj"
)

// contains lists the files of a data directory in which the bytes are found.
func contains(t *testing.T, dir string, what []byte) (files []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(all) < 3 {
		t.Fatalf("files %q, %v", all, err)
	}
	for _, file := range all {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, what) {
			files = append(files, filepath.Base(file))
		}
	}
	return files
}

func TestNoPrivateTextOnDisk(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	e := w.need(func(n *models.Need) { n.What = public }).Entity()
	w.seal(e, map[models.PrivateField]string{models.FieldContact: planted})
	var sealed []byte
	if err := s.readSQL.QueryRowContext(t.Context(), "SELECT ciphertext FROM secret").Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	check := func(when string, want map[string]bool) {
		t.Helper()
		for text, there := range want {
			if files := contains(t, s.Dir(), []byte(text)); (len(files) > 0) != there {
				t.Errorf("%s, %q is in the files %q", when, text, files)
			}
		}
	}
	check("sealed", map[string]bool{planted: false, public: true, string(sealed): true})
	w.seal(e, map[models.PrivateField]string{models.FieldContact: ""})
	check("removed", map[string]bool{planted: false, public: true})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Deleting is physical: nor is what was sealed kept.
	check("closed", map[string]bool{planted: false, public: true, string(sealed): false})
}
