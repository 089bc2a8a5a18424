package kitchen_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// drawDay draws a day between two years, mostly a near one.
func drawDay(t *rapid.T, first, last int) time.Time {
	year := rapid.OneOf(rapid.IntRange(1890, 2110), rapid.IntRange(-50, 50), rapid.IntRange(first, last)).Draw(t, "year")
	return time.Date(year, 1, 1+rapid.IntRange(0, 364).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
}

func drawDate(t *rapid.T) leaf {
	date, era := dateText(drawDay(t, -4712, 5874896))
	return leaf{in: quoted(date + era)}
}

const dayMicros = 24 * 3600 * 1e6

func drawMicros(t *rapid.T) int {
	return rapid.OneOf(rapid.IntRange(0, dayMicros-1), rapid.Map(rapid.IntRange(0, 86399), func(s int) int { return s * 1e6 })).Draw(t, "micros")
}

// clockTexts are the canonical text of a time of day and another.
func clockTexts(micros int) (canonical, other string) {
	seconds := micros / 1e6
	text := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	return text + fractionText(micros%1e6), text + fmt.Sprintf(".%06d", micros%1e6)
}

func drawTime(t *rapid.T) leaf {
	want, other := clockTexts(drawMicros(t))
	return leaf{in: quoted(oneOf(t, want, other)), want: quoted(want)}
}

func drawTimeTZ(t *rapid.T) leaf {
	clock, other := clockTexts(drawMicros(t))
	seconds := rapid.OneOf(rapid.IntRange(0, 57599), rapid.Map(rapid.IntRange(0, 15), func(h int) int { return h * 3600 })).Draw(t, "offset")
	sign := "+"
	if seconds > 0 {
		sign = oneOf(t, "+", "-")
	}
	full := fmt.Sprintf("%s%02d:%02d:%02d", sign, seconds/3600, seconds/60%60, seconds%60)
	short := strings.TrimSuffix(strings.TrimSuffix(full, ":00"), ":00")
	return leaf{in: quoted(oneOf(t, clock+short, other+full)), want: quoted(clock + short)}
}

func drawTimestamp(t *rapid.T) leaf {
	day, micros := drawDay(t, -4712, 294275), drawMicros(t)
	want := momentText(day.Add(time.Duration(micros/1e6)*time.Second), micros%1e6, "")
	return leaf{in: quoted(oneOf(t, want, strings.Replace(want, "T", " ", 1))), want: quoted(want)}
}

func drawTimestampTZ(t *rapid.T) leaf {
	day, micros := drawDay(t, -4712, 294275), drawMicros(t)
	utc := day.Add(time.Duration(micros/1e6) * time.Second)
	minutes := rapid.IntRange(-959, 959).Draw(t, "offset")
	zone := fmt.Sprintf("+%02d:%02d", minutes/60, minutes%60)
	if minutes < 0 {
		zone = fmt.Sprintf("-%02d:%02d", -minutes/60, -minutes%60)
	}
	want := momentText(utc, micros%1e6, "Z")
	local := momentText(utc.Add(time.Duration(minutes)*time.Minute), micros%1e6, zone)
	return leaf{in: quoted(oneOf(t, want, local)), want: quoted(want)}
}

func drawInterval(t *rapid.T) leaf {
	small := rapid.Int32Range(-40, 40)
	months := rapid.OneOf(small, rapid.Int32()).Draw(t, "months")
	days := rapid.OneOf(small, rapid.Int32()).Draw(t, "days")
	micros := rapid.OneOf(rapid.Int64Range(-9e9, 9e9), rapid.Int64Range(-1<<62, 1<<62)).Draw(t, "micros")
	return leaf{in: quoted(durationText(int(months), int(days), int(micros)))}
}

func durationText(months, days, micros int) string {
	out := "P"
	part := func(n int, unit string) {
		if n != 0 {
			out += fmt.Sprint(n) + unit
		}
	}
	part(months/12, "Y")
	part(months%12, "M")
	part(days, "D")
	if micros != 0 {
		out += "T"
		seconds := micros / 1e6
		part(seconds/3600, "H")
		part(seconds/60%60, "M")
		if rest := micros % 60e6; rest < 0 {
			out += fmt.Sprintf("-%d%sS", -rest/1e6, fractionText(-rest%1e6))
		} else if rest > 0 {
			out += fmt.Sprintf("%d%sS", rest/1e6, fractionText(rest%1e6))
		}
	}
	if out == "P" {
		return "PT0S"
	}
	return out
}
