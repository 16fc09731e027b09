// The YAML of `totp-cli dump`, by the library that totp-cli uses (gopkg.in/yaml.v3; Debian's golang-gopkg-yaml.v3-dev), of the
// types in its internal/storage/{account,namespace}.go. Reads JSON from stdin, as totp-cli's credentials hold it.
package main

import (
	"encoding/json"
	"os"

	"gopkg.in/yaml.v3"
)

type account struct {
	Name      string `json:"name" yaml:"name"`
	Token     string `json:"token" yaml:"token"`
	Prefix    string `json:"prefix" yaml:"prefix"`
	Length    uint   `json:"length" yaml:"length"`
	Algorithm string `json:"algorithm" yaml:"algorithm"`
}

type namespace struct {
	Name     string     `json:"name" yaml:"name"`
	Accounts []*account `json:"accounts" yaml:"accounts"`
}

func main() {
	var namespaces []*namespace
	if err := json.NewDecoder(os.Stdin).Decode(&namespaces); err != nil {
		panic(err)
	}
	out, err := yaml.Marshal(namespaces)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(out)
}
