import { app } from "../app";
import { now } from "../aws/clock";
import { AwsError, awsError } from "../aws/errors";
import { bucket } from "./bucket";
import type { Check, Format, Reason, Upload } from "./model";

/** Files sent at a time: more would only share the line. */
const AT_A_TIME = 3;
/** How far the clocks of a browser and S3 may be apart when the bucket does not tell the object's version. */
const CLOCKS_APART_MS = 5 * 60_000;
/** How many newest uploads are searched for the ones that were sent here. */
const LOOK_BACK = 50;
const FOLLOW_EVERY_MS = 1000;
const ANSWER_TRIES = 120;
/** A look that takes longer will never be answered; the next one waits for it. */
const LONGEST_LOOK_MS = 20_000;

const pause = () => new Promise((done) => setTimeout(done, FOLLOW_EVERY_MS));

/** JSON for a header, which takes ASCII only. */
const ascii = (value: unknown) => JSON.stringify(value).replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

export interface Options {
  /** Under whose prefix; empty: any store. */
  store: string;
  snapshot: boolean;
  /** Loaded even if it would be refused for what it removes. */
  force: boolean;
  /** Only asks what it would change. */
  check: boolean;
  /** With a check: how the file is read, other than files of this store are read now. */
  format?: Format | undefined;
}

export type SendState = "waiting" | "sending" | "sent" | "unsent" | "stopped";

/** One file on its way: sending it, then following what Load-Inventory makes of it. */
export class Sent {
  state = $state<SendState>("waiting");
  bytes = $state(0);
  error = $state.raw<AwsError | null>(null);
  /** Its record in the table Uploads, or in the answer to a check; null: none yet. */
  upload = $state.raw<Upload | null>(null);
  /** What a check says; null: nothing yet. */
  answer = $state.raw<Check | null>(null);
  version: string | null = null;
  startedAt = 0;
  readonly #stopper = new AbortController();

  constructor(
    readonly id: number,
    readonly file: File,
    readonly options: Options,
  ) {}

  get key(): string {
    return `${this.options.check ? "checks" : "uploads"}/${this.#folder}${this.file.name}`;
  }

  /** Where the answer to a check will be. */
  get answerKey(): string {
    return `checked/${this.#folder}${this.version ?? "null"}.json`;
  }

  get #folder(): string {
    return this.options.store && `${this.options.store}/`;
  }

  get signal(): AbortSignal {
    return this.#stopper.signal;
  }

  halt(): void {
    if (this.state === "waiting" || this.state === "sent") this.state = "stopped";
    this.#stopper.abort();
  }

  /** Nothing more happens to it from here: it was not sent, or Load-Inventory is done with it. */
  get finished(): boolean {
    return (
      this.state === "unsent" || this.state === "stopped" || (this.upload !== null && this.upload.State !== "loading")
    );
  }
}

/** Whether an upload is the one that was sent. */
export function isThis(upload: Upload, sent: { key: string; version: string | null; startedAt: number }): boolean {
  if (upload.Key !== sent.key) return false;
  if (sent.version && upload.VersionId) return upload.VersionId === sent.version;
  return Date.parse(upload.At) > sent.startedAt - CLOCKS_APART_MS;
}

/** The files sent from here. Lives outside the pages, so that leaving the page or a session that ends loses nothing. */
class Sending {
  list = $state<Sent[]>([]);
  #number = 0;
  #following = false;

