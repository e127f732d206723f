/** What the search needs, fetched as one when somebody looks for something: no page needs it at first. */
export { items } from "./catalogue.svelte";
export { best, find } from "./finding";
export { storeNames } from "./storeNames";
