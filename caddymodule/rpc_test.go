package caddymodule

import (
	"errors"
	"io"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	customerFull = `{"fullName":"Ada","phoneNumber":"5551234","customerId":"7654321","friend":{"fullName":"Bob","phoneNumber":"1"},` +
		`"byName":{"phoneNumber":{"fullName":"Cy","phoneNumber":"777"}}}`
	// The mask over a number makes no number, so it goes.
	customerCut = `{"fullName":"Ada","phoneNumber":"*****34","friend":{"phoneNumber":"1"},` +
		`"byName":{"phoneNumber":{"fullName":"Cy","phoneNumber":"*77"}}}`
)

// cutCustomer is what is counted where customerFull became customerCut.
func cutCustomer(direction string) map[string]float64 {
	return map[string]float64{
		"redactions_total{action=mask,category=telephone,direction=" + direction + ",kind=field}": 3,
		"redactions_total{action=remove,category=secret,direction=" + direction + ",kind=field}":  1,
		"redactions_total{action=remove,category=,direction=" + direction + ",kind=field}":        1,
	}
}

func TestCalls(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	for name, options := range map[string][]grpc.CallOption{"plain": nil, "gzip": {grpc.UseCompressor(gzip.Name)}} {
		t.Run("request "+name, func(t *testing.T) {
			asked := s.replies(t, `{"fullName":"ok"}`)
			before := counters(t)
			out, err := s.call(t, "/shop.Customers/Put", customerFull, options...)
			if err != nil {
				t.Fatal(err)
			}
			s.is(t, "the reply", out, `{"fullName":"ok"}`)
			s.is(t, "the request", <-asked, customerCut)
			done(t, before, cutCustomer("request"))
		})
		t.Run("response "+name, func(t *testing.T) {
			asked := s.replies(t, customerFull)
			before := counters(t)
			out, err := s.call(t, "/shop.Customers/Get", `{"fullName":"who"}`, options...)
			if err != nil {
				t.Fatal(err)
			}
			s.is(t, "the reply", out, customerCut)
			s.is(t, "the request", <-asked, `{"fullName":"who"}`)
			done(t, before, cutCustomer("response"))
		})
	}
	t.Run("no labels", func(t *testing.T) {
		asked := s.replies(t, customerFull)
		before := counters(t)
		out, err := s.call(t, "/shop.Customers/Free", customerFull)
		if err != nil {
			t.Fatal(err)
		}
		s.is(t, "the reply", out, customerFull)
		s.is(t, "the request", <-asked, customerFull)
		done(t, before, map[string]float64{})
	})
}

// Details may quote the request; the rest of a status stays. Labelled metadata goes as in any header and trailer.
func TestStatusOfCalls(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	for _, early := range []bool{true, false} {
		s.answers(func(stream grpc.ServerStream) error {
			if err := stream.RecvMsg(dynamicpb.NewMessage(s.kind)); err != nil {
				return err
			}
			stream.SetTrailer(metadata.Pairs("x-device-id", "dev-1", "x-kept", "yes"))
			if !early { // else the trailers come in the place of the header
				if err := stream.SendMsg(s.customer(t, `{"fullName":"Ada"}`)); err != nil {
					return err
				}
			}
			detailed, err := status.New(codes.InvalidArgument, "no such name").WithDetails(wrapperspb.String("5551234"))
			if err != nil {
				return err
			}
			return detailed.Err()
		})
		for _, method := range []string{"/shop.Customers/Get", "/shop.Customers/Free"} {
			var trailer metadata.MD
			_, err := s.call(t, method, `{}`, grpc.Trailer(&trailer))
			got := status.Convert(err)
			if got.Code() != codes.InvalidArgument || got.Message() != "no such name" {
				t.Errorf("%s: status %v", method, err)
			}
			labelled := strings.HasSuffix(method, "Get")
			if gone := len(got.Details()) == 0; gone != labelled {
				t.Errorf("%s: details %v", method, got.Details())
			}
			if gone := len(trailer["x-device-id"]) == 0; gone != labelled || len(trailer["x-kept"]) != 1 {
				t.Errorf("%s: trailers %v", method, trailer)
			}
		}
	}
}

