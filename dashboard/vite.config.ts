import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// `npm run dev` shows the working tree against a running stack: it takes config.json from that stack's dashboard.
const stack = process.env["ONHAND_DASHBOARD_URL"];

/** What dialogs, opened uploads and charts share comes with these, and not with the first page. */
const LATER =
  "SignInForm|likeness|data/(acknowledgements|ahead|alerts|catalogue|chosen|compare|counted|csv|finding|forecasts|heat|history|newItems|packed|plan|points|sayings|search|sending|shelf|soonest|storeCsv|storeNames|storePast|storeRows|tables|takeCare|timeline|visits|worklist)|i18n/(ahead|alerts|checked|compare|items|past|points|said)|design/(Combobox|Dialog|SortHead|Steps)|parts/(Acknowledge|AlertCells|Brought|changeOf|ChooseStore|Details|FindField|LowAt|NewItems|OnShelf|Points|SaidOf|setting|Tick|ticks)";

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2022",
    // The Content-Security-Policy allows files of our own origin only, no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    // A page is its own code and what it shares with others: two files instead of two dozen, and two of styles.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 2, test: new RegExp(`^(?!.*(${LATER})).*(src|svelte|aws4fetch)`) }] } } },
  },
  ...(stack ? { server: { proxy: { "/config.json": { target: stack, changeOrigin: true } } } } : {}),
});
