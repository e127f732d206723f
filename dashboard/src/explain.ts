import { app } from "./app";
import { awsError } from "./aws/errors";
import { t } from "./i18n/index.svelte";

/** What a person is told about an error of something they did, whatever was thrown. */
export function explain(thrown: unknown): string {
  const error = awsError(thrown);
  const words = t().errors;
  switch (error.kind) {
    case "denied":
      if (app.session.who === "expired") return t().live.expired;
      return app.session.who === "signedIn" ? words.denied : words.deniedGuest;
    case "expired":
      return t().live.expired;
    case "offline":
      return words.offline;
    case "busy":
      return words.busy;
    case "failed":
      return words.failed(error.code);
  }
}
