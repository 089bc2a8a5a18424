package kitchen_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What PostgreSQL prints of scalars, as JSON. The session has the settings of
// textSettings, which differ from the server's where the answer must not.

const textSettings = "set timezone = 'Asia/Kolkata'; set intervalstyle = 'postgres'; set datestyle = 'ISO, MDY'; " +
	"set bytea_output = 'hex'; set extra_float_digits = 1; set xmloption = 'content'; set check_function_bodies = off"

func readVerbatim(text string) string { return text }

func readBool(text string) string { return map[string]string{"t": "true", "f": "false"}[text] }

func readFloat4(text string) string { return readFloat(text, 32) }
func readFloat8(text string) string { return readFloat(text, 64) }

func readFloat(text string, bits int) string {
	f, err := strconv.ParseFloat(text, bits)
	if err != nil {
		return "no float: " + text
	}
	return floatJSON(f, bits)
}

func readBytea(text string) string {
	data, err := hex.DecodeString(strings.TrimPrefix(text, `\x`))
	if err != nil {
		return "no bytea: " + text
	}
	return quoted(base64.StdEncoding.EncodeToString(data))
}

func readTimestamp(text string) string { return quoted(strings.Replace(text, " ", "T", 1)) }

// readTimestampTZ moves a time to UTC: "2024-01-31 14:35:00.25+05:30 BC".
func readTimestampTZ(text string) string {
	if strings.HasSuffix(text, "infinity") {
		return quoted(text)
	}
	rest, bc := strings.CutSuffix(text, " BC")
	at := strings.LastIndexAny(rest, "+-")
	var year, hour, minute, second int
	var month, day int
	date, clock, _ := strings.Cut(rest[:at], " ")
	if _, err := fmt.Sscanf(date, "%d-%d-%d", &year, &month, &day); err != nil {
		return "no date: " + text
	}
	clock, fraction, _ := strings.Cut(clock, ".")
	if _, err := fmt.Sscanf(clock, "%d:%d:%d", &hour, &minute, &second); err != nil {
		return "no time: " + text
	}
	if bc {
		year = 1 - year
	}
	zone := strings.Split(rest[at+1:]+":0:0", ":")
	offset := atoi(zone[0])*3600 + atoi(zone[1])*60 + atoi(zone[2])
	if rest[at] == '-' {
		offset = -offset
	}
	utc := time.Date(year, time.Month(month), day, hour, minute, second-offset, 0, time.UTC)
	micros := atoi((fraction + "000000")[:6])
	return quoted(momentText(utc, micros, "Z"))
}

func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1 << 40 // nothing that compares equal
	}
	return n
}

// dateText is the date of t, and whether the era must follow.
func dateText(t time.Time) (text, era string) {
	year := t.Year()
	if year < 1 {
		year, era = 1-year, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, t.Month(), t.Day()), era
}

func momentText(t time.Time, micros int, zone string) string {
	date, era := dateText(t)
	return date + "T" + t.Format("15:04:05") + fractionText(micros) + zone + era
}

// fractionText is a fraction of a second without trailing zeros.
func fractionText(micros int) string {
	if micros == 0 {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf(".%06d", micros), "0")
}

// intervalUnits are the words of the style postgres, in ISO 8601's letters.
var intervalUnits = map[string]string{"year": "Y", "years": "Y", "mon": "M", "mons": "M", "day": "D", "days": "D"}

// readInterval reads "1 year -2 mons +3 days -04:05:06.5".
func readInterval(text string) string {
	if strings.HasSuffix(text, "infinity") {
		return quoted(text)
	}
	out, words := "P", strings.Fields(text)
	for len(words) > 1 && intervalUnits[words[1]] != "" {
		out += strings.TrimPrefix(words[0], "+") + intervalUnits[words[1]]
		words = words[2:]
	}
	if len(words) == 1 {
		out += clockDuration(words[0])
	}
	if out == "P" {
		out = "PT0S"
	}
	return quoted(out)
}

// clockDuration turns "-04:05:06.50" into "T-4H-5M-6.5S".
func clockDuration(clock string) string {
	sign := ""
	if clock[0] == '-' {
		sign = "-"
	}
	parts := strings.Split(strings.TrimLeft(clock, "+-"), ":")
	out := ""
	for i, unit := range []string{"H", "M", "S"} {
		n := parts[i]
		if strings.Contains(n, ".") {
			n = strings.TrimRight(n, "0")
		}
		if n = strings.TrimLeft(n, "0"); n == "" {
			continue
		}
		if n[0] == '.' {
			n = "0" + n
		}
		out += sign + n + unit
	}
	if out == "" {
		return ""
	}
	return "T" + out
}

// readHstore reads `"a"=>"1", "b"=>NULL`.
func readHstore(text string) string {
	p := newText(text)
	var members []string
	for p.err == nil && p.rest != "" {
		if len(members) > 0 {
			p.expect(", ")
		}
		key, _ := p.part("=")
		p.expect("=>")
		p.rest += ","
		value, isText := p.part(",")
		p.rest = strings.TrimSuffix(p.rest, ",")
		json := quoted(value)
		if value == "NULL" && !isText {
			json = "null"
		}
		members = append(members, quoted(key)+":"+json)
	}
	if p.err != nil {
		return "no hstore: " + text
	}
	return "{" + strings.Join(members, ",") + "}"
}

func newText(rest string) *text { return &text{rest: rest} }

// readVector reads "[1,2.5,-3e-10]".
func readVector(text string) string {
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(text, "[]"), ",") {
		parts = append(parts, readFloat4(part))
	}
	return "[" + strings.Join(parts, ",") + "]"
}
