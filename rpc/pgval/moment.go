package pgval

import (
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
)

// moment is what Timestamp and LocalDateTime share: a time in UTC, whole
// microseconds, or an infinity.
type moment struct {
	utc      time.Time // canonical, so that == compares values
	infinity int8      // -1, 0 or 1
}

// momentOf drops what is below microseconds, towards the past.
func momentOf(t time.Time) moment {
	micros := t.Nanosecond() / 1000
	return moment{utc: time.Unix(t.Unix(), int64(micros)*1000).UTC()}
}

func infiniteMoment(sign int) moment { return moment{infinity: infinityOf(sign)} }

// momentAfter takes microseconds since 2000-01-01.
func momentAfter(micros int64) moment {
	switch micros {
	case pgjson.TimestampInfinity:
		return infiniteMoment(1)
	case pgjson.TimestampNegInfinity:
		return infiniteMoment(-1)
	}
	seconds := micros / 1e6
	return momentOf(time.Unix(seconds+unixToEpochSecond, (micros-seconds*1e6)*1000))
}

// micros is the reverse of momentAfter.
func (m moment) micros() (int64, error) {
	switch m.infinity {
	case 1:
		return pgjson.TimestampInfinity, nil
	case -1:
		return pgjson.TimestampNegInfinity, nil
	}
	seconds := m.utc.Unix() - unixToEpochSecond
	if seconds < pgjson.MinTimestamp/1_000_000 || seconds > pgjson.MaxTimestamp/1_000_000 {
		return 0, errTimestampRange
	}
	return seconds*1e6 + int64(m.utc.Nanosecond()/1000), nil
}

// Infinity returns 1 for infinity, -1 for -infinity, 0 for a time.
func (m moment) Infinity() int { return int(m.infinity) }
