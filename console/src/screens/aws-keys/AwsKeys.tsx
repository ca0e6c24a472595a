import { KeyTable } from "../keys/KeyTable";

const EMPTY =
  "There are no AWS managed keys in this Region. They come to be when a service first needs one, and their aliases begin with aws/.";

export default function AwsKeys() {
  return <KeyTable screen="awsKeys" empty={EMPTY} />;
}
