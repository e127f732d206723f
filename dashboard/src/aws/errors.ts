/** What can go wrong with a request to AWS, in the kinds that a person has to be told apart. */
export type Kind = "offline" | "denied" | "expired" | "busy" | "failed";

export class AwsError extends Error {
  constructor(
    readonly kind: Kind,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "AwsError";
  }
}

/** Whatever was thrown, as one of these. Code that does not come is thrown so, too. */
export function awsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(navigator.onLine === false ? "offline" : "failed", error instanceof Error ? error.name : "Unknown", String(error));
}

const DENIED = new Set(["AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "NotAuthorizedException"]);
const EXPIRED = new Set(["ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidSignatureException", "InvalidAccessKeyId"]);
/** What works when it is tried again. (A clock that was wrong is known to be so by then.) */
const BUSY = new Set(["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "InternalServerError", "RequestTimeTooSkewed", "SlowDown", "ServiceUnavailable", "TooManyRequestsException"]);

/** The kind of an error reply, from its code and HTTP status. */
export function kindOf(code: string, status: number): Kind {
  if (EXPIRED.has(code)) return "expired";
  if (DENIED.has(code)) return "denied";
  if (BUSY.has(code) || status === 429 || status >= 500) return "busy";
  return status === 403 ? "denied" : "failed";
}

/**
 * A request that got no readable reply: nobody there, or a refusal without CORS headers (which a browser does not
 * let us read)? An opaque request to the same address tells: it succeeds when somebody answers at all.
 */
export async function unreadable(address: string): Promise<AwsError> {
  try {
    await fetch(new URL("/", address), { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(4000) });
  } catch {
    return new AwsError("offline", "NoConnection", "no connection");
  }
  return new AwsError("denied", "Unreadable", "refused without a readable reason");
}
