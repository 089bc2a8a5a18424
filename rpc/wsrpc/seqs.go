package wsrpc

import "math/bits"

// seqs finds the requests in flight by their seq. Clients count up, so that each
// has a place of its own, and finding one costs a fraction of what a map does. The
// requests of one place form a list.
type seqs struct{ places []*request }

// grow makes places for about so many requests.
func (s *seqs) grow(n int) {
	s.places = make([]*request, 1<<bits.Len(uint(min(n, 1<<16)-1)))
}

func (s *seqs) place(seq uint64) **request { return &s.places[seq&uint64(len(s.places)-1)] }

// find returns the request with seq, or nil.
func (s *seqs) find(seq uint64) *request {
	if s.places == nil {
		return nil
	}
	q := *s.place(seq)
	for q != nil && q.Seq != seq {
		q = q.next
	}
	return q
}

func (s *seqs) add(q *request) {
	p := s.place(q.Seq)
	q.next, *p = *p, q
}

// remove takes q out, which is in.
func (s *seqs) remove(q *request) {
	p := s.place(q.Seq)
	for *p != q {
		p = &(*p).next
	}
	*p, q.next = q.next, nil
}

// each calls f for every request.
func (s *seqs) each(f func(*request)) {
	for _, q := range s.places {
		for ; q != nil; q = q.next {
			f(q)
		}
	}
}
