import type { Config } from "../config";
import { CredentialSource, identityCredentials, PERSON, type Credentials } from "./credentials";
import { AwsError } from "./errors";
import type { Step, Tokens } from "./cognito";

export type Who = "guest" | "signedIn" | "expired";

/** Who is looking, and the credentials that go with it. */
export class Session {
  who = $state<Who>("guest");
  email = $state("");
  /** The store whose staff this person is. */
  store = $state<string | null>(null);
  /** The group of stores that this person was given to begin with; "": none. */
  group = $state("");
  manager = $state(false);
  /** The sign-in dialog is open; `after` is what the person wanted to do. */
  asking = $state(false);
  readonly credentials: CredentialSource;
  #after: (() => void) | null = null;
  #auth: Promise<typeof import("./cognito")> | null = null;

  /** `first`: a guest's credentials that were asked for already, or null. */
  constructor(
    private readonly config: Config,
    private readonly changed: () => void,
    private first: Promise<Credentials | null>,
  ) {
    const remembered = localStorage.getItem(PERSON);
    if (remembered !== null) {
      this.who = "signedIn";
      this.email = remembered;
    }
    this.credentials = new CredentialSource(() => this.#renew());
    // Signing in or out in another tab holds for this one, too.
    addEventListener("storage", (event) => {
      if (event.key === PERSON) this.#become(event.newValue);
    });
  }

  /** Somebody else is here: a person of whom the rest comes with the credentials, or (null) a guest. */
  #become(email: string | null): void {
    this.who = email === null ? "guest" : "signedIn";
    this.email = email ?? "";
    this.store = null;
    this.group = "";
    this.manager = false;
    this.credentials.forget();
    this.changed();
  }

  /** Nobody may look: guests are not allowed here, and nobody has signed in. (Who has, keeps what is on the page.) */
  get closed(): boolean {
    return this.who === "guest" && !this.config.guest;
  }

  auth(): Promise<typeof import("./cognito")> {
    return (this.#auth ??= import("./cognito").then(
      (module) => {
        module.configure(this.config);
        return module;
      },
      (error: unknown) => {
        this.#auth = null;
        throw new AwsError("offline", "NoConnection", String(error));
      },
    ));
  }

  async #renew() {
    if (this.who === "signedIn") {
      const auth = await this.auth();
      const tokens = await auth.tokens(false).catch((error: unknown) => {
        if (error instanceof AwsError && (error.kind === "offline" || error.kind === "busy")) throw error;
        return null;
      });
      if (tokens) {
        this.#know(tokens);
        return identityCredentials(this.config, tokens.idToken);
      }
      this.who = "expired";
      this.changed(); // what only people may see is asked for no longer
    }
    if (!this.config.guest) throw new AwsError("denied", "SignInNeeded", "nobody is signed in");
    const first = await this.first.catch(() => null);
    this.first = Promise.resolve(null);
    return first ?? identityCredentials(this.config, null);
  }

  /** Whether a person looks, and no guest. Whether a session is still good is known when there are credentials. */
  async seesPeople(): Promise<boolean> {
    await this.credentials.get();
    return this.who === "signedIn";
  }

  /** Whether this person may put files for a store (null: for any). IAM decides; this only keeps buttons away that would fail. */
  maySendTo(store: string | null): boolean {
    return this.who === "signedIn" && (this.manager || (store !== null && store === this.store));
  }

  #know(tokens: Tokens): void {
    this.email = tokens.email;
    this.store = tokens.store;
    this.group = tokens.group;
    this.manager = tokens.manager;
  }

  /** Asks to sign in, then goes on with what the person wanted. */
  ask(after: () => void): void {
    this.#after = after;
    this.asking = true;
  }

  /** Does what only people may do, after asking to sign in, if need be. */
  asPerson(what: () => void): void {
    if (this.who === "signedIn") what();
    else this.ask(what);
  }

  stopAsking(): void {
    this.asking = false;
    this.#after = null;
  }

  async signIn(email: string, password: string): Promise<Step> {
    return this.#arrive(await (await this.auth()).begin(email, password), email);
  }

  async newPassword(email: string, password: string): Promise<Step> {
    return this.#arrive(await (await this.auth()).chooseNewPassword(password), email);
  }

  async #arrive(step: Step, email: string): Promise<Step> {
    if (step !== "done") return step;
    const tokens = await (await this.auth()).tokens(false);
    if (tokens) this.#know(tokens);
    else this.email = email;
    localStorage.setItem(PERSON, this.email);
    this.who = "signedIn";
    this.credentials.forget();
    const after = this.#after;
    this.stopAsking();
    this.changed();
    after?.();
    return step;
  }

  async signOut(): Promise<void> {
    await (await this.auth()).leave();
    localStorage.removeItem(PERSON);
    this.#become(null);
  }
}
