import { AwsClient } from "aws4fetch";
import type { Config } from "../config";
import { serviceUrl } from "../config";
import { attributes, plainItem, type Item } from "./attributes";
import { learn, signingTime } from "./clock";
import type { CredentialSource } from "./credentials";
import { AwsError, kindOf, unreadable } from "./errors";

type Values = Record<string, string | number | boolean>;

export interface Query {
  table: string;
  index?: string;
  /** Key condition, such as `#Store = :store AND begins_with(#Item, :prefix)`; every `#Name` stands for the attribute Name. */
  where: string;
  values: Values;
  filter?: string;
  /** Attributes to send. */
  only: string[];
  descending?: boolean;
  limit?: number;
  /** What was written until now is in the answer, for twice the price. */
  consistent?: boolean;
  /** Key of the row before the first wanted one. */
  after?: Values | undefined;
}

export interface Page<T> {
  rows: T[];
  /** Where the next page starts; null at the end. */
  next: Values | null;
}

interface Reply {
  Items?: Item[];
  Item?: Item;
  LastEvaluatedKey?: Item;
  Responses?: Record<string, Item[]>;
  UnprocessedKeys?: Record<string, { Keys: Item[] }>;
}

/** A request that takes longer will never be answered: a network that was left, a machine that slept. */
const LONGEST_MS = 20_000;
const ATTEMPTS = 4;
/** DynamoDB's limit for one BatchGetItem. */
const BATCH = 100;
/** Browsers open six connections to one host. */
const PARALLEL = 6;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The `#Name` placeholders in an expression, as DynamoDB wants to have them explained. */
export function names(...expressions: (string | undefined)[]): Record<string, string> {
  const found = expressions.join(" ").match(/#\w+/g) ?? [];
  return Object.fromEntries(found.map((name) => [name, name.slice(1)]));
}

function projectionOf(only: string[]): string {
  return only.map((name) => `#${name}`).join(", ");
}

/** IAM lets guests read only what they name, and knows that they do by this word. */
const NAMED = "SPECIFIC_ATTRIBUTES";

/** The few DynamoDB operations that the dashboard needs, signed in the browser. There is no Scan of the inventory here. */
export class DynamoDB {
  readonly #address: string;

  constructor(
    private readonly config: Config,
    private readonly credentials: CredentialSource,
  ) {
    this.#address = serviceUrl(config, "dynamodb");
  }

  async #call(operation: string, body: object, signal?: AbortSignal): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(operation, body, signal);
      } catch (error) {
        if (!(error instanceof AwsError) || attempt === ATTEMPTS) throw error;
        if (error.kind === "expired" && attempt === 1) this.credentials.forget();
        else if (error.kind === "busy") await pause(100 * 2 ** attempt * (0.5 + Math.random() / 2));
        else throw error;
      }
    }
  }

  async #once(operation: string, body: object, signal?: AbortSignal): Promise<Reply> {
    const credentials = await this.credentials.get();
    const client = new AwsClient({ ...credentials, service: "dynamodb", region: this.config.region });
    const request = await client.sign(this.#address, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `DynamoDB_20120810.${operation}` },
      body: JSON.stringify(body),
      aws: { datetime: signingTime() },
    });
    let reply: Response;
    try {
      const late = AbortSignal.timeout(LONGEST_MS);
      reply = await fetch(request, { cache: "no-store", signal: signal ? AbortSignal.any([signal, late]) : late });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw await unreadable(this.#address);
    }
    const date = reply.headers.get("date");
    if (reply.ok) {
      learn(date);
      return (await reply.json()) as Reply;
    }
    const problem = (await reply.json().catch(() => ({}))) as { __type?: string; message?: string; Message?: string };
    const code = problem.__type?.split("#").pop() ?? String(reply.status);
    const message = problem.message ?? problem.Message ?? code;
    learn(date, message);
    throw new AwsError(kindOf(code, reply.status), code, message);
  }

  async query<T>(query: Query, signal?: AbortSignal): Promise<Page<T>> {
    const projection = projectionOf(query.only);
    const reply = await this.#call(
      "Query",
      {
        TableName: query.table,
        IndexName: query.index,
        KeyConditionExpression: query.where,
        FilterExpression: query.filter,
        Select: NAMED,
        ProjectionExpression: projection,
        ExpressionAttributeNames: names(query.where, query.filter, projection),
        ExpressionAttributeValues: attributes(query.values),
        ScanIndexForward: !query.descending,
        Limit: query.limit,
        ConsistentRead: query.consistent,
        ExclusiveStartKey: query.after && attributes(query.after),
      },
      signal,
    );
    return {
      rows: (reply.Items ?? []).map((item) => plainItem<T>(item)),
      next: reply.LastEvaluatedKey ? (plainItem(reply.LastEvaluatedKey) as Values) : null,
    };
  }

  /** The rows of all pages. */
  async queryAll<T>(query: Query, signal?: AbortSignal): Promise<T[]> {
    const rows: T[] = [];
    let after: Values | undefined;
    do {
      const page: Page<T> = await this.query<T>({ ...query, after }, signal);
      rows.push(...page.rows);
      after = page.next ?? undefined;
    } while (after);
    return rows;
  }

  /** Some attributes of every item of a table, or of the first `most` of them; `complete`: there are no others. */
  async all<T>(table: string, only: string[], most?: number): Promise<{ rows: T[]; complete: boolean }> {
    const rows: T[] = [];
    const projection = projectionOf(only);
    const named = { Select: NAMED, ProjectionExpression: projection, ExpressionAttributeNames: names(projection) };
    let start: Item | undefined;
    do {
      const reply: Reply = await this.#call("Scan", { TableName: table, ...named, Limit: most, ExclusiveStartKey: start });
      for (const item of reply.Items ?? []) rows.push(plainItem<T>(item));
      start = reply.LastEvaluatedKey;
    } while (start && most === undefined);
    return { rows, complete: !start };
  }

  /** Some attributes of the items of the keys that exist, in no order. `arrived` is called with each portion. */
  async batchGet<T>(table: string, keys: Values[], only: string[], arrived?: (rows: T[]) => void): Promise<T[]> {
    const rows: T[] = [];
    const projection = projectionOf(only);
    const named = { ProjectionExpression: projection, ExpressionAttributeNames: names(projection) };
    const batches: Item[][] = [];
    for (let at = 0; at < keys.length; at += BATCH) batches.push(keys.slice(at, at + BATCH).map(attributes));
    const worker = async () => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) {
        const reply = await this.#call("BatchGetItem", {
          RequestItems: { [table]: { Keys: batch, ...named } },
        });
        const got = (reply.Responses?.[table] ?? []).map((item) => plainItem<T>(item));
        rows.push(...got);
        arrived?.(got);
        const left = reply.UnprocessedKeys?.[table]?.Keys;
        if (left?.length) {
          batches.push(left);
          await pause(100 + Math.random() * 200);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, batches.length) }, worker));
    return rows;
  }

  async update(table: string, key: Values, expression: string, values: Values, condition?: string): Promise<void> {
    await this.#call("UpdateItem", {
      TableName: table,
      Key: attributes(key),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeNames: names(expression, condition),
      ExpressionAttributeValues: attributes(values),
    });
  }
}
