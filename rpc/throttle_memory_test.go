package rpc_test

import (
	"fmt"
	"testing"

	"github.com/spgen/spgen/rpc"
)

// Failures of many names take room, but not that of who has failed more often.
func TestThrottleIsBounded(t *testing.T) {
	t.Parallel()
	d := newDoor(t, 0)
	d.throttle.Bound(2000)
	d.guesses("192.0.2.1", "ada")
	for i := range 20_000 {
		d.login("127.0.0.1", fmt.Sprint(i), "wrong")
	}
	if n := d.throttle.Places(); n > 2000 {
		t.Errorf("%d places are known", n)
	}
	if n, _ := d.guesses("192.0.2.1", "ada"); n > 2 {
		t.Errorf("%d further guesses: the failures are forgotten", n)
	}
}

// Nor do they take the room of who has logged in.
func TestThrottleKeepsWhoIsKnown(t *testing.T) {
	t.Parallel()
	d := newDoor(t, 0)
	d.throttle.Bound(2000)
	d.login("192.0.2.1", "ada", "right")
	for i := range 20_000 {
		d.login("127.0.0.1", fmt.Sprint(i), "wrong")
	}
	for i := range 60 {
		d.login(fmt.Sprintf("198.51.100.%d", i), "ada", "wrong")
	}
	if name, wait := d.login("192.0.2.1", "ada", "right"); name != "null" {
		t.Errorf("who has logged in before is answered %s, %v", name, wait)
	}
}

// Calls that come to nothing are free, and leave nothing behind: neither are those
// forgotten who have logged in before.
func TestThrottleForgetsWhatCameToNothing(t *testing.T) {
	t.Parallel()
	d := newDoor(t, 0)
	d.throttle.Bound(1000)
	d.login("192.0.2.1", "ada", "right")
	before := d.throttle.Places()
	d.outcome = rpc.NewError(rpc.CodeInvalidParams, "no password")
	for i := range 10_000 {
		d.login("192.0.2.2", fmt.Sprint(i), "")
	}
	if n := d.throttle.Places(); n > before {
		t.Errorf("%d places are known, before it were %d", n, before)
	}
	d.outcome = nil
	for i := range 50 {
		d.login(fmt.Sprintf("198.51.100.%d", i), "ada", "wrong")
	}
	if name, _ := d.login("192.0.2.1", "ada", "right"); name != "null" {
		t.Errorf("who has logged in before is answered %s", name)
	}
}
