// Package house holds the rules of the house that a compiler does not: which package may import which.
package house
