package catalog

import "embed"

// File is one embedded part of the built-in policy.
type File struct {
	Name string // as positions show it, such as catalog/purposes.yaml
	Text []byte // YAML in the policy language
}

//go:embed purposes.yaml categories.yaml recipients.yaml
var embedded embed.FS

// Policy is the built-in policy, in the order purposes, categories, recipients. The caller owns the text.
func Policy() []File {
	names := [...]string{"purposes.yaml", "categories.yaml", "recipients.yaml"}
	files := make([]File, len(names))
	for i, name := range names {
		text, err := embedded.ReadFile(name)
		if err != nil {
			panic("catalog: " + name + " is not embedded") // the compiler has refused such a binary
		}
		files[i] = File{Name: "catalog/" + name, Text: text}
	}
	return files
}
