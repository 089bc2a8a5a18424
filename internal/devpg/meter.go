//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"fmt"
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// meter shows the progress of one download.
type meter interface {
	add(n int) // bytes that came
	done()     // at the end, also at an early one
}

// newMeter returns a bar on a terminal and plain lines elsewhere. A total of
// -1 is unknown; a nil out is silent.
func newMeter(out io.Writer, title string, total int64) meter {
	if out == nil {
		out = io.Discard
	}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return newBar(out, title, total)
	}
	return &lines{out: out, title: title, total: total}
}

type bar struct {
	progress *mpb.Progress
	bar      *mpb.Bar
}

func newBar(out io.Writer, title string, total int64, options ...mpb.ContainerOption) *bar {
	progress := mpb.New(append(options, mpb.WithOutput(out), mpb.WithWidth(40))...)
	return &bar{
		progress: progress,
		bar: progress.AddBar(max(total, 0),
			mpb.PrependDecorators(decor.Name(title+" "), decor.CountersKibiByte("% .1f / % .1f")),
			mpb.AppendDecorators(decor.Percentage()),
		),
	}
}

func (b *bar) add(n int) { b.bar.IncrBy(n) }

func (b *bar) done() {
	b.bar.Abort(false) // nothing when it is complete
	b.progress.Wait()
}

// lines prints a line every tenth of the total, or every few megabytes when
// that is unknown.
type lines struct {
	out         io.Writer
	title       string
	total, read int64
	printed     int64 // steps
}

const mega = 1 << 20

func (l *lines) add(n int) {
	l.read += int64(n)
	step := int64(8 * mega)
	if l.total > 0 {
		step = max(1, l.total/10)
	}
	if now := l.read / step; now > l.printed {
		l.printed = now
		l.print()
	}
}

func (l *lines) print() {
	if l.total > 0 {
		_, _ = fmt.Fprintf(l.out, "downloading %s: %.1f of %.1f MB\n", l.title, float64(l.read)/mega, float64(l.total)/mega)
		return
	}
	_, _ = fmt.Fprintf(l.out, "downloading %s: %.1f MB\n", l.title, float64(l.read)/mega)
}

func (l *lines) done() {}
