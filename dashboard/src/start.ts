import { identityCredentials, PERSON } from "./aws/credentials";
import { loadConfig } from "./config";
import "./design/tokens.css";
import "./design/base.css";
import { LANGUAGES, ofBrowser } from "./i18n/languages";
import { loadPage, pageAt } from "./pages";

/** The only script of index.html: what takes longest is asked for before the code that needs it is here. */
export const config = loadConfig();

/** A guest's credentials, or null for who has signed in here, and where guests are not allowed. */
export const guest = config.then((config) => (config.guest && localStorage.getItem(PERSON) === null ? identityCredentials(config, null) : null));
guest.catch(() => undefined); // who asks next asks again, and is told

void import("./main");
// What main.ts needs next is on its way meanwhile.
void loadPage(pageAt(location)).catch(() => undefined);
void LANGUAGES[ofBrowser()]().catch(() => undefined);
