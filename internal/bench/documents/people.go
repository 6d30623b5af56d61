package documents

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

// People is a list of about so many bytes in which every tenth word is personal: records of 1 KB in which rules meet six
// places among some thirty, one in every 190 bytes. Of the responses with personal data that Twilio documents, one in ten
// is as dense.
func People(size int) []byte {
	random := rand.New(rand.NewPCG(1, uint64(size))) //nolint:gosec // the same document in each run
	var b bytes.Buffer
	b.WriteString(`{"people":[`)
	for i := 0; b.Len() < size-500 || i == 0; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		person(&b, i, random)
		b.WriteByte('}')
	}
	b.WriteString(`],"next":null}`)
	return b.Bytes()
}

// OnePerson is the record of one person with a history of about so many bytes, which no rule meets.
func OnePerson(size int) []byte {
	random := rand.New(rand.NewPCG(2, uint64(size))) //nolint:gosec // the same document in each run
	var b bytes.Buffer
	b.WriteString(`{"people":[`)
	person(&b, 0, random)
	b.WriteString(`,"history":[`)
	for i := 0; b.Len() < size-200 || i == 0; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"evt_%08x","type":"invoice.paid","at":"2026-11-%02dT08:00:00Z","amount":%.2f,"text":"%s","tags":["auto"]}`,
			random.Uint32(), i%28+1, random.Float64()*100, prose(random))
	}
	b.WriteString(`]}],"next":null}`)
	return b.Bytes()
}

// person writes a record up to its last brace.
func person(b *bytes.Buffer, i int, random *rand.Rand) {
	fmt.Fprintf(b, `{"id":"acc_%08x","object":"account","status":"active","created_at":"2019-11-02T09:14:27Z",`, random.Uint32())
	fmt.Fprintf(b, `"updated_at":"2026-11-20T08:%02d:00Z","name":"Person %d","language":"de-DE","timezone":"Europe/Berlin",`, i%60, i)
	fmt.Fprintf(b, `"phone":"+4930231250%02d","email":"person%d@example.com","note":"%s",`, i%100, i, prose(random))
	fmt.Fprintf(b, `"plan":{"code":"team_25","name":"Team 25","seats":%d,"price":19.90,"currency":"EUR","renews_on":"2026-12-01"},`, random.IntN(100))
	fmt.Fprintf(b, `"location":{"lat":%.6f,"lon":%.6f,"source":"gps"},`, random.Float64()*60, random.Float64()*60)
	fmt.Fprintf(b, `"contacts":[{"name":"Friend","phone":"+4930231259%02d"}],"tags":["vip","beta","newsletter"],`, i%100)
	fmt.Fprintf(b, `"tax":{"ssn":"078-05-11%02d","country":"DE","exempt":false},"balance":{"amount":%.2f,"currency":"EUR"},`,
		i%100, random.Float64()*1000)
	fmt.Fprintf(b, `"links":{"self":"https://api.example.com/v1/accounts/%d","portal":"https://my.example.com/"},`, i)
	b.WriteString(`"features":{"voicemail":true,"recording":false,"number_insight":true},"support":{"tier":"gold","open_tickets":1}`)
}
