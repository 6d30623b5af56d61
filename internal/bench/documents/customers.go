package documents

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

// Customers is a list of about so many bytes as a shop, a help desk or a telephony API gives it: of each customer some
// thirty members, among them an address with its place, then orders with their lines and messages. It is ordinary in what
// matters here, how often a rule meets something: one place in every 300 bytes, where Twilio's documentation marks one in
// every 360 (the median of its responses with personal data; most of its responses have none).
func Customers(size int) []byte {
	random := rand.New(rand.NewPCG(4, uint64(size))) //nolint:gosec // the same document in each run
	var b bytes.Buffer
	b.WriteString(`{"object":"list","customers":[`)
	for i := 0; b.Len() < size-800 || i == 0; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		customer(&b, i, random)
	}
	b.WriteString(`],"has_more":true,"next_cursor":"b2Zmc2V0PTUw"}`)
	return b.Bytes()
}

// customer writes a record. The first customers are new: no order yet.
func customer(b *bytes.Buffer, i int, random *rand.Rand) {
	fmt.Fprintf(b, `{"id":"cus_%012x","object":"customer","created_at":"2024-%02d-03T09:14:27Z","updated_at":"2026-11-20T08:%02d:00Z",`,
		random.Uint64()>>16, i%12+1, i%60)
	fmt.Fprintf(b, `"status":"active","first_name":"Anna","last_name":"Jansen-%d","email":"anna.jansen%d@example.com","email_verified":true,`, i, i)
	fmt.Fprintf(b, `"phone":"+49302312%04d","locale":"de-DE","timezone":"Europe/Berlin","accepts_marketing":false,"tax_id":"DE 81/815/%05d",`,
		i%10_000, i%100_000)
	fmt.Fprintf(b, `"address":{"line1":"Lange Straße %d","line2":null,"city":"Berlin","postal_code":"%05d","country":"DE",`, i%200+1, 10115+i%80)
	fmt.Fprintf(b, `"location":{"lat":%.6f,"lon":%.6f,"accuracy":12}},`, 52+random.Float64(), 13+random.Float64())
	fmt.Fprintf(b, `"balance":{"amount":%.2f,"currency":"EUR"},"loyalty":{"tier":"silver","points":%d},"tags":["newsletter","b2c"],"orders":[`,
		random.Float64()*1000, random.IntN(5000))
	for n := range i % 4 {
		if n > 0 {
			b.WriteByte(',')
		}
		order(b, random)
	}
	b.WriteString(`],"messages":[`)
	for n := range (i + 1) % 4 {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, `{"id":"msg_%08x","channel":"sms","direction":"inbound","at":"2026-11-0%dT17:20:00Z","body":"%s","read":true}`,
			random.Uint32(), n+1, prose(random))
	}
	fmt.Fprintf(b, `],"links":{"self":"https://api.example.com/v1/customers/%d","portal":"https://my.example.com/"}}`, i)
}

func order(b *bytes.Buffer, random *rand.Rand) {
	fmt.Fprintf(b, `{"id":"ord_%08x","number":%d,"placed_at":"2026-10-1%dT12:00:00Z","state":"fulfilled","currency":"EUR","lines":[`,
		random.Uint32(), 10_000+random.IntN(90_000), random.IntN(10))
	for n := range 2 + random.IntN(2) {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, `{"sku":"SKU-%06d","title":"%s","quantity":%d,"unit_price":%.2f,"tax_rate":0.19,"image":"https://cdn.example.com/p/%d.jpg"}`,
			random.IntN(1_000_000), prose(random)[:24], random.IntN(4)+1, random.Float64()*100, random.IntN(1_000_000))
	}
	fmt.Fprintf(b, `],"shipping":{"carrier":"dhl","tracking":"JJD%012d","price":4.90},"total":%.2f,"paid":true,"note":null}`,
		random.Int64N(1_000_000_000_000), random.Float64()*300)
}
