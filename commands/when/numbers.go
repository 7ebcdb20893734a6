package when

// Classes that both languages share, and the tools to make those that differ.

// oneOf is the class of words with a value each.
func oneOf(values map[string]int) class {
	return func(ts []token, i int) []match {
		if v, ok := values[ts[i].text]; ok {
			return []match{{v, i + 1}}
		}
		return nil
	}
}

// numeral is a small number in digits, from least to most.
func numeral(least, most int) class {
	return func(ts []token, i int) []match {
		if t := ts[i]; t.kind == number && t.value >= least && t.value <= most && !fraction(ts, i) {
			return []match{{t.value, i + 1}}
		}
		return nil
	}
}

// fraction reports whether the number at i begins something longer: 1/2, 2.5,
// 14:30, 2-4.
func fraction(ts []token, i int) bool {
	return i+2 < len(ts) && ts[i+1].glued && ts[i+1].is("/", ".", ":", "-", ",") &&
		ts[i+2].glued && ts[i+2].kind == number
}

// within keeps the matches of a class whose value lies between two.
func within(least, most int, c class) class {
	return func(ts []token, i int) []match {
		var in []match
		for _, m := range c(ts, i) {
			if m.value >= least && m.value <= most {
				in = append(in, m)
			}
		}
		return in
	}
}

// either tries several classes.
func either(classes ...class) class {
	return func(ts []token, i int) []match {
		var all []match
		for _, c := range classes {
			all = append(all, c(ts, i)...)
		}
		return all
	}
}

// suffixed is a number with one of the endings glued to it: 15th, 1ro.
func suffixed(endings ...string) class {
	return func(ts []token, i int) []match {
		if ts[i].kind == number && i+1 < len(ts) && ts[i+1].glued && ts[i+1].is(endings...) {
			return []match{{ts[i].value, i + 2}}
		}
		return nil
	}
}

// spelled is a number in words below 100: a single word, or tens and units
// with a joining word or hyphen between them ("forty-five", "treinta y uno").
func spelled(words, tens map[string]int, joint string) class {
	return func(ts []token, i int) []match {
		var all []match
		if v, ok := words[ts[i].text]; ok {
			all = append(all, match{v, i + 1})
		}
		ten, ok := tens[ts[i].text]
		if !ok {
			return all
		}
		all = append(all, match{ten, i + 1})
		next := i + 1
		if textAt(ts, next) == joint {
			next++
		}
		if unit, ok := words[textAt(ts, next)]; ok && unit < 10 {
			all = append(all, match{ten + unit, next + 1})
		}
		return all
	}
}

// digital is a time in figures with its minutes, 14:30 or 2.30, as minutes.
func digital(marks ...string) class {
	return func(ts []token, i int) []match {
		if i+2 >= len(ts) || ts[i].kind != number || !ts[i+1].is(marks...) || ts[i+2].kind != number {
			return nil
		}
		h, m := ts[i], ts[i+2]
		if !ts[i+1].glued || !m.glued || len(h.text) > 2 || len(m.text) != 2 {
			return nil
		}
		minutes := h.value*60 + m.value
		if m.value > 59 || minutes > 24*60 {
			return nil
		}
		return []match{{minutes, i + 3}}
	}
}

// packed is a time in figures without a mark, as in 230pm.
func packed(ts []token, i int) []match {
	t := ts[i]
	if t.kind != number || len(t.text) < 3 || t.value < 0 || t.value%100 > 59 || t.value/100 > 23 {
		return nil
	}
	return []match{{t.value/100*60 + t.value%100, i + 1}}
}

// hourOf turns a class of hours into one of minutes.
func hourOf(c class) class {
	return func(ts []token, i int) []match {
		all := within(0, 24, c)(ts, i)
		for n := range all {
			all[n].value *= 60
		}
		return all
	}
}

// slashed is 12/10, 12/10/26 or 12/10/2026, packed with the year in front.
func slashed(ts []token, i int) []match {
	parts, next := joinedNumbers(ts, i, "/")
	switch len(parts) {
	case 2:
		return packDate(0, parts[0], parts[1], next)
	case 3:
		if parts[2] < 100 {
			parts[2] += 2000
		}
		return packDate(parts[2], parts[0], parts[1], next)
	}
	return nil
}

// iso is 2026-12-10 or 2026/12/10, packed.
func iso(ts []token, i int) []match {
	if len(ts[i].text) != 4 {
		return nil
	}
	for _, mark := range []string{"-", "/"} {
		if parts, next := joinedNumbers(ts, i, mark); len(parts) == 3 {
			return packDate(parts[0], parts[1], parts[2], next)
		}
	}
	return nil
}

// joinedNumbers are numbers with a mark and no space between them.
func joinedNumbers(ts []token, i int, mark string) (parts []int, next int) {
	for i < len(ts) && ts[i].kind == number && ts[i].value >= 0 && (len(parts) == 0 || ts[i].glued) {
		parts = append(parts, ts[i].value)
		i++
		if i >= len(ts) || !ts[i].glued || !ts[i].is(mark) {
			return parts, i
		}
		i++
	}
	return nil, 0
}

// packDate puts a year and two numbers below 100 in one value; unpackDate
// takes them out.
func packDate(year, a, b, next int) []match {
	if a >= 100 || b >= 100 {
		return nil
	}
	return []match{{(year*100+a)*100 + b, next}}
}

func unpackDate(v int) (year, a, b int) { return v / 10_000, v / 100 % 100, v % 100 }
