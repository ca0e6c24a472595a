import Link, { type LinkProps } from "@cloudscape-design/components/link";
import type { ReactNode } from "react";
import { useHref, useNavigate } from "react-router";

export interface LinkToProps {
  /** From `path()`. */
  readonly to: string;
  readonly children: ReactNode;
  readonly variant?: LinkProps.Variant;
  readonly ariaLabel?: string;
}

/** A link within the console: opens in place, or in a new tab when asked to. */
export function LinkTo({ to, children, variant, ariaLabel }: LinkToProps) {
  const href = useHref(to);
  const navigate = useNavigate();
  return (
    <Link
      href={href}
      {...(variant === undefined ? {} : { variant })}
      {...(ariaLabel === undefined ? {} : { ariaLabel })}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(to);
      }}
    >
      {children}
    </Link>
  );
}
