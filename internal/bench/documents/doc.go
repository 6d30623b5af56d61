// Package documents makes the documents and the policy that the gateway is weighed with, the same in each run.
package documents
