package pgjson

// digitPairs are the numbers from 00 to 99.
const digitPairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// append2 appends the last two digits of n.
func append2(dst []byte, n uint32) []byte {
	n = n % 100 * 2
	return append(dst, digitPairs[n], digitPairs[n+1])
}

// append4 appends the last four digits of n.
func append4(dst []byte, n uint32) []byte {
	high, low := n/100%100*2, n%100*2
	return append(dst, digitPairs[high], digitPairs[high+1], digitPairs[low], digitPairs[low+1])
}
