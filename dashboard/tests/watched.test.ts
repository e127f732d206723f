import { expect, it } from "vitest";
import { AwsError } from "../src/aws/errors";
import { Watched } from "../src/data/watched.svelte";

const settled = () => new Promise((done) => setTimeout(done));
const busy = () => Promise.reject(new AwsError("busy", "ThrottlingException", "slow down"));

it("an answer stays while the next one is on its way, and is gone if that does not come, or nothing is asked: it was to another question", async () => {
  const watched = new Watched<string>(() => null, () => false);
  const shown = () => [watched.value, watched.error?.kind, watched.turning];
  watched.ask(() => Promise.resolve("Berlin"));
  await settled();
  let fails = false;
  watched.ask(() => (fails ? busy() : Promise.resolve("Pusan")));
  expect(shown()).toEqual(["Berlin", undefined, true]);
  await settled();
  fails = true;
  await watched.refresh();
  expect(shown()).toEqual(["Pusan", "busy", false]);
  watched.ask(busy);
  await settled();
  expect(shown()).toEqual([undefined, "busy", false]);
  watched.ask(() => Promise.resolve("Oslo"));
  await settled();
  expect(shown()).toEqual(["Oslo", undefined, false]);
  watched.ask(null);
  expect(shown()).toEqual([undefined, undefined, false]);
});
