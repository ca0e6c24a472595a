// The part of kube-apiserver that writes secrets to etcd and reads them again, with files in the place of etcd.
//
//	apiserver CONFIG write|read|health FILE
//
// CONFIG is an EncryptionConfiguration. write stores standard input encrypted in FILE, read prints it; both print whether it is stale on
// standard error. Every failure, and the reason why the plugin is not healthy, goes to standard error with exit code 1.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/server/options/encryptionconfig"
	"k8s.io/apiserver/pkg/storage/value"
)

const patience = 10 * time.Second

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(config, action, file string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	loaded, err := encryptionconfig.LoadEncryptionConfig(ctx, config, false, "apiserver-test")
	if err != nil {
		return err
	}
	secrets := loaded.Transformers[schema.GroupResource{Resource: "secrets"}]
	where := value.DefaultContext("/registry/secrets/default/" + file)
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "/healthz", nil)
	switch action {
	case "health":
		return loaded.HealthChecks[0].Check(request)
	case "write":
		if err := loaded.HealthChecks[0].Check(request); err != nil {
			return err
		}
		plain, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		stored, err := secrets.TransformToStorage(ctx, plain, where)
		if err != nil {
			return err
		}
		return os.WriteFile(file, stored, 0o600)
	case "read":
		_ = loaded.HealthChecks[0].Check(request) // learns the current key id; reading does not depend on it
		stored, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		plain, stale, err := secrets.TransformFromStorage(ctx, stored, where)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "stale=%v\n", stale)
		_, err = os.Stdout.Write(plain)
		return err
	}
	return fmt.Errorf("write, read or health, not %s", action)
}
