import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";

import type { GetServerStatusResponse } from "../../api/strongroom-types";
import { Code } from "../../ui/Code";
import { download } from "../../ui/download";
import { Foreign } from "../../ui/Foreign";
import { distance } from "../../ui/format";
import { When } from "../../ui/When";

const WARN_SECONDS = 30 * 86_400;

export function Tls({ status, now }: { readonly status: GetServerStatusResponse; readonly now: Date }) {
  const { Tls: { CaCertificate, Subject, NotAfter } = {} } = status;
  if (NotAfter === undefined) {
    return (
      <SpaceBetween size="m">
        <Alert type="warning" header="This server speaks plain HTTP">
          Requests are signed but not encrypted: whoever is on the network between can read plaintexts. That is fine on one machine,
          and nowhere else. Make a certificate, then start the server again:
        </Alert>
        <Code label="command for certificates" text="strongroom tls init --name kms.example.com" />
      </SpaceBetween>
    );
  }
  const left = NotAfter - now.getTime() / 1000;
  return (
    <SpaceBetween size="m">
      {left < WARN_SECONDS && (
        <Alert type={left > 0 ? "warning" : "error"} header={left > 0 ? "The certificate ends soon" : "The certificate has ended"}>
          Run strongroom tls init again, then start the server anew.
        </Alert>
      )}
      <KeyValuePairs
        columns={3}
        items={[
          { label: "Certificate of", value: <Foreign text={Subject ?? "-"} /> },
          { label: "Valid until", value: <><When at={NotAfter} /> ({distance(NotAfter, now)})</> },
        ]}
      />
      {CaCertificate !== undefined && (
        <>
          <div>
            <Button
              iconName="download"
              onClick={() => {
                download("strongroom-ca.pem", CaCertificate, "application/x-pem-file");
              }}
            >
              Download the CA certificate
            </Button>
          </div>
          <Code label="how clients trust the CA" text={"export AWS_CA_BUNDLE=$PWD/strongroom-ca.pem\nexport NODE_EXTRA_CA_CERTS=$PWD/strongroom-ca.pem"} />
        </>
      )}
    </SpaceBetween>
  );
}
