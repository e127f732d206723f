import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

// `npm run dev` shows the working tree against a running stack: it takes config.json from that stack's dashboard.
const stack = process.env["ONHAND_DASHBOARD_URL"];

/** What dialogs, opened uploads and charts share comes with these, and not with the first page. */
const LATER =
  "SignInForm|aws/s3|likeness|data/(acknowledgements|ahead|alerts|bucket|catalogue|chosen|compare|counted|csv|finding|forecasts|heat|history|newItems|packed|plan|points|sayings|search|sending|shelf|soonest|storeCsv|storeNames|storePast|storeRows|tables|takeCare|timeline|visits|worklist)|i18n/(account|ahead|alerts|checked|compare|items|past|points|said)|design/(Combobox|Dialog|Field|Progress|Select|SortHead|Steps)|parts/(Acknowledge|AlertCells|Brought|changeOf|ChooseStore|FindField|LowAt|NewItems|OnShelf|Outcome|Points|SaidOf|setting|Tick|ticks|UploadDetails|Withdraw)";

/** main.ts and what it imports are fetched beside start.ts, not after it. */
const besideStart: Plugin = {
  name: "beside-start",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle }) {
      const main = Object.values(bundle ?? {}).find((chunk) => chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("/src/main.ts"));
      const files = main?.type === "chunk" ? [main.fileName, ...main.imports.filter((file) => !file.includes("/start-"))] : [];
      return files.map((file) => ({ tag: "link", attrs: { rel: "modulepreload", href: `/${file}`, crossorigin: true }, injectTo: "head" as const }));
    },
  },
};

export default defineConfig({
  plugins: [svelte(), besideStart],
  build: {
    target: "es2022",
    // The Content-Security-Policy allows files of our own origin only, no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    // A page is its own code and what it shares with others: two files instead of two dozen, and two of styles. What start.ts needs stays apart.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "start", test: /src\/(start|config|aws\/(credentials|clock|errors)|i18n\/languages|pages\/index)\.ts|preload-helper/ }, { name: "shared", minShareCount: 2, test: new RegExp(`^(?!.*(${LATER})).*(src|svelte|aws4fetch)`) }] } } },
  },
  ...(stack ? { server: { proxy: { "/config.json": { target: stack, changeOrigin: true } } } } : {}),
});