// Each of the people in a message is judged by the own residence, named in the other spelling.
func TestServerStream(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	s.answers(func(stream grpc.ServerStream) error {
		if err := stream.RecvMsg(dynamicpb.NewMessage(s.kind)); err != nil {
			return err
		}
		for range 3 {
			page := s.customer(t, `{"people":[{"homeCountry":"DE","phoneNumber":"5551234"},{"homeCountry":"US","phoneNumber":"5551234"}]}`)
			if err := stream.SendMsg(page); err != nil {
				return err
			}
		}
		return nil
	})
	before := counters(t)
	stream := s.stream(t, "/shop.Customers/List")
	if err := errors.Join(stream.SendMsg(s.customer(t, `{}`)), stream.CloseSend()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		out := dynamicpb.NewMessage(s.kind)
		if err := stream.RecvMsg(out); err != nil {
			t.Fatal(err)
		}
		s.is(t, "a page", out, `{"people":[{"homeCountry":"DE","phoneNumber":"*****34"},{"homeCountry":"US","phoneNumber":"5551234"}]}`)
	}
	if err := stream.RecvMsg(dynamicpb.NewMessage(s.kind)); !errors.Is(err, io.EOF) {
		t.Errorf("the stream ends with %v", err)
	}
	done(t, before, map[string]float64{"redactions_total{action=mask,category=telephone,direction=response,kind=field}": 3})
}

// Every message of a conversation goes out before the next comes.
func TestConversation(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	s.answers(func(stream grpc.ServerStream) error {
		for {
			in := dynamicpb.NewMessage(s.kind)
			if err := stream.RecvMsg(in); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if err := stream.SendMsg(in); err != nil {
				return err
			}
		}
	})
	before := counters(t)
	stream := s.stream(t, "/shop.Customers/Chat", grpc.UseCompressor(gzip.Name))
	for range 5 {
		if err := stream.SendMsg(s.customer(t, customerFull)); err != nil {
			t.Fatal(err)
		}
		out := dynamicpb.NewMessage(s.kind)
		if err := stream.RecvMsg(out); err != nil {
			t.Fatal(err)
		}
		s.is(t, "the echo", out, strings.NewReplacer(`"fullName":"Ada",`, "", `"5551234"`, `"*****34"`).Replace(customerFull))
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if err := stream.RecvMsg(dynamicpb.NewMessage(s.kind)); !errors.Is(err, io.EOF) {
		t.Errorf("the stream ends with %v", err)
	}
	done(t, before, map[string]float64{
		"redactions_total{action=mask,category=telephone,direction=request,kind=field}": 5,
		"redactions_total{action=remove,category=secret,direction=response,kind=field}": 5,
	})
}

// A service may end a conversation in the middle, while its client waits for the next message.
func TestEndOfConversation(t *testing.T) {
	for _, mode := range []string{"enforce", "report"} {
		s := openShop(t, "mode "+mode+"\ndescriptors DESCRIPTORS")
		s.answers(func(stream grpc.ServerStream) error {
			if err := stream.RecvMsg(dynamicpb.NewMessage(s.kind)); err != nil {
				return err
			}
			return status.Error(codes.Aborted, "enough")
		})
		for _, method := range []string{"/shop.Customers/Chat", "/shop.Customers/Free"} {
			stream := s.stream(t, method)
			if err := stream.SendMsg(s.customer(t, `{}`)); err != nil {
				t.Fatal(err)
			}
			if err := stream.RecvMsg(dynamicpb.NewMessage(s.kind)); status.Code(err) != codes.Aborted {
				t.Errorf("%s, %s: the conversation ends with %v", mode, method, err)
			}
		}
	}
}

// What the schema does not know is refused in both directions.
func TestCallsRefused(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	strange := func() *dynamicpb.Message {
		m := s.customer(t, `{"fullName":"Ada"}`)
		m.SetUnknown(protowire.AppendString(protowire.AppendTag(nil, 99, protowire.BytesType), "5551234"))
		return m
	}
	refused := func(t *testing.T, method, direction string, in *dynamicpb.Message) {
		t.Helper()
		before := counters(t)
		err := s.conn.Invoke(t.Context(), method, in, dynamicpb.NewMessage(s.kind))
		if err == nil || strings.Contains(err.Error(), "5551234") {
			t.Errorf("the call ends with %v", err)
		}
		done(t, before, map[string]float64{"refusals_total{cause=type,direction=" + direction + "}": 1})
	}
	t.Run("request", func(t *testing.T) {
		s.replies(t, `{}`)
		refused(t, "/shop.Customers/Put", "request", strange())
	})
	t.Run("response", func(t *testing.T) {
		s.answers(func(stream grpc.ServerStream) error {
			return errors.Join(stream.RecvMsg(dynamicpb.NewMessage(s.kind)), stream.SendMsg(strange()))
		})
		refused(t, "/shop.Customers/Get", "response", s.customer(t, `{}`))
	})
	t.Run("late", func(t *testing.T) {
		before := counters(t)
		s.answers(func(stream grpc.ServerStream) error {
			in := dynamicpb.NewMessage(s.kind)
			return errors.Join(stream.RecvMsg(in), stream.SendMsg(in), stream.RecvMsg(in), stream.SendMsg(strange()))
		})
		stream := s.stream(t, "/shop.Customers/Chat")
		ask := func() {
			if err := stream.SendMsg(s.customer(t, `{"customerId":"1"}`)); err != nil {
				t.Fatal(err)
			}
		}
		ask()
		out := dynamicpb.NewMessage(s.kind)
		if err := stream.RecvMsg(out); err != nil {
			t.Fatal(err)
		}
		s.is(t, "the first message", out, `{"customerId":"1"}`)
		ask()
		if err := stream.RecvMsg(out); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("the stream ends with %v", err)
		}
		done(t, before, map[string]float64{"refusals_total{cause=type,direction=response}": 1})
	})
	t.Run("unknown method", func(t *testing.T) {
		s.replies(t, customerFull)
		refused(t, "/shop.Unknown/Get", "response", s.customer(t, `{}`))
	})
	t.Run("no schema", func(t *testing.T) {
		s = openShop(t, "")
		s.replies(t, customerFull)
		refused(t, "/shop.Customers/Put", "request", s.customer(t, `{}`))
		refused(t, "/shop.Customers/Get", "response", s.customer(t, `{}`))
	})
}

