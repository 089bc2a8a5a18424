package contract

// item is a param, column or field, as far as matching goes.
type item struct {
	name, typ string
	aliases   []string
}

// pair is what was and what is, by index; -1 is nothing.
type pair struct {
	old, new int
	alias    bool // the new one goes by the old one's name too
}

// match pairs what was with what is: by name; then by a former name that is kept;
// then what stands in the same place with the same type, which was renamed. Pairs
// come in the new order; what was removed comes last.
func match(old, new []item, sameType func(old, new string) bool) []pair {
	from := make([]int, len(new)) // index into old
	taken := make([]bool, len(old))
	byName := map[string]int{}
	for i, o := range old {
		byName[o.name] = i
	}
	for j, n := range new {
		from[j] = -1
		if i, ok := byName[n.name]; ok && !taken[i] {
			from[j], taken[i] = i, true
		}
	}
	aliased := matchAliases(new, byName, from, taken)
	matchPlaces(old, new, from, taken, sameType)
	var pairs []pair
	for j := range new {
		pairs = append(pairs, pair{from[j], j, aliased[j]})
	}
	for i := range old {
		if !taken[i] {
			pairs = append(pairs, pair{old: i, new: -1})
		}
	}
	return pairs
}

func matchAliases(new []item, byName map[string]int, from []int, taken []bool) []bool {
	aliased := make([]bool, len(new))
	for j, n := range new {
		for _, alias := range n.aliases {
			if i, ok := byName[alias]; ok && from[j] < 0 && !taken[i] {
				from[j], taken[i], aliased[j] = i, true, true
			}
		}
	}
	return aliased
}

// matchPlaces pairs what follows a pair, then what has the same index. Both ways
// round it gives the same pairs.
func matchPlaces(old, new []item, from []int, taken []bool, sameType func(old, new string) bool) {
	try := func(i, j int) {
		if i < len(old) && from[j] < 0 && !taken[i] && sameType(old[i].typ, new[j].typ) {
			from[j], taken[i] = i, true
		}
	}
	for j := 1; j < len(new); j++ {
		if from[j-1] >= 0 {
			try(from[j-1]+1, j)
		}
	}
	for j := range new {
		try(j, j)
	}
}

// reordered reports whether pairs that were there before come in another order.
func reordered(pairs []pair) bool {
	last := -1
	for _, p := range pairs {
		if p.old < 0 || p.new < 0 {
			continue
		}
		if p.old < last {
			return true
		}
		last = p.old
	}
	return false
}
