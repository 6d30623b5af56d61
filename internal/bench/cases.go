package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

// testCase is one kind of exchange. Bound is the ratio it must not exceed; 0 only prints.
type testCase struct {
	name  string
	path  string
	bound float64
}

func cases() []testCase {
	return []testCase{
		{"untouched, 10 KB", "/free/10k", 1.05},
		{"five rules, 1 KB", "/people/1k", 1.2},
		{"one person, 10 KB", "/people/one", 1.2},
		{"nine people, 10 KB", "/people/10k", 1.2},
		{"page of 50 KB, 15 tags", "/page", 1.3},
		{"five rules, 100 KB", "/people/100k", 0},
		{"five rules, 10 MB", "/people/10m", 0},
	}
}

// policy has five rules, one of them a descendant, and all of them act.
const policy = `
purposes:
  service: {basis: contract, default: true}
categories:
  phone_number: {otherwise: {mask: {keep_last: 2}}}
  email: {otherwise: pseudonymize}
  precise_location: {purposes: [], actions: {service: {coarsen: 10km}}}
endpoints:
  GET /people/{size}:
    response:
      $.people[*].phone: phone_number
      $.people[*].contacts: contact_list
      $.people[*].location['lat','lon']: precise_location
      $.people[*].email: email
      $..ssn: government_id
`

// people is a list of about so many bytes, as an API gives it: records of 1 KB in which rules meet six places among some
// thirty.
func people(size int) []byte {
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

// onePerson is the record of one person with a history of about so many bytes, which no rule meets.
func onePerson(size int) []byte {
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

var words = []string{"order", "shipped", "invoice", "meeting", "moved", "thanks", "reply", "pending", "account", "since"} //nolint:gochecknoglobals // constants

func prose(random *rand.Rand) string {
	var b bytes.Buffer
	for i := range 12 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[random.IntN(len(words))])
	}
	return b.String()
}
