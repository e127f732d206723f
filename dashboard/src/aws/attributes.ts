/** DynamoDB's JSON, to and from plain values. Numbers become JavaScript numbers: counts here are far below 2^53. Binary values become bytes. */
export type Attribute =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Attribute[] }
  | { M: Record<string, Attribute> }
  | { SS: string[] };

export type Item = Record<string, Attribute>;

export function plain(attribute: Attribute): unknown {
  if ("S" in attribute) return attribute.S;
  if ("N" in attribute) return Number(attribute.N);
  if ("B" in attribute) return bytes(attribute.B);
  if ("BOOL" in attribute) return attribute.BOOL;
  if ("L" in attribute) return attribute.L.map(plain);
  if ("M" in attribute) return plainItem(attribute.M);
  if ("SS" in attribute) return attribute.SS;
  return null;
}

/** A plain loop: the catalogue has a million bytes, and `Uint8Array.from` calls a function for each. */
function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const found = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) found[at] = text.charCodeAt(at);
  return found;
}

export function plainItem<T = Record<string, unknown>>(item: Item): T {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)])) as T;
}

export function attribute(value: string | number | boolean): Attribute {
  if (typeof value === "string") return { S: value };
  return typeof value === "number" ? { N: String(value) } : { BOOL: value };
}

export function attributes(values: Record<string, string | number | boolean>): Item {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, attribute(value)]));
}
