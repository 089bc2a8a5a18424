package load_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/bench/load"
)

func TestTemplate(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want, wantErr string }{
		{"nothing to fill", `{"a": [{"b": {}}]}`, `{"a": [{"b": {}}]}`, ""},
		{"numbers", `{"i":{{i}},"c":"u{{conn}}"}`, `{"i":7,"c":"u3"}`, ""},
		{"spaces", `{"i":{{  i }}}`, `{"i":7}`, ""},
		{"rand of one", `{"r":{{rand 5 5}}}`, `{"r":5}`, ""},
		{"rand below zero", `{"r":{{rand -5 -5}}}`, `{"r":-5}`, ""},
		{"unknown", `{"i":{{x}}}`, "", "{{x}} is no placeholder: there are {{i}}, {{conn}} and {{rand 1 100}}"},
		{"empty", `{"i":{{}}}`, "", "{{}} is no placeholder"},
		{"too many", `{"i":{{i 1}}}`, "", "{{i 1}} is no placeholder"},
		{"not closed", `{"i":"{{i"}`, "", `{{i"} has no }}`},
		{"upside down", `{"i":{{rand 2 1}}}`, "", "{{rand 2 1}}: two integers, the smaller one first"},
		{"no integer", `{"i":{{rand a 1}}}`, "", "two integers"},
		{"too wide", `{"i":{{rand -4611686018427387904 4611686018427387903}}}`, "", "two integers"},
		{"array", `[1]`, "", "not a JSON object: [1]"},
		{"null", `null`, "", "not a JSON object"},
		{"not JSON", `{{i}}x`, "", "not a JSON object"},
		{"more", `{} {}`, "", "not a JSON object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			template, err := load.ParseTemplate(tt.in)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("error %v, want %q", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := template.Fill(7, 3, 1); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestTemplateRand checks that every number of the range comes, and no other.
func TestTemplateRand(t *testing.T) {
	t.Parallel()
	template, err := load.ParseTemplate(`{"r":{{rand 1 3}}}`)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for seed := range uint64(200) {
		seen[template.Fill(1, 1, seed)]++
	}
	if len(seen) != 3 || seen[`{"r":1}`] == 0 || seen[`{"r":3}`] == 0 {
		t.Errorf("filled with %v", seen)
	}
}
