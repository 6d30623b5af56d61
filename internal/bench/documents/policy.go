package documents

import (
	"fmt"
	"strings"
)

// Policy labels five kinds of place in either list, one of them by a descendant segment; all of them act. Under /many the
// same five stand among so many that a document does not hold, as they do where one policy covers all that an API may
// ever send.
func Policy() string {
	const many = 495
	var b strings.Builder
	b.WriteString(`purposes:
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
  GET /customers/{size}:
    response:
` + customerRules + `  GET /many/{size}:
    response:
` + customerRules)
	for i := range many {
		// As rules come: most name a member of a record, some one further in, a few a name wherever it stands.
		switch i % 10 {
		case 0:
			fmt.Fprintf(&b, "      $..secret_%d: government_id\n", i)
		case 1, 2, 3:
			fmt.Fprintf(&b, "      $.customers[*].profile.attribute_%d: email\n", i)
		default:
			fmt.Fprintf(&b, "      $.customers[*].attribute_%d: email\n", i)
		}
	}
	return b.String()
}

const customerRules = `      $.customers[*].email: email
      $.customers[*].phone: phone_number
      $.customers[*].address.location['lat','lon']: precise_location
      $.customers[*].messages[*].body: message_content
      $..tax_id: government_id
`
