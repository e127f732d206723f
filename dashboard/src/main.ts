import { mount } from "svelte";
import App from "./App.svelte";
import { connect } from "./app";
import { loadConfig, type Config } from "./config";
import { groups } from "./data/groups.svelte";
import "./design/tokens.css";
import "./design/base.css";
import { i18n } from "./i18n/index.svelte";
import { fetchAhead, loadPage } from "./pages";
import { router } from "./router.svelte";
import { theme } from "./theme.svelte";

theme.start();
const [config, first] = await Promise.all([
  loadConfig().catch((): Config | null => null),
  loadPage(router.page).catch(() => null),
  i18n.start(),
]);
if (config) {
  connect(config).live.start();
  router.start();
  groups.start();
  fetchAhead();
}
const target = document.getElementById("app");
if (target) mount(App, { target, props: { configured: config !== null, first } });
