package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"
	"math"
	"strconv"
)

const (
	keyID  = "bench"
	secret = "sixteen bytes or more" //nolint:gosec // keeps nothing secret
)

// actions are those of the rules, for the libraries: the same HMAC over the same text, the same mask, coordinates on
// the same grid (with floats, which is quicker than exact).
type actions struct {
	mac      hash.Hash
	encoding *base32.Encoding
	sum      [sha256.Size]byte
	out      []byte
}

func newActions() *actions {
	return &actions{
		mac:      hmac.New(sha256.New, []byte(secret)),
		encoding: base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding),
	}
}

// token is what pseudonymize writes, valid until the next call.
func (a *actions) token(text []byte) []byte {
	a.mac.Reset()
	a.mac.Write(text)
	a.out = append(a.out[:0], "p_"+keyID+"_"...)
	a.out = a.encoding.AppendEncode(a.out, a.mac.Sum(a.sum[:0])[:16])
	return a.out
}

// mask keeps the last two, valid until the next call.
func (a *actions) mask(text []byte) []byte {
	a.out = append(a.out[:0], text...)
	for i := range max(len(a.out)-2, 0) {
		a.out[i] = '*'
	}
	return a.out
}

// coarse is a coordinate on the grid of 10 km: 0.1 degrees of latitude, 0.5 of longitude.
func (a *actions) coarse(number []byte, step float64) ([]byte, error) {
	degrees, err := strconv.ParseFloat(string(number), 64)
	if err != nil {
		return nil, err
	}
	a.out = strconv.AppendFloat(a.out[:0], math.Round(degrees/step)*step, 'f', 1, 64)
	return a.out, nil
}

const (
	latitudeStep  = 0.1
	longitudeStep = 0.5
)

//nolint:gochecknoglobals // a table, never written to
var axes = [...]struct {
	name string
	step float64
}{{"lat", latitudeStep}, {"lon", longitudeStep}}
