import { mount } from "svelte";
import App from "./App.svelte";
import { connect, type App as Connected } from "./app";
import { serviceUrl, type Config } from "./config";
import { groups } from "./data/groups.svelte";
import { i18n } from "./i18n/index.svelte";
import { fetchAhead } from "./pages";
import { router } from "./router.svelte";
import { config, guest } from "./start";
import { theme } from "./theme.svelte";

theme.start();
const [app] = await Promise.all([config.then(begin, () => null), i18n.start()]);
if (app) {
  app.live.start();
  router.start();
  groups.start();
  // What takes longest of a chain is asked for before the page is built.
  if (["overview", "store", "item"].includes(router.page)) app.stores.keep();
  if (router.page === "items") void import("./data/catalogue.svelte").then(({ items }) => items.refresh(), () => undefined);
  fetchAhead();
}
const target = document.getElementById("app");
if (target) mount(App, { target, props: { configured: app !== null } });
void import("./print").catch(() => undefined); // not before the page: nobody prints it yet
void import("./parts/keepFocus").then(({ keepFocus }) => keepFocus(), () => undefined);

/** A person's credentials and a connection to DynamoDB take long: both are begun while the page's code is on its way. */
function begin(config: Config): Connected {
  const connected = connect(config, guest);
  document.head.append(Object.assign(document.createElement("link"), { rel: "preconnect", href: serviceUrl(config, "dynamodb"), crossOrigin: "anonymous" }));
  void connected.session.credentials.get().catch(() => undefined); // who asks next is told
  return connected;
}
