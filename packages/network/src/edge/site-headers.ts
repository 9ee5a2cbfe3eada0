import { CloudfrontResponseHeadersPolicy } from "@cdktf/provider-aws/lib/cloudfront-response-headers-policy";
import type { Construct } from "constructs";
import type { SiteMode } from "./site-errors.ts";

export interface SiteHeaders {
  readonly name: string;
  readonly mode: SiteMode;
  readonly allowedOrigins: readonly string[];
}

/** Security headers of every answer, and who may read fonts and module scripts from a page elsewhere. */
export function siteHeaders(scope: Construct, props: SiteHeaders): CloudfrontResponseHeadersPolicy {
  const { name, mode, allowedOrigins } = props;
  for (const origin of allowedOrigins) checkOrigin(origin);
  return new CloudfrontResponseHeadersPolicy(scope, "headers", {
    name,
    securityHeadersConfig: {
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
      contentTypeOptions: { override: true },
      referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
      // Pages of the app, which has another name, may frame its assets.
      ...(mode !== "assets" && { frameOptions: { frameOption: "SAMEORIGIN", override: true } }),
    },
    ...(allowedOrigins.length > 0 && { corsConfig: corsFor(allowedOrigins) }),
  });
}

function corsFor(origins: readonly string[]) {
  return {
    accessControlAllowOrigins: { items: [...origins] },
    accessControlAllowMethods: { items: ["GET", "HEAD"] },
    accessControlAllowHeaders: { items: ["*"] },
    accessControlAllowCredentials: false,
    originOverride: true,
  };
}

/** `https://www.example.com`, with `*.` before the name and `:*` for any port. */
function checkOrigin(origin: string): void {
  if (/^https?:\/\/(\*\.)?([a-z0-9-]+\.)*[a-z0-9-]+(:(\d{1,5}|\*))?$/.test(origin)) return;
  throw new Error(
    `allowedOrigins (${origin}) must be a protocol and a host, and * for its first label alone; write for example https://www.example.com.`,
  );
}
