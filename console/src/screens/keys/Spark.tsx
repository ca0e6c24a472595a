import "./spark.css";

import { linePoints, SPARK_DAYS } from "./sparks";

const WIDTH = 64;
const HEIGHT = 18;

interface SparkProps {
  readonly counts: readonly number[] | undefined;
  /** Why there are none. */
  readonly problem: string | undefined;
}

/** Use of a key at a glance. */
export function Spark({ counts, problem }: SparkProps) {
  if (counts === undefined) return problem ?? "-";
  const total = counts.reduce((sum, count) => sum + count, 0);
  const label = `${total.toLocaleString("en")} calls in ${SPARK_DAYS} days`;
  return (
    <span className="spark" title={label}>
      <svg width={WIDTH} height={HEIGHT + 2} viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`} role="img" aria-label={label}>
        <polyline points={linePoints(counts, WIDTH, HEIGHT)} className={total === 0 ? "spark-line spark-flat" : "spark-line"} />
      </svg>
      <span aria-hidden="true">{total.toLocaleString("en", { notation: "compact" })}</span>
    </span>
  );
}