  readonly #stay = (event: BeforeUnloadEvent) => {
    if (this.list.some((sent) => sent.state === "sending")) event.preventDefault();
  };

  add(files: Iterable<File>, options: Options): void {
    addEventListener("beforeunload", this.#stay); // once, however often
    for (const file of files) this.list.unshift(new Sent(++this.#number, file, options));
    this.#start();
  }

  /** Sends a file once more, in its place in the list. */
  again(sent: Sent, options: Options = sent.options): void {
    this.list = this.list.map((other) => (other === sent ? new Sent(sent.id, sent.file, options) : other));
    this.#start();
  }

  /** Takes over what became of uploads after they were loaded: somebody withdrew one, or took that back. */
  learn(uploads: Upload[]): void {
    for (const sent of this.list) {
      const newer = uploads.find((upload) => upload.Token === sent.upload?.Token);
      if (newer && newer.State !== "loading" && !sent.options.check) sent.upload = newer;
    }
  }

  clear(): void {
    this.list = this.list.filter((sent) => !sent.finished);
  }

  #start(): void {
    const busy = this.list.filter((sent) => sent.state === "sending").length;
    // The list has the newest first; they go out in the order in which they came.
    const waiting = this.list.filter((sent) => sent.state === "waiting").reverse();
    for (const sent of waiting.slice(0, Math.max(0, AT_A_TIME - busy))) void this.#send(sent);
  }

  async #send(sent: Sent): Promise<void> {
    sent.state = "sending";
    sent.startedAt = now();
    const metadata: Record<string, string> = { "uploaded-by": app.session.email };
    if (sent.options.snapshot) metadata["mode"] = "snapshot";
    if (sent.options.force) metadata["force"] = "true";
    if (sent.options.format) metadata["format"] = ascii(sent.options.format);
    try {
      sent.version = await bucket().put(sent.key, sent.file, metadata, (bytes) => (sent.bytes = bytes), sent.signal);
      sent.bytes = sent.file.size;
      sent.state = "sent";
      void this.#follow();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") sent.state = "stopped";
      else {
        sent.state = "unsent";
        sent.error = awsError(error);
        if (sent.error.kind === "expired") app.session.credentials.forget();
      }
    }
    this.#start();
  }

  /** Looks for what became of the files until all of them have a result. */
  async #follow(): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    for (let open = this.#open(); open.length; open = this.#open()) {
      await this.#lookFor(open).catch(() => undefined); // The pulse shows that there is no connection; the next look may have more luck.
      await pause();
    }
    this.#following = false;
  }

  #open(): Sent[] {
    return this.list.filter((sent) => sent.state === "sent" && !sent.finished);
  }

  async #lookFor(open: Sent[]): Promise<void> {
    const uploads = open.filter((sent) => !sent.options.check);
    await Promise.all(open.filter((sent) => sent.options.check).map((sent) => this.#look(sent)));
    const { rows } = uploads.length ? await app.inventory.uploads({}, LOOK_BACK) : { rows: [] };
    for (const sent of uploads) {
      const known = sent.upload?.Token;
      sent.upload = known
        ? ((await app.inventory.upload(known)) ?? sent.upload)
        : (rows.find((upload) => isThis(upload, sent)) ?? null);
    }
    if (uploads.some((sent) => sent.finished)) app.live.lookNow();
  }

  /** Looks for the answer to a check. */
  async #look(sent: Sent): Promise<void> {
    sent.answer = await this.#answer<Check>(sent.answerKey);
    sent.upload = sent.answer?.Upload ?? null;
  }

  async #answer<Answer>(key: string): Promise<Answer | null> {
    try {
      return JSON.parse(await (await bucket().get(key, AbortSignal.timeout(LONGEST_LOOK_MS))).text()) as Answer;
    } catch (error) {
      // Not there yet. To those who may not list a bucket, S3 says "denied" of what is not in it.
      if (error instanceof AwsError && (error.kind === "denied" || error.code === "NoSuchKey")) return null;
      throw error;
    }
  }

  /** Has all later files of a store ("": of stores without a format) read in this way; returns why not, or null. */
  async keep(store: string, format: Format): Promise<Reason | null> {
    const answer = await this.ask<{ Refused?: string; ReasonOf?: Reason }>("formats", store, new File([JSON.stringify(format)], "format.json"));
    return answer.Refused ? (answer.ReasonOf ?? { Reason: answer.Refused }) : null;
  }

  /** Puts a file that asks for something where a store's are ("": where any store's are), and waits for the answer. */
  async ask<Answer>(what: "formats" | "points", store: string, file: File): Promise<Answer> {
    const folder = store && `${store}/`;
    const by = { "uploaded-by": app.session.email };
    const version = await bucket().put(`${what}/${folder}${file.name}`, file, by);
    for (let tries = 0; tries < ANSWER_TRIES; tries++) {
      const answer = await this.#answer<Answer>(`checked/${folder}${version ?? "null"}.json`);
      if (answer) return answer;
      await pause();
    }
    throw new AwsError("busy", "NoAnswer", "no answer");
  }
}

export const sending = new Sending();
