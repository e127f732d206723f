import type { Credentials } from "./aws/credentials";
import { DynamoDB } from "./aws/dynamodb";
import { Session } from "./aws/session.svelte";
import type { Config } from "./config";
import { Inventory } from "./data/inventory";
import { Live } from "./data/live.svelte";
import { StoreList } from "./data/storeList";
import { Stores } from "./data/stores.svelte";

/** What every page works with. */
export interface App {
  config: Config;
  session: Session;
  db: DynamoDB;
  inventory: Inventory;
  live: Live;
  stores: Stores;
}

/** Filled once by `connect`, before anything is mounted. */
export const app = {} as App;

/** `guest`: a guest's credentials that were asked for already, or null. */
export function connect(config: Config, guest: Promise<Credentials | null>): App {
  const session = new Session(config, () => app.live.restart(), guest);
  const db = new DynamoDB(config, session.credentials);
  const inventory = new Inventory(db, config, () => session.seesPeople());
  const live = new Live(inventory, config.shards);
  const stores = new Stores(inventory, new StoreList(db, config), live);
  return Object.assign(app, { config, session, db, inventory, live, stores });
}
