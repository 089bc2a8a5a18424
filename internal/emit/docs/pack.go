package docs

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"runtime"

	"github.com/klauspost/compress/flate"
	"golang.org/x/sync/errgroup"
)

const (
	// unpacked is how many bytes of methods a page holds as they are. A browser
	// reads that much at once; beyond it, methods come out of packs on demand.
	unpacked = 300 << 10
	// packSize is how many methods are packed together: one is unpacked in a few
	// milliseconds, and is large enough to be packed well.
	packSize = 24
	// packLevel is where packing harder takes long and makes a page no smaller by a tenth.
	packLevel = 6
)

// pack takes the bodies of a large page's articles out of it, and returns them as
// base64 of raw deflate, which browsers read (Compression Streams). A body ends in
// NUL, which none holds. The bytes are the same whatever Go spgen was built with:
// the packer's version stands in go.mod.
func pack(parts []*part) ([]template.HTML, error) {
	var all []*article
	size := 0
	for _, p := range parts {
		all = append(all, p.Articles...)
	}
	for _, a := range all {
		size += len(a.Body)
	}
	if size <= unpacked {
		return nil, nil
	}
	packs := make([]template.HTML, (len(all)+packSize-1)/packSize)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range packs {
		articles := all[i*packSize : min((i+1)*packSize, len(all))]
		group.Go(func() (err error) {
			for place, a := range articles {
				a.Packed, a.Pack, a.Place = true, i, place
			}
			packs[i], err = deflate(articles)
			return err
		})
	}
	return packs, group.Wait()
}

func deflate(articles []*article) (template.HTML, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, packLevel)
	if err != nil {
		return "", err
	}
	for _, a := range articles {
		if _, err := w.Write([]byte(clean(string(a.Body)) + "\x00")); err != nil {
			return "", err
		}
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return template.HTML(base64.StdEncoding.EncodeToString(b.Bytes())), nil // #nosec G203 -- base64 has no markup
}
