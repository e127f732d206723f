import { expect, it, vi } from "vitest";
import { app } from "../src/app";
import type { Query } from "../src/aws/dynamodb";
import { groups } from "../src/data/groups.svelte";
import { router } from "../src/router.svelte";

vi.hoisted(() => {
  vi.stubGlobal("location", new URL("http://onhand/"));
  vi.stubGlobal("localStorage", { getItem: () => null });
});

const settled = () => new Promise((done) => setTimeout(done));

it("the stores are those of the group that is chosen, however late another one's come, and stay the same set while they are the same", async () => {
  const answers: Record<string, () => void> = {};
  const rows: Record<string, string[]> = { "*": ["north", "south"], north: ["Oslo"], south: ["Rome"] };
  const queryAll = ({ values }: Query) => {
    const group = String(values[":group"]);
    const found = (rows[group] ?? []).map((Store) => ({ Store }));
    return group === "north" ? new Promise((done) => (answers[group] = () => done(found))) : Promise.resolve(found);
  };
  Object.assign(app, { config: { groupsTable: "Groups" }, db: { queryAll } });
  const choose = (group: string) => {
    router.url = new URL(`http://onhand/?group=${group}`);
    return groups.look(group);
  };
  void choose("north");
  await choose("south");
  answers["north"]?.();
  await settled();
  const { stores } = groups;
  expect(stores && [...stores]).toEqual(["Rome"]);
  await groups.look("south");
  expect(groups.stores).toBe(stores);
});
