package grpc_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	google "google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/grpc"
	"github.com/privet-gateway/privet/internal/protobuf"
)

// greeting takes the word "secret" out of the JSON of a message.
func greeting(t *testing.T, m protobuf.Message) func([]byte) ([]byte, error) {
	t.Helper()
	var view protobuf.View
	return func(message []byte) ([]byte, error) {
		text, err := view.Read(m, message, protobuf.Limits{})
		if err != nil {
			return nil, err
		}
		out, _, err := view.Write([]byte(strings.ReplaceAll(string(text), "secret", "***")))
		return out, err
	}
}

// filtered is a body behind a stream.
type filtered struct {
	body   io.ReadCloser
	stream *grpc.Stream
	ready  []byte
	ended  bool
}

func (f *filtered) Read(p []byte) (int, error) {
	buffer := make([]byte, 7)
	for len(f.ready) == 0 {
		if f.ended {
			return 0, io.EOF
		}
		n, err := f.body.Read(buffer)
		out, failed := f.stream.Feed(buffer[:n])
		if failed != nil {
			return 0, failed
		}
		f.ready = append(f.ready, out...)
		if errors.Is(err, io.EOF) {
			f.ended = true
			if out, err = f.stream.Close(); err == nil {
				f.ready = append(f.ready, out...)
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
	}
	n := copy(p, f.ready)
	f.ready = f.ready[n:]
	return n, nil
}

func (f *filtered) Close() error { return f.body.Close() }

func through(body io.ReadCloser, h http.Header, filter func([]byte) ([]byte, error)) io.ReadCloser {
	protocol, _, _ := grpc.ProtocolOf(h.Get("Content-Type"))
	c, err := coding.Parse(h.Values(protocol.EncodingHeader()))
	if err != nil {
		c = 0
	}
	return &filtered{body: body, stream: grpc.NewStream(grpc.Options{Protocol: protocol, Coding: c, Message: filter})}
}

// echoService answers each message of a stream with itself.
func echoService(t *testing.T) (address string) {
	t.Helper()
	server := google.NewServer(google.UnknownServiceHandler(func(_ any, stream google.ServerStream) error {
		for {
			m := new(wrapperspb.StringValue)
			if err := stream.RecvMsg(m); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			m.Value += " of secrets"
			if err := stream.SendMsg(m); err != nil {
				return err
			}
		}
	}))
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// proxy stands between client and service, and filters both ways.
func proxy(t *testing.T, upstream string) (address string) {
	t.Helper()
	set, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{
		protodesc.ToFileDescriptorProto(wrapperspb.File_google_protobuf_wrappers_proto),
	}})
	if err != nil {
		t.Fatal(err)
	}
	schema, err := protobuf.Load(set)
	if err != nil {
		t.Fatal(err)
	}
	message, _ := schema.Message("google.protobuf.StringValue")
	cleartext := new(http.Protocols)
	cleartext.SetUnencryptedHTTP2(true)
	to := &url.URL{Scheme: "http", Host: upstream}
	reverse := &httputil.ReverseProxy{
		FlushInterval: -1,
		Transport:     &http.Transport{Protocols: cleartext},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Body = through(r.Out.Body, r.Out.Header, greeting(t, message))
		},
		ModifyResponse: func(r *http.Response) error {
			r.Body = through(r.Body, r.Header, greeting(t, message))
			return nil
		},
	}
	server := httptest.NewUnstartedServer(reverse)
	server.Config.Protocols = cleartext
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// TestExchange runs the library's client and server, each message of a stream in both directions, compressed and not.
func TestExchange(t *testing.T) {
	t.Parallel()
	client, err := google.NewClient(proxy(t, echoService(t)), google.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for name, options := range map[string][]google.CallOption{"plain": nil, "gzip": {google.UseCompressor(gzip.Name)}} {
		t.Run(name, func(t *testing.T) {
			stream, err := client.NewStream(t.Context(), &google.StreamDesc{ClientStreams: true, ServerStreams: true}, "/test.Echo/Echo", options...)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{"a secret", "nothing", ""} {
				if err := stream.SendMsg(wrapperspb.String(text)); err != nil {
					t.Fatal(err)
				}
				answer := new(wrapperspb.StringValue)
				if err := stream.RecvMsg(answer); err != nil {
					t.Fatal(err)
				}
				if want := strings.ReplaceAll(text, "secret", "***") + " of ***s"; answer.GetValue() != want {
					t.Errorf("%q, want %q", answer.GetValue(), want)
				}
			}
			if err := stream.CloseSend(); err != nil {
				t.Fatal(err)
			}
			if err := stream.RecvMsg(new(wrapperspb.StringValue)); !errors.Is(err, io.EOF) {
				t.Errorf("the stream ends with %v", err)
			}
		})
	}
}
