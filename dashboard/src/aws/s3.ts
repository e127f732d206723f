import { AwsClient } from "aws4fetch";
import type { Config } from "../config";
import { learn, signingTime } from "./clock";
import type { CredentialSource } from "./credentials";
import { AwsError, kindOf, unreadable } from "./errors";

/** Path-style on the emulator (its bucket has no host name of its own), virtual-hosted on AWS. */
export function objectUrl(config: Config, key: string): string {
  const path = key.split("/").map(encodeURIComponent).join("/");
  return config.endpoint
    ? `${config.endpoint}/${config.uploadsBucket}/${path}`
    : `https://${config.uploadsBucket}.s3.${config.region}.amazonaws.com/${path}`;
}

/** Non-ASCII text in object metadata travels as RFC 2047 words, as the AWS consoles and SDKs do it. */
export function metadataText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  return `=?UTF-8?B?${btoa(String.fromCharCode(...bytes))}?=`;
}

function problem(status: number, body: string, date: string | null): AwsError {
  learn(date, body);
  const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? String(status);
  const message = /<Message>([^<]*)<\/Message>/.exec(body)?.[1] ?? code;
  return new AwsError(kindOf(code, status), code, message);
}

/** Putting uploads into the bucket and getting rejected rows out of it. */
export class S3 {
  constructor(
    private readonly config: Config,
    private readonly credentials: CredentialSource,
  ) {}

  async #sign(key: string, init: RequestInit): Promise<Request> {
    const credentials = await this.credentials.get();
    const client = new AwsClient({ ...credentials, service: "s3", region: this.config.region });
    return client.sign(objectUrl(this.config, key), { ...init, aws: { datetime: signingTime() } });
  }

  /** Sends a file; XMLHttpRequest because fetch does not tell how far it got. Returns the object's version, if the bucket says it. */
  async put(
    key: string,
    file: File,
    metadata: Record<string, string>,
    progress?: (sent: number) => void,
    signal?: AbortSignal,
  ): Promise<string | null> {
    const headers: Record<string, string> = { "content-type": file.type || "text/csv" };
    for (const [name, value] of Object.entries(metadata)) headers[`x-amz-meta-${name}`] = metadataText(value);
    const signed = await this.#sign(key, { method: "PUT", headers });
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      const aborted = () => new DOMException("stopped", "AbortError");
      if (signal?.aborted) return fail(aborted());
      signal?.addEventListener("abort", () => request.abort(), { once: true });
      request.open("PUT", signed.url);
      signed.headers.forEach((value, name) => request.setRequestHeader(name, value));
      request.upload.onprogress = (event) => progress?.(event.loaded);
      request.onload = () =>
        request.status < 300
          ? done(request.getResponseHeader("x-amz-version-id"))
          : fail(problem(request.status, request.responseText, request.getResponseHeader("date")));
      request.onerror = () => void unreadable(signed.url).then(fail);
      request.onabort = () => fail(aborted());
      request.send(file);
    });
  }

  async get(key: string, signal?: AbortSignal): Promise<Blob> {
    const signed = await this.#sign(key, { method: "GET" });
    let reply: Response;
    try {
      reply = await fetch(signed, signal ? { signal } : {});
    } catch {
      throw await unreadable(signed.url);
    }
    if (!reply.ok) throw problem(reply.status, await reply.text(), reply.headers.get("date"));
    return reply.blob();
  }
}
