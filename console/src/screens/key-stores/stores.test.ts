// @vitest-environment node
import { expect, test } from "vitest";

import { EMPTY, isWhole, mayConnect, mayDisconnect, requestOf, stateText } from "./stores";

test("each type is asked for its own", () => {
  const cluster = { ...EMPTY, name: " hsm ", cluster: "cluster-1", anchor: "PEM", password: "secret12" };
  expect(isWhole(EMPTY)).toBe(false);
  expect(isWhole(cluster)).toBe(true);
  expect(isWhole({ ...cluster, type: "EXTERNAL_KEY_STORE" })).toBe(false);
  expect(requestOf(cluster)).toEqual({
    CustomKeyStoreName: "hsm",
    CustomKeyStoreType: "AWS_CLOUDHSM",
    CloudHsmClusterId: "cluster-1",
    TrustAnchorCertificate: "PEM",
    KeyStorePassword: "secret12",
  });
  const proxy = { ...EMPTY, name: "x", type: "EXTERNAL_KEY_STORE" as const, endpoint: "https://proxy", accessKeyId: "A", secret: "s" };
  expect(isWhole(proxy)).toBe(true);
  expect(requestOf(proxy)).not.toHaveProperty("KeyStorePassword");
});

test("what can be done in which state", () => {
  expect(["CONNECTED", "DISCONNECTED", "FAILED"].map(mayConnect)).toEqual([false, true, false]);
  expect(["CONNECTED", "DISCONNECTED", "FAILED"].map(mayDisconnect)).toEqual([true, false, true]);
  expect(stateText("NEW").text).toBe("NEW");
});
