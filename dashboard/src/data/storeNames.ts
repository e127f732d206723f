import { named, type Named } from "./finding";

type NamedStore = Named & { name: string };

let folded: { of: readonly { Store: string }[]; stores: NamedStore[] } | undefined;

/** The stores, to be found by their names. The same list is folded once. */
export function storeNames(list: readonly { Store: string }[]): NamedStore[] {
  if (folded?.of !== list) folded = { of: list, stores: list.map(({ Store }) => named(Store)) };
  return folded.stores;
}
