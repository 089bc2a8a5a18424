package docs_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z-]+): (?:light-dark\()?#([0-9a-f]{3,6})(?:, #([0-9a-f]{3,6})\))?;`)

// palette reads the colours of a rule of the page's style, for a light or a dark screen.
func palette(css string, dark bool) map[string][3]float64 {
	colours := map[string][3]float64{}
	for _, m := range colour.FindAllStringSubmatch(css, -1) {
		hex := m[2]
		if dark && m[3] != "" {
			hex = m[3]
		}
		if len(hex) == 3 {
			hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
		}
		var rgb [3]float64
		for i := range rgb {
			n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8) // the pattern admits nothing else
			rgb[i] = float64(n) / 255
		}
		colours[m[1]] = rgb
	}
	return colours
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(rgb [3]float64) float64 {
	var linear [3]float64
	for i, c := range rgb {
		if linear[i] = c / 12.92; c > 0.04045 {
			linear[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}

func contrast(a, b [3]float64) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast holds every pair of colours that text uses to WCAG 2.2 AA.
func TestContrast(t *testing.T) {
	t.Parallel()
	style := between(t, string(emit(t, messenger())["index.html"]), "<style>", "</style>")
	screen := between(t, style, ":root {", "}")
	paper := screen + between(t, style, ":root, :root[data-theme] {", "}")
	pairs := [][2]string{
		{"ink", "paper"},
		{"ink", "raised"},
		{"ink", "accent-soft"},
		{"quiet", "paper"},
		{"quiet", "raised"},
		{"quiet", "accent-soft"},
		{"accent", "paper"},
		{"accent", "raised"},
		{"accent", "accent-soft"},
		{"green", "green-soft"},
		{"green", "raised"},
		{"amber", "amber-soft"},
		{"amber", "raised"},
		{"red", "red-soft"},
		{"violet", "violet-soft"},
		{"code-ink", "code-paper"},
		{"code-ink", "code-head"},
		{"code-quiet", "code-paper"},
		{"code-quiet", "code-head"},
		{"code-key", "code-paper"},
		{"code-string", "code-paper"},
		{"code-number", "code-paper"},
	}
	for name, colours := range map[string]map[string][3]float64{
		"light": palette(screen, false), "dark": palette(screen, true), "print": palette(paper, false),
	} {
		for _, p := range pairs {
			text, ok := colours[p[0]]
			ground, ok2 := colours[p[1]]
			if !ok || !ok2 {
				t.Errorf("%s lacks a colour of %v", name, p)
			} else if ratio := contrast(text, ground); ratio < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want 4.5", name, p[0], p[1], ratio)
			}
		}
		for _, ground := range []string{"paper", "raised"} {
			if ratio := contrast(colours["edge"], colours[ground]); ratio < 3 {
				t.Errorf("%s: borders of controls on %s have a contrast of %.2f, want 3", name, ground, ratio)
			}
		}
	}
}
