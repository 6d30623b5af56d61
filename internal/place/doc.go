// Package place is address → country; the only importer of the databases.
//
// # Why so much is unknown
//
// A country that is guessed can loosen what is done with somebody's data, and an unknown one cannot: it is treated as the
// strictest place there is. So an address has a country only where it is one a person can have. Addresses for special
// purposes (private, shared, link-local, documentation, multicast and the like) have none, whatever a database says of
// them, until the operator states one.
//
// # Why addresses within addresses are not unpacked
//
// ::ffff:192.0.2.1 is the IPv4 address 192.0.2.1 as a socket spells it, and is read as that. NAT64 (RFC 6052), 6to4 (RFC
// 3056, retired by RFC 7526) and Teredo (RFC 4380) are something else: the address inside belongs to a gateway or is what
// the sender wrote there. They are unknown. Who translates IPv4 in front of Privet hands the client's own address on, with
// the PROXY protocol or a trusted proxy's header, or states a network.
//
// # Why the IPv6 half of the database is read here
//
// Iploc unpacks it to 11 MB on the heap, which stay, and which the garbage collector doubles. What is global of it takes 2 MB
// in blocks that a search goes through. Its tables have no exported name: a version that calls them otherwise does not link.
//
// # Why the database is asked at the start
//
// Its IPv6 half is unpacked on first use, which no request should wait for. A handful of known pairs shows before the
// first visitor comes that it is what it is taken for.
package place
