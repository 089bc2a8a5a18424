package client

// ParseAnswer exports parseAnswer to fuzz it without a server.
func ParseAnswer(data []byte) (seq uint64, method uint32, result []byte, err error) {
	a, bad := parseAnswer(data)
	if bad != nil {
		return 0, 0, nil, bad
	}
	return a.seq, a.method, a.result, nil
}
