package contract

// WellFormed is wellFormed.
var WellFormed = wellFormed

// Readable is what readNode says of data.
func Readable(data []byte) error {
	_, err := readNode(data)
	return err
}
