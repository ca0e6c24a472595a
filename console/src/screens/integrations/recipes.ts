/** What to type to use this server from the programs that speak AWS KMS; docs/integrations has a page for each. */

export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  /** Id, alias or ARN. */
  readonly key: string;
  readonly tls: boolean;
}

export interface Step {
  readonly title: string;
  readonly text: string;
}

/** How calls of a program are told from others in the audit. */
export type Mark =
  /** A name in the encryption context that only it uses. */
  | { readonly context: string }
  /** What its user agent holds. */
  | { readonly agent: RegExp };

export interface Recipe {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** undefined: its calls look like those of another program. */
  readonly mark: Mark | undefined;
  readonly steps: (place: Place) => readonly Step[];
}

export const CA_FILE = "strongroom-ca.pem";

/** The environment that every AWS SDK and the AWS CLI read. Credentials are named, never filled in. */
export function environment({ endpoint, region, tls }: Place): Step {
  const lines = [
    `export AWS_ENDPOINT_URL_KMS=${endpoint}`,
    `export AWS_ENDPOINT_URL_STS=${endpoint} AWS_ENDPOINT_URL_IAM=${endpoint}`,
    `export AWS_REGION=${region}`,
    ...(tls ? [`export AWS_CA_BUNDLE=$PWD/${CA_FILE}    # download it in Settings, TLS`] : []),
    "export AWS_PROFILE=...    # or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  ];
  return { title: "Environment", text: lines.join("\n") };
}

/** The ARN of the chosen key, where a program takes nothing else. */
export function arnOf({ key, region, account }: Place): string {
  if (key.startsWith("arn:")) return key;
  return `arn:aws:kms:${region}:${account}:${key.startsWith("alias/") ? "" : "key/"}${key}`;
}

export const RECIPES: readonly Recipe[] = [
  {
    id: "aws-cli",
    title: "AWS CLI",
    about: "Every operation, from the shell.",
    mark: { agent: /^aws-cli\// },
    steps: (place) => [
      environment(place),
      {
        title: "Encrypt and decrypt",
        text: [
          `aws kms encrypt --key-id ${place.key} --plaintext fileb://secret.txt --encryption-context app=orders \\`,
          "    --query CiphertextBlob --output text | base64 -d > secret.kms",
          "aws kms decrypt --ciphertext-blob fileb://secret.kms --encryption-context app=orders \\",
          "    --query Plaintext --output text | base64 -d",
        ].join("\n"),
      },
    ],
  },
  {
    id: "python",
    title: "Python (boto3)",
    about: "The AWS SDK for Python, and whatever uses it.",
    mark: { agent: /^(Boto3|Botocore)\// },
    steps: (place) => [
      environment(place),
      {
        title: "In code",
        text: [
          "import boto3",
          "",
          `kms = boto3.client("kms", region_name="${place.region}", endpoint_url="${place.endpoint}"${place.tls ? `, verify="${CA_FILE}"` : ""})`,
          `blob = kms.encrypt(KeyId="${place.key}", Plaintext=b"...", EncryptionContext={"app": "orders"})["CiphertextBlob"]`,
          'text = kms.decrypt(CiphertextBlob=blob, EncryptionContext={"app": "orders"})["Plaintext"]',
        ].join("\n"),
      },
    ],
  },
  {
    id: "javascript",
    title: "JavaScript",
    about: "The AWS SDK for JavaScript v3.",
    mark: { agent: /aws-sdk-js\// },
    steps: (place) => [
      ...(place.tls ? [{ title: "Environment", text: `export NODE_EXTRA_CA_CERTS=$PWD/${CA_FILE}` }] : []),
      {
        title: "In code",
        text: [
          'import { EncryptCommand, KMSClient } from "@aws-sdk/client-kms";',
          "",
          `const kms = new KMSClient({ region: "${place.region}", endpoint: "${place.endpoint}" });`,
          `const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: "${place.key}", Plaintext: Buffer.from("...") }));`,
        ].join("\n"),
      },
    ],
  },
  {
    id: "go",
    title: "Go",
    about: "The AWS SDK for Go v2.",
    mark: { agent: /aws-sdk-go-v2\// },
    steps: (place) => [
      environment(place),
      {
        title: "In code",
        text: [
          "cfg, err := config.LoadDefaultConfig(ctx)",
          "client := kms.NewFromConfig(cfg)",
          `out, err := client.Encrypt(ctx, &kms.EncryptInput{KeyId: aws.String("${place.key}"), Plaintext: []byte("...")})`,
        ].join("\n"),
      },
    ],
  },
  {
    id: "java",
    title: "Java",
    about: "The AWS SDK for Java 2.",
    mark: { agent: /aws-sdk-java\// },
    steps: (place) => [
      {
        title: "In code",
        text: [
          "KmsClient kms = KmsClient.builder()",
          `    .region(Region.of("${place.region}"))`,
          `    .endpointOverride(URI.create("${place.endpoint}"))`,
          "    .build();",
          `kms.encrypt(r -> r.keyId("${place.key}").plaintext(SdkBytes.fromUtf8String("...")));`,
        ].join("\n"),
      },
      ...(place.tls
        ? [
            {
              title: "Trust the CA",
              text: `keytool -importcert -noprompt -alias strongroom -file ${CA_FILE} -keystore strongroom.p12 -storepass changeit\njava -Djavax.net.ssl.trustStore=strongroom.p12 -Djavax.net.ssl.trustStorePassword=changeit ...`,
            },
          ]
        : []),
    ],
  },
  {
    id: "terraform",
    title: "Terraform, OpenTofu",
    about: "Keys, aliases, grants and policies as code.",
    mark: { agent: /HashiCorp|Terraform|OpenTofu/i },
    steps: ({ endpoint, region, tls }) => [
      {
        title: "Provider",
        text: [
          'provider "aws" {',
          `  region = "${region}"`,
          ...(tls ? [`  custom_ca_bundle = "${CA_FILE}"`] : []),
          "  endpoints {",
          `    kms = "${endpoint}"`,
          `    iam = "${endpoint}"`,
          `    sts = "${endpoint}"`,
          "  }",
          "}",
        ].join("\n"),
      },
    ],
  },
  {
    id: "ansible",
    title: "Ansible",
    about: "The modules of the collection amazon.aws.",
    mark: { agent: /Ansible/i },
    steps: (place) => [environment(place), { title: "Run", text: "ansible-playbook site.yml" }],
  },
  {
    id: "sops",
    title: "SOPS",
    about: "Secrets in a repository, each file under the key.",
    mark: undefined, // it calls as the Go SDK does
    steps: (place) => [
      environment(place),
      {
        title: "Encrypt and decrypt",
        text: `sops encrypt --kms ${arnOf(place)} --encryption-context app:orders secret.yaml > secret.enc.yaml\nsops decrypt secret.enc.yaml`,
      },
    ],
  },
  {
    id: "files",
    title: "Files",
    about: "strongroom file and the AWS Encryption SDK: data of any size, in one format.",
    mark: { context: "aws-crypto-public-key" },
    steps: (place) => [
      environment(place),
      {
        title: "Encrypt and decrypt",
        text: `pip install strongroom[clients]\nstrongroom file encrypt report.pdf --key ${arnOf(place)} --context project=atlas\nstrongroom file decrypt report.pdf.encrypted --key ${arnOf(place)} --context project=atlas`,
      },
    ],
  },
  {
    id: "s3",
    title: "S3 server (SSE-KMS)",
    about: "SeaweedFS seals each object under a data key of this server.",
    mark: { context: "aws:s3:arn" },
    steps: (place) => [
      { title: "Credentials of the service", text: "strongroom service add s3" },
      {
        title: "s3.json of SeaweedFS",
        text: JSON.stringify(
          {
            kms: {
              default_provider: "strongroom",
              providers: { strongroom: { type: "aws", region: place.region, endpoint: place.endpoint, profile: "service-s3", cache_enabled: false } },
            },
          },
          null,
          2,
        ),
      },
      {
        title: "An object under the key",
        text: `aws --endpoint-url $S3 s3api put-object --bucket documents --key report.txt --body report.txt \\\n    --server-side-encryption aws:kms --ssekms-key-id ${arnOf(place)}`,
      },
    ],
  },
  {
    id: "volumes",
    title: "Volumes (EBS)",
    about: "strongroom volume: LUKS2 volumes whose data key only KMS opens.",
    mark: { context: "aws:ebs:id" },
    steps: (place) => [
      environment(place),
      {
        title: "Create and attach",
        text: `VOLUME=$(strongroom volume create ./web1.luks --size 10G --key ${place.key} --host $HOST)\nAWS_PROFILE=web1 strongroom volume attach $VOLUME`,
      },
    ],
  },
  {
    id: "kubernetes",
    title: "Kubernetes",
    about: "strongroom k8s-plugin: secrets in etcd, by the KMS v2 contract.",
    mark: { context: "kubernetes.io/cluster" },
    steps: (place) => [
      environment(place),
      {
        title: "The plugin, beside each API server",
        text: `strongroom k8s-plugin --socket unix:///run/strongroom/kms.sock --key-id ${place.key} \\\n    --context kubernetes.io/cluster=production`,
      },
      {
        title: "--encryption-provider-config",
        text: [
          "apiVersion: apiserver.config.k8s.io/v1",
          "kind: EncryptionConfiguration",
          "resources:",
          '  - resources: ["secrets"]',
          "    providers:",
          "      - kms: {apiVersion: v2, name: strongroom, endpoint: unix:///run/strongroom/kms.sock, timeout: 3s}",
          "      - identity: {}",
        ].join("\n"),
      },
    ],
  },
  {
    id: "environment-values",
    title: "Lambda, systemd, CI",
    about: "strongroom exec: sealed environment values, opened into one process.",
    mark: { context: "aws:lambda:FunctionArn" },
    steps: (place) => [
      environment(place),
      {
        title: "Seal and run",
        text: [
          `FUNCTION_ARN=arn:aws:lambda:${place.region}:${place.account}:function:orders`,
          `strongroom env seal function.env --key-id ${place.key} --name DB_PASSWORD --function-arn $FUNCTION_ARN`,
          "strongroom exec --env-file function.env --function-arn $FUNCTION_ARN -- python -m awslambdaric app.handler",
        ].join("\n"),
      },
    ],
  },
];
