package commands

import (
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
)

// maxNearest bounds the words that are compared, in characters. No name is
// nearly as long, and the cost grows with the square.
const maxNearest = 40

// Nearest finds the candidate that a person most likely meant by a word that
// is no name: the one with the fewest typing mistakes, where a letter left
// out, added, changed, or swapped with its neighbor counts as one. Case and
// accents do not count. How many are allowed grows with the word (see
// mistakesAllowed). Of two equally near ones the earlier wins, so list the
// person's own language first. It reports false if none is near enough, or if
// the word has over 40 characters.
func Nearest(word string, candidates []string) (string, bool) {
	if utf8.RuneCountInString(word) > maxNearest {
		return "", false
	}
	typed := []rune(catalogue.Fold(word))
	if len(typed) == 0 {
		return "", false
	}
	nearest, fewest := "", mistakesAllowed(len(typed))+1
	for _, candidate := range candidates {
		name := []rune(catalogue.Fold(candidate))
		if max(len(name)-len(typed), len(typed)-len(name)) >= fewest {
			continue // the distance is at least the difference in length
		}
		if d := distance(typed, name); d < fewest {
			nearest, fewest = candidate, d
		}
	}
	return nearest, nearest != ""
}

// mistakesAllowed is for a word of n letters. With more than one in three
// wrong, the suggestion would surprise more often than help.
func mistakesAllowed(n int) int {
	switch {
	case n < 3:
		return 0
	case n < 6:
		return 1
	case n < 9:
		return 2
	}
	return 3
}

// distance is the optimal string alignment distance: edits and swaps of
// neighbors, none of which touches the same place twice.
func distance(a, b []rune) int {
	var beforeLast, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		beforeLast, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			changed := last[j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			row[j] = min(last[j]+1, row[j-1]+1, changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], beforeLast[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