// What one handler did to a message is not done again by another.
func TestLayersOnCalls(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS", "privacy {\npurpose analytics\n}")
	asked := s.replies(t, customerFull)
	for method, direction := range map[string]string{"/shop.Customers/Put": "request", "/shop.Customers/Get": "response"} {
		before := counters(t)
		out, err := s.call(t, method, customerFull)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]*dynamicpb.Message{"request": <-asked, "response": out}
		s.is(t, "what was cut", got[direction], customerCut)
		done(t, before, cutCustomer(direction))
	}
}

// Mode report changes nothing, and counts what it would have done.
func TestCallsInReport(t *testing.T) {
	s := openShop(t, "mode report\ndescriptors DESCRIPTORS")
	asked := s.replies(t, customerFull)
	for method, direction := range map[string]string{"/shop.Customers/Put": "request", "/shop.Customers/Get": "response"} {
		before := counters(t)
		out, err := s.call(t, method, customerFull, grpc.UseCompressor(gzip.Name))
		if err != nil {
			t.Fatal(err)
		}
		s.is(t, "the reply", out, customerFull)
		s.is(t, "the request", <-asked, customerFull)
		done(t, before, cutCustomer(direction))
	}
	before := counters(t)
	script("/shop.Customers/Put", sends(200, "", "Content-Type", "application/proto"))
	post(t, "/shop.Customers/Put", "\xff", "Content-Type", "application/proto").is(t, 200, "")
	done(t, before, map[string]float64{"refusals_total{cause=malformed,direction=request}": 1})
}
