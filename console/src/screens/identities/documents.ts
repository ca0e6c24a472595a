/** Policies as people edit them. */

export function indented(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), undefined, 2);
  } catch {
    return document;
  }
}

/** AWS's own managed policies: nobody changes them. */
export function isOfAWS(policyArn: string): boolean {
  return policyArn.startsWith("arn:aws:iam::aws:");
}

/** Why it is no JSON object; undefined when it is one. What is in it the server judges. */
export function problemOf(document: string): string | undefined {
  try {
    const value: unknown = JSON.parse(document);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "A policy is a JSON object.";
  } catch (error) {
    return error instanceof Error ? error.message : "This is no JSON.";
  }
}

const text = (value: unknown): string => JSON.stringify(value, undefined, 2);

export const IDENTITY_TEMPLATE = text({
  Version: "2012-10-17",
  Statement: [{ Sid: "UseKeys", Effect: "Allow", Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"], Resource: "*" }],
});

export function trustTemplate(account: string): string {
  return text({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" }],
  });
}
