// Package browsertest tests the generated docs and their console in Chromium, as
// they are served and as a file: what they do, that nothing is logged as an
// error, that no Content-Security-Policy is broken, and that axe-core finds no
// fault. It has tests only.
//
// SPGEN_SCREENSHOTS names a directory for pictures of the page. Chromium and
// axe-core come by internal/clienttest/install.sh, which fails where it cannot
// install them.
package browsertest
