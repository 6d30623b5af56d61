// Package chromium starts the browser through which tests look at pages. Only tests use it.
package chromium
