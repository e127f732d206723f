import { DynamoDB } from "./aws/dynamodb";
import { S3 } from "./aws/s3";
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
  s3: S3;
  live: Live;
  stores: Stores;
}

/** Filled once by `connect`, before anything is mounted. */
export const app = {} as App;

export function connect(config: Config): App {
  const session = new Session(config, () => app.live.restart());
  const db = new DynamoDB(config, session.credentials);
  const inventory = new Inventory(db, config, () => session.seesPeople());
  const s3 = new S3(config, session.credentials);
  const live = new Live(inventory, config.shards);
  const stores = new Stores(inventory, new StoreList(db, config), live);
  return Object.assign(app, { config, session, db, inventory, s3, live, stores });
}
