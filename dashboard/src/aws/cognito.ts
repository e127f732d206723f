/** Signing in. This is the only file that imports aws-amplify, and it is loaded when somebody wants to sign in, or is. */
import { Amplify } from "aws-amplify";
import {
  confirmResetPassword,
  confirmSignIn,
  fetchAuthSession,
  resetPassword,
  signIn,
  signOut,
  type SignInOutput,
} from "aws-amplify/auth";
import type { Config } from "../config";
import { AwsError, kindOf } from "./errors";

/** The user pool's group of those who may send files for every store (template.yaml). */
const MANAGERS = "managers";

export interface Tokens {
  idToken: string;
  email: string;
  /** The store whose staff this person is. */
  store: string | null;
  /** The group of stores that pages open with, unless this person chose another one; "": none. */
  group: string;
  /** May send files for every store. */
  manager: boolean;
}

/** What Cognito wants next. */
export type Step = "done" | "newPassword" | "resetPassword" | "other";

function stepOf(output: SignInOutput): Step {
  switch (output.nextStep.signInStep) {
    case "DONE":
      return "done";
    case "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED":
      return "newPassword";
    case "RESET_PASSWORD":
      return "resetPassword";
    default:
      return "other";
  }
}

/** Cognito's own error names stay in `code`, for the page to find the words. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const name = error instanceof Error ? error.name : "Unknown";
    const message = error instanceof Error ? error.message : String(error);
    throw new AwsError(name === "NetworkError" || name === "TypeError" ? "offline" : kindOf(name, 400), name, message);
  }
}

export function configure(config: Config): void {
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: config.userPoolId,
        userPoolClientId: config.userPoolClientId,
        ...(config.endpoint ? { userPoolEndpoint: config.endpoint } : {}),
      },
    },
  });
}

export async function begin(email: string, password: string): Promise<Step> {
  // A person whose session ended is still known here, and Amplify refuses to sign in over that.
  await signOut().catch(() => undefined);
  return stepOf(await told(signIn({ username: email, password })));
}

export async function chooseNewPassword(password: string): Promise<Step> {
  return stepOf(await told(confirmSignIn({ challengeResponse: password })));
}

export async function sendCode(email: string): Promise<void> {
  await told(resetPassword({ username: email }));
}

export async function useCode(email: string, code: string, password: string): Promise<void> {
  await told(confirmResetPassword({ username: email, confirmationCode: code, newPassword: password }));
}

export async function leave(): Promise<void> {
  await signOut().catch(() => undefined);
}

/** The tokens of whoever is signed in, renewed when they must be; null when the session has ended. */
export async function tokens(renew: boolean): Promise<Tokens | null> {
  const session = await told(fetchAuthSession({ forceRefresh: renew }));
  const token = session.tokens?.idToken;
  if (!token) return null;
  const groups = token.payload["cognito:groups"];
  const claim = (name: string) => (typeof token.payload[name] === "string" ? token.payload[name] : null);
  return {
    idToken: token.toString(),
    email: claim("email") ?? claim("cognito:username") ?? "",
    store: claim("custom:store") || null,
    group: claim("custom:group") ?? "",
    manager: Array.isArray(groups) && groups.includes(MANAGERS),
  };
}
