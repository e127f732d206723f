import type { Config } from "../config";
import { serviceUrl } from "../config";
import { learn, local } from "./clock";
import { AwsError, kindOf, unreadable } from "./errors";

/** Temporary credentials of a Cognito identity. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Milliseconds since 1970, by this machine's clock: when it will show that, whatever the time really is. */
  expires: number;
}

/** Remembers in local storage that somebody signed in here, so that a guest's page need not load the sign-in code to find out. */
export const PERSON = "onhand.person";

/** Renew this long before the end, so that no request is signed with credentials that end on its way. */
const EARLY_MS = 5 * 60_000;

/** Who waits longer waits for ever: everything else waits for credentials. */
const LONGEST_MS = 20_000;

interface IdentityReply {
  IdentityId: string;
  Credentials?: { AccessKeyId: string; SecretKey: string; SessionToken: string; Expiration: number };
  __type?: string;
  message?: string;
}

async function identityCall(config: Config, operation: string, body: object): Promise<IdentityReply> {
  const address = serviceUrl(config, "cognito-identity");
  let reply: Response;
  try {
    reply = await fetch(address, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityService.${operation}`,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LONGEST_MS),
    });
  } catch {
    throw await unreadable(address);
  }
  learn(reply.headers.get("date"));
  const answer = (await reply.json().catch(() => ({}))) as IdentityReply;
  if (!reply.ok) {
    const code = answer.__type?.split("#").pop() ?? String(reply.status);
    throw new AwsError(kindOf(code, reply.status), code, answer.message ?? code);
  }
  return answer;
}

/** Credentials for a guest (no token), or for the person whose id token it is. */
export async function identityCredentials(config: Config, idToken: string | null): Promise<Credentials> {
  const login = idToken
    ? { Logins: { [`cognito-idp.${config.region}.amazonaws.com/${config.userPoolId}`]: idToken } }
    : {};
  // A guest keeps the identity: an identity pool is not meant to gain one with every page that is opened.
  const remembered = `onhand.guest.${config.identityPoolId}`;
  let identity = idToken ? null : localStorage.getItem(remembered);
  for (;;) {
    const known = identity !== null;
    identity ??= (await identityCall(config, "GetId", { IdentityPoolId: config.identityPoolId, ...login })).IdentityId;
    try {
      const { Credentials: got } = await identityCall(config, "GetCredentialsForIdentity", {
        IdentityId: identity,
        ...login,
      });
      if (!got) throw new AwsError("failed", "NoCredentials", "no credentials in the reply");
      if (!idToken) localStorage.setItem(remembered, identity);
      return {
        accessKeyId: got.AccessKeyId,
        secretAccessKey: got.SecretKey,
        sessionToken: got.SessionToken,
        expires: local(got.Expiration * 1000),
      };
    } catch (error) {
      // The pool may have forgotten the remembered guest: ask once for a new one.
      if (!known || (error instanceof AwsError && (error.kind === "offline" || error.kind === "busy"))) throw error;
      localStorage.removeItem(remembered);
      identity = null;
    }
  }
}

/** Hands out credentials and renews them in time; several callers at once share one renewal. */
export class CredentialSource {
  #held: Credentials | null = null;
  #coming: Promise<Credentials> | null = null;

  constructor(private readonly renew: () => Promise<Credentials>) {}

  async get(): Promise<Credentials> {
    if (this.#held && this.#held.expires - EARLY_MS > Date.now()) return this.#held;
    const coming = (this.#coming ??= this.renew());
    try {
      const got = await coming;
      // forget() during the renewal means: these are somebody else's by now.
      if (this.#coming === coming) this.#held = got;
      return got;
    } finally {
      if (this.#coming === coming) this.#coming = null;
    }
  }

  /** After signing in or out, or when AWS calls them expired. */
  forget(): void {
    this.#held = null;
    this.#coming = null;
  }
}
