package body

import "strings"

// reserved are the words that no routine can be called by without quotes.
var reserved = wordSet(`
	all analyse analyze and any array as asc asymmetric both by case cast check collate column constraint create cross
	current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end
	except exists false fetch for foreign from full grant group having ilike in initially inner intersect into is isnull join lateral
	leading like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps over placing
	primary references returning row select session_user set similar some symmetric table tablesample then to trailing true union unique
	user using values variadic verbose when where window with between filter within`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
