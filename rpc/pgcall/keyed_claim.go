package pgcall

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc"
)

// claim is what a keyed call holds of the key: where its answer is stored, and
// what seals the answer. Both come from the key, whose it is, and the request, of
// which the database learns nothing: results and parameters may be secrets.
type claim struct {
	task *task
	id   [sha256.Size]byte
	seal cipher.AEAD
}

// expiresKey is the session key that says when a session ends. It is no part of
// whose a key is: a client that has logged in anew sends with the same keys.
const expiresKey = "expires_at"

// newClaim returns the claim of t's call. expires is the index of expiresKey among
// the keys of the session, or -1. The keys of public methods are the same with and
// without a session, so that it is no matter whether a client that has connected
// again has one; who would be answered with what is another's has to know key and
// parameters.
func newClaim(t *task, expires int) (*claim, error) {
	master := sha256.New()
	schema, _, _ := strings.Cut(t.p.Identity, ".")
	master.Write(appendLong(nil, []byte("spgen keyed call 1"), []byte(schema), []byte(t.call.Meta.Key)))
	if s := t.call.Session(); s != nil && !t.call.Method.Access.Public {
		for i, value := range s.Values {
			switch {
			case i == expires:
			case value == nil:
				master.Write([]byte{0})
			default:
				master.Write(appendLong([]byte{1}, value))
			}
		}
	}
	secret := master.Sum(nil)
	c := &claim{task: t}
	copy(c.id[:], derive(secret, "id", nil))
	block, err := aes.NewCipher(derive(secret, "answer", appendRequest(nil, t.call.Method.ID, t.call.Params)))
	if err != nil {
		return nil, fmt.Errorf("seal the answer: %w", err)
	}
	if c.seal, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, fmt.Errorf("seal the answer: %w", err)
	}
	return c, nil
}

func derive(secret []byte, what string, data []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(appendLong(nil, []byte(what), data))
	return h.Sum(nil)
}

// appendLong appends each of parts with its length before.
func appendLong(dst []byte, parts ...[]byte) []byte {
	for _, p := range parts {
		dst = append(binary.AppendUvarint(dst, uint64(len(p))), p...)
	}
	return dst
}

// appendRequest appends what makes two requests the same: the method, and the
// members of params in whatever order. A value is the same if its text is.
func appendRequest(dst []byte, method uint32, params []byte) []byte {
	var members []gjson.Result
	gjson.ParseBytes(params).ForEach(func(key, value gjson.Result) bool {
		members = append(members, gjson.Result{Str: key.Str, Raw: value.Raw})
		return true
	})
	slices.SortStableFunc(members, func(a, b gjson.Result) int { return strings.Compare(a.Str, b.Str) })
	dst = binary.BigEndian.AppendUint32(dst, method)
	for _, m := range members {
		dst = appendLong(dst, []byte(m.Str), []byte(m.Raw))
	}
	return dst
}

// answer ends the result of the call and returns what is stored of it.
func (c *claim) answer() ([]byte, error) {
	r := &c.task.result
	if err := r.end(); err != nil {
		return nil, err
	}
	plain := appendSession(make([]byte, 0, len(r.out)-r.base+64), r.opened, c.shape())
	plain = append(plain, r.out[r.base:]...)
	return c.seal.Seal(nil, nil, plain, c.id[:]), nil // #nosec G407 -- the cipher makes the nonce, and takes none
}

// replay makes a stored answer that of the call.
func (c *claim) replay(stored []byte) error {
	plain, err := c.seal.Open(nil, nil, stored, c.id[:])
	if err != nil { // it was sealed with another request
		return rpc.NewError(rpc.CodeInvalidRequest, "meta.key was used for another request: make a new key for each, and send a request again as it was")
	}
	session, result, err := readSession(plain, c.shape())
	if err != nil {
		return err
	}
	if session != nil {
		for _, o := range c.task.p.Opens {
			if o.Expires && o.Key < len(session.Values) {
				o.keep(session, session.Values[o.Key])
			}
		}
	}
	r := &c.task.result
	r.Reset()
	r.out, r.opened = append(r.out[:r.base], result...), session
	return nil
}

// shape says what the values of a session that the call opens are: the keys of
// sessions in their order, and the types of the columns that they come from. Servers
// of another version may have others.
func (c *claim) shape() []byte {
	p := c.task.p
	if len(p.Opens) == 0 {
		return nil
	}
	var shape []byte
	for _, key := range c.task.executor.session {
		shape = appendLong(shape, []byte(key.Name))
	}
	for _, o := range p.Opens {
		shape = binary.AppendUvarint(shape, uint64(o.Key)) // #nosec G115 -- an index
		shape = strconv.AppendBool(shape, o.Role)
		shape = appendLong(shape, []byte(p.Columns[o.Column].Type.Name))
	}
	return shape
}

// storedSession precedes a session. Earlier versions wrote 1, and no shape.
const storedSession = 2

// appendSession appends the session that a call opens, which has this shape, or a
// zero for none.
func appendSession(dst []byte, s *rpc.Session, shape []byte) []byte {
	if s == nil {
		return append(dst, 0)
	}
	dst = appendLong(append(dst, storedSession), shape, []byte(s.Role))
	dst = binary.AppendUvarint(dst, uint64(len(s.Values)))
	for _, value := range s.Values {
		if value == nil {
			dst = append(dst, 0)
			continue
		}
		dst = appendLong(append(dst, 1), value)
	}
	return dst
}

var errStored = errors.New("a stored answer is not what a server of this version writes")

// readSession reads what appendSession wrote, and returns what follows. A session
// of another shape is of no use: its values would be taken for those of other keys.
func readSession(data, shape []byte) (s *rpc.Session, rest []byte, err error) {
	r := storedReader{data: data}
	switch form := r.byte(); {
	case form == 0:
		return nil, r.data, r.err
	case form != storedSession || !bytes.Equal(r.bytes(), shape):
		return nil, nil, rpc.NewError(rpc.CodeUnauthenticated, "this call opened a session before, of another version of the API: log in again")
	}
	s = &rpc.Session{Role: string(r.bytes())}
	for range r.length() {
		var value []byte
		if r.byte() != 0 {
			value = append([]byte{}, r.bytes()...)
		}
		s.Values = append(s.Values, value)
	}
	return s, r.data, r.err
}

// storedReader takes a stored answer apart. After an error it returns zeros.
type storedReader struct {
	data []byte
	err  error
}

func (r *storedReader) byte() byte {
	if len(r.data) == 0 {
		r.err = errStored
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

// length reads a number that is at most that of the bytes that follow.
func (r *storedReader) length() int {
	n, size := binary.Uvarint(r.data)
	if size <= 0 || n > uint64(len(r.data)-size) {
		r.data, r.err = nil, errStored
		return 0
	}
	r.data = r.data[size:]
	return int(n) // #nosec G115 -- checked above
}

func (r *storedReader) bytes() []byte {
	n := r.length()
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}
