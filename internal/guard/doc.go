// Package guard is the script that holds back in the browser what a page's own scripts would ask for.
package guard
