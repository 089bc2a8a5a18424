package pgjson

// PostgreSQL counts days and microseconds from 2000-01-01 in the proleptic
// Gregorian calendar (src/include/datatype/timestamp.h).
const (
	microsPerSecond = 1_000_000
	microsPerMinute = 60 * microsPerSecond
	microsPerHour   = 60 * microsPerMinute
	microsPerDay    = 24 * microsPerHour

	maxTimestampDay = MaxTimestamp/microsPerDay + 2

	// epochDay is the number of days from 0000-03-01 to 2000-01-01.
	epochDay   = 730425
	daysPerEra = 146097 // 400 years
)

// The ranges of PostgreSQL's types, infinities aside: dates in days and
// timestamps in microseconds, both counted from 2000-01-01.
const (
	MinDate      = -2451545                // 4714-11-24 BC
	MaxDate      = 2145031948              // 5874897-12-31
	MinTimestamp = -211813488000000000     // 4714-11-24 00:00:00 BC
	MaxTimestamp = 9223371331200000000 - 1 // 294276-12-31 23:59:59.999999
)

// civil returns the date that lies days after 2000-01-01. Year 0 is 1 BC.
// The year is taken to begin in March, so that the leap day is its last.
func civil(days int64) (year int64, month, day int) {
	z := days + epochDay
	era := floorDiv(z, daysPerEra)
	doe := uint32(z - era*daysPerEra)
	yoe := (doe - doe/1460 + doe/36524 - doe/(daysPerEra-1)) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = int(doy - (153*mp+2)/5 + 1)
	month = int(mp + 3)
	year = int64(yoe) + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// daysOf is the reverse of civil.
func daysOf(year int64, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := int64((153*(month-3)+2)/5 + day - 1)
	return era*daysPerEra + yoe*365 + yoe/4 - yoe/100 + doy - epochDay
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// daysIn returns the length of a month. Year 0 is 1 BC.
func daysIn(year int64, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month]
}

// appendCivil appends a date without its era: "0044-03-15". bc says that " BC"
// belongs behind what follows.
func appendCivil(dst []byte, days int64) (out []byte, bc bool) {
	year, month, day := civil(days)
	if year <= 0 {
		year, bc = 1-year, true
	}
	dst = append2(append(appendYear(dst, year), '-'), uint32(month))
	return append2(append(dst, '-'), uint32(day)), bc
}

// appendYear appends at least four digits.
func appendYear(dst []byte, year int64) []byte {
	if year < 10000 {
		return append4(dst, uint32(year))
	}
	return appendInt(dst, year)
}

// appendClock appends the time of day: "09:05:00" or "09:05:00.25", with the
// fraction's trailing zeros left out.
func appendClock(dst []byte, micros int64) []byte {
	seconds := uint32(micros / microsPerSecond)
	dst = append2(dst, seconds/3600)
	dst = append2(append(dst, ':'), seconds/60%60)
	dst = append2(append(dst, ':'), seconds%60)
	return appendFractionOf(dst, uint32(micros%microsPerSecond))
}

// appendFractionOf appends the point and the digits of a fraction of a second,
// given in microseconds: nothing for 0.
func appendFractionOf(dst []byte, fraction uint32) []byte {
	if fraction == 0 {
		return dst
	}
	dst = append4(append2(append(dst, '.'), fraction/10000), fraction)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// scanner reads fields of fixed form from the start of a text. Its zero
// results after a failure are not used: ok is asked at the end.
type scanner struct {
	text   string
	failed bool
}

// accept skips c if it comes next.
func (s *scanner) accept(c byte) bool {
	if s.text == "" || s.text[0] != c {
		return false
	}
	s.text = s.text[1:]
	return true
}

// expect skips c, which must come next.
func (s *scanner) expect(c byte) {
	if !s.accept(c) {
		s.failed = true
	}
}

// number reads at least low and at most high digits.
func (s *scanner) number(low, high int) int64 {
	n := digitsEnd(s.text, 0)
	if n < low || n > high {
		s.failed = true
		return 0
	}
	var v int64
	for _, c := range []byte(s.text[:n]) {
		v = v*10 + int64(c-'0')
	}
	s.text = s.text[n:]
	return v
}

// civil reads "2024-01-31". ok is false when there is no such day.
func (s *scanner) civil(bc bool) (days int64, ok bool) {
	year := s.number(4, 7)
	s.expect('-')
	month := int(s.number(2, 2))
	s.expect('-')
	day := int(s.number(2, 2))
	if s.failed {
		return 0, true
	}
	if year == 0 || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	if bc {
		year = 1 - year
	}
	return daysOf(year, month, day), day <= daysIn(year, month)
}

// clock reads "09:05", "09:05:00" or "09:05:00.25" with any number of digits,
// which are rounded to microseconds. Like PostgreSQL it takes a second 60 for
// the first of the next minute, and 24:00:00 for the end of the day.
func (s *scanner) clock() (micros int64, ok bool) {
	hour := s.number(2, 2)
	s.expect(':')
	minute := s.number(2, 2)
	var second, fraction int64
	if s.accept(':') {
		second = s.number(2, 2)
		if s.accept('.') {
			fraction = s.fraction()
		}
	}
	micros = hour*microsPerHour + minute*microsPerMinute + second*microsPerSecond + fraction
	return micros, minute < 60 && second <= 60 && micros <= microsPerDay
}

// fraction reads the digits of a fraction of a second, and rounds half to even.
func (s *scanner) fraction() int64 {
	digits := s.text[:digitsEnd(s.text, 0)]
	s.failed = s.failed || digits == ""
	s.text = s.text[len(digits):]
	var v int64
	for i := range 6 {
		v *= 10
		if i < len(digits) {
			v += int64(digits[i] - '0')
		}
	}
	if len(digits) <= 6 {
		return v
	}
	rest := digits[6:]
	half := rest[0] == '5' && isZeroNumber(rest[1:])
	if rest[0] > '5' || rest[0] == '5' && !half || half && v&1 == 1 {
		v++
	}
	return v
}

// offset reads "Z", "+02", "+02:00", "-09:30" or "+00:19:32". Offsets are under
// 16 hours, as in PostgreSQL.
func (s *scanner) offset() (micros int64, ok bool) {
	if s.accept('Z') || s.accept('z') {
		return 0, true
	}
	negative := s.accept('-')
	if !negative {
		s.expect('+')
	}
	hours := s.number(2, 2)
	var minutes, seconds int64
	if s.accept(':') {
		if minutes = s.number(2, 2); s.accept(':') {
			seconds = s.number(2, 2)
		}
	}
	micros = hours*microsPerHour + minutes*microsPerMinute + seconds*microsPerSecond
	if negative {
		micros = -micros
	}
	return micros, hours < 16 && minutes < 60 && seconds < 60
}
