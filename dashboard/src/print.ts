import { now } from "./aws/clock";
import "./design/print.css";
import { dateTime } from "./i18n/format";
import { router } from "./router.svelte";

/** What is printed says when that was, and for which group of stores, as what chooses it is not printed. */
addEventListener("beforeprint", () => {
  const said = [router.query("group"), dateTime(new Date(now()).toISOString())].filter(Boolean).join(" · ");
  document.querySelector("h1")?.setAttribute("data-printed", said);
});
