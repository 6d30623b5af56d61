package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
)

// traced is the demo with Caddy's tracing, and a route on which two handlers stand within each other.
const traced = `{
	admin localhost:2019
	auto_https off
	metrics
	privacy {
		policy examples/communications/privacy.yaml examples/communications/fields/*.yaml
		store file examples/communications/choices.yaml
	}
	servers :8080 {
		trusted_proxies static 127.0.0.1/32
		trusted_proxies_strict
	}
}
http://:8080 {
	tracing {
		span gateway
	}
	handle /crm/* {
		privacy {
			recipient crm-us
		}
		reverse_proxy localhost:8081
	}
	handle_path /nested/* {
		privacy {
			purpose quality
		}
		handle {
			privacy {
				purpose fraud
			}
			reverse_proxy localhost:8081
		}
	}
	handle {
		privacy {
			purpose {http.request.header.Privacy-Purpose} service fraud analytics research
		}
		reverse_proxy localhost:8081
	}
}
import examples/communications/upstream.caddyfile
`

// line is where a text stands first in a file of the gateway's folder, as positions name it.
func (g *gateway) line(t *testing.T, name, text string) string {
	t.Helper()
	before, _, found := strings.Cut(g.read(t, name), text)
	if !found {
		t.Fatalf("%s holds no %q", name, text)
	}
	return fmt.Sprintf("%s:%d:%d", name, strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n"))
}

func TestTraces(t *testing.T) {
	t.Parallel()
	spans := receive(t)
	g := start(t, withCaddyfile(traced), spans.exporting())
	const policy = "examples/communications/privacy.yaml"

	number := 0
	// exchange sends one request within a trace of its own and gives its one span.
	exchange := func(t *testing.T, want int, r *http.Request) *trace.Span {
		t.Helper()
		number++
		traceID, parent := fmt.Sprintf("%032x", 0x5eed0000+number), fmt.Sprintf("%016x", 0xca11e500+number)
		a, err := send(with(r, "traceparent", "00-"+traceID+"-"+parent+"-01"))
		if err != nil {
			t.Fatal(err)
		}
		if a.status != want {
			t.Fatalf("status %d, want %d: %s", a.status, want, a.body)
		}
		privacy, server := spans.of(t, traceID)
		if got := fmt.Sprintf("%x", server.GetParentSpanId()); got != parent {
			t.Errorf("the server's span hangs on %s, not on the caller's %s", got, parent)
		}
		if len(privacy) != 1 {
			t.Fatalf("%d spans named privacy, want one", len(privacy))
		}
		if string(privacy[0].GetParentSpanId()) != string(server.GetSpanId()) {
			t.Error("the span privacy is no child of the server's")
		}
		return privacy[0]
	}
	request := func(method, path, body string, header ...string) *http.Request {
		r, err := http.NewRequest(method, g.site+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return with(r, header...)
	}
	described := func(t *testing.T, span *trace.Span, want map[string]string) {
		t.Helper()
		got := attributes(span.GetAttributes())
		for name, value := range want {
			if have, ok := got[name]; !ok || have != value {
				t.Errorf("attribute %s is %q, want %q", name, have, value)
			}
		}
	}

	t.Run("a redaction", func(t *testing.T) {
		span := exchange(t, 200, request("GET", "/v1/numbers/493023125042/insight", "", "Privacy-Purpose", "fraud", "X-Forwarded-For", "5.9.0.1"))
		described(t, span, map[string]string{
			"privacy.purpose": "fraud", "privacy.origin": "EEA", "privacy.regime": "opt_in",
			"privacy.recipient": "", "privacy.transfer": "none", "privacy.mode": "enforce", "privacy.permitted": "true",
		})
		want := []map[string]string{{
			"privacy.kind": "field", "privacy.direction": "response", "privacy.category": "phone_number", "privacy.action": "mask",
			"privacy.field": "$.number", "privacy.rule": g.line(t, policy, "fraud: {mask: {keep_first: 3, keep_last: 2}}, quality:"),
			"privacy.unfit": "false", "privacy.count": "1",
		}}
		got := events(span, "privacy.redaction")
		for _, event := range got {
			if event["privacy.reason"] == "" {
				t.Error("the event gives no reason")
			}
			delete(event, "privacy.reason")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})

	t.Run("a page", func(t *testing.T) {
		span := exchange(t, 200, request("GET", "/signup", "", "X-Forwarded-For", "5.9.0.1"))
		found := map[string]string{}
		for _, event := range events(span, "privacy.redaction") {
			if event["privacy.kind"] == "tag" {
				found[event["privacy.recipient"]] = event["privacy.action"] + " for: " + event["privacy.reason"]
				if !strings.HasPrefix(event["privacy.rule"], "catalog/recipients.yaml:") || event["privacy.field"] != "" {
					t.Errorf("the event has rule %q and field %q", event["privacy.rule"], event["privacy.field"])
				}
			}
		}
		// What inline scripts set up, such as marketo, is held back in the browser.
		for recipient, purpose := range map[string]string{
			"google_analytics": "analytics", "google_tag_manager": "functionality", "facebook_connect": "social",
		} {
			want := "remove for: " + purpose + " is on consent; nothing was said, and silence refuses here (opt_in)"
			if found[recipient] != want {
				t.Errorf("%s: %q, want %q", recipient, found[recipient], want)
			}
		}
	})

	t.Run("a transfer that may be", func(t *testing.T) {
		span := exchange(t, 200, request("GET", "/crm/leads", "", "X-Forwarded-For", "8.8.8.8"))
		described(t, span, map[string]string{
			"privacy.purpose": "service", "privacy.origin": "US", "privacy.regime": "opt_out",
			"privacy.recipient": "crm-us", "privacy.transfer": "allowed", "privacy.mode": "enforce",
		})
	})

	t.Run("a transfer that may not be", func(t *testing.T) {
		span := exchange(t, 451, request("GET", "/crm/leads", "", "X-Forwarded-For", "5.9.0.1"))
		described(t, span, map[string]string{"privacy.recipient": "crm-us", "privacy.transfer": "missing", "privacy.origin": "EEA"})
		refusals := events(span, "privacy.refusal")
		if len(refusals) != 1 {
			t.Fatalf("%d refusals, want one", len(refusals))
		}
		want := map[string]string{
			"privacy.cause": "transfer", "privacy.direction": "request", "http.response.status_code": "451",
			"privacy.detail": "EEA: crm-us is in US, and no safeguard that covers EEA is in force",
			"privacy.rule":   g.line(t, policy, "crm-us:"),
		}
		if diff := cmp.Diff(want, refusals[0]); diff != "" {
			t.Errorf("refusal (-want +got):\n%s", diff)
		}
		if span.GetStatus().GetCode() == trace.Status_STATUS_CODE_ERROR {
			t.Error("the span is marked as an error, but to block is what the policy asks for")
		}
	})

	t.Run("a body that is refused", func(t *testing.T) {
		span := exchange(t, 400, request("POST", "/v1/contacts/import", `{"contacts": [}`, "Content-Type", "application/json"))
		refusals := events(span, "privacy.refusal")
		if len(refusals) != 1 || refusals[0]["privacy.direction"] != "request" || refusals[0]["http.response.status_code"] != "400" {
			t.Errorf("refusals are %v, want one of the request with 400", refusals)
		}
	})

	t.Run("a response that is refused", func(t *testing.T) {
		span := exchange(t, 502, request("GET", "/v1/broken", ""))
		refusals := events(span, "privacy.refusal")
		if len(refusals) != 1 || refusals[0]["privacy.direction"] != "response" || refusals[0]["privacy.cause"] != "type" {
			t.Errorf("refusals are %v, want one of the response for its type", refusals)
		}
		if span.GetStatus().GetCode() != trace.Status_STATUS_CODE_ERROR {
			t.Error("the span is not marked as an error")
		}
	})

	// Both handlers mask the number alike, the inner one first; the outer one leaves that place alone.
	t.Run("two handlers, one span", func(t *testing.T) {
		span := exchange(t, 200, request("GET", "/nested/v1/numbers/493023125042/insight", ""))
		described(t, span, map[string]string{"privacy.purpose": "quality"})
		masked := 0
		for _, event := range events(span, "privacy.redaction") {
			if event["privacy.field"] == "$.number" {
				masked++
			}
		}
		if masked != 1 {
			t.Errorf("the number was acted on %d times, want once", masked)
		}
	})
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	g := start(t)
	const series = `privet_redactions_total{action="mask",category="phone_number",direction="response",kind="field"}`
	ask := func() {
		t.Helper()
		g.must(t, 200, "/v1/numbers/493023125042/insight", "Privacy-Purpose", "fraud", "X-Forwarded-For", "5.9.0.1")
		for name, want := range map[string]string{
			series: "1", "privet_policy_up": "1", "privet_policy_reload_failures_total": "0", "privet_seconds_count": "1",
			`privet_exchanges_total{origin="EEA",purpose="fraud",regime="opt_in"}`: "1",
		} {
			if got := g.metric(t, name); got != want {
				t.Errorf("%s is %q, want %s", name, got, want)
			}
		}
	}
	ask()

	// A new configuration counts from nought, as Caddy's own metrics do.
	g.edit(t, "Caddyfile", "\tencode\n", "\tencode\n\theader >X-Generation second\n")
	if out, err := g.command("reload"); err != nil {
		t.Fatalf("reloading: %v\n%s", err, out)
	}
	if got := g.metric(t, "privet_policy_up"); got != "1" {
		t.Errorf("after the reload privet_policy_up is %q, want 1", got)
	}
	ask()

	g.must(t, 451, "/crm/leads", "X-Forwarded-For", "5.9.0.1")
	for _, name := range []string{
		`privet_transfers_total{mode="enforce",recipient="crm-us",state="missing"}`,
		`privet_refusals_total{cause="transfer",direction="request"}`,
	} {
		if got := g.metric(t, name); got != "1" {
			t.Errorf("%s is %q, want 1", name, got)
		}
	}
}
