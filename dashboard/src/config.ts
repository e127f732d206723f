/** What the deployment says about itself: `/config.json`, written by `onhand deploy` and `onhand up` (docs/data-model.md). */
export interface Config {
  region: string;
  /** null on AWS; the address of the emulator on one machine. */
  endpoint: string | null;
  userPoolId: string;
  userPoolClientId: string;
  identityPoolId: string;
  guest: boolean;
  /** Over how many keys is spread what belongs to all stores. */
  shards: number;
  uploadsBucket: string;
  inventoryTable: string;
  storesTable: string;
  reorderPointsTable: string;
  uploadsTable: string;
  alertsTable: string;
  acknowledgementsTable: string;
  groupsTable: string;
  historyTable: string;
  forecastsTable: string;
  catalogueTable: string;
}

export async function loadConfig(): Promise<Config> {
  // index.html has it preloaded, while this code is still on its way.
  const reply = await fetch("/config.json");
  if (!reply.ok) throw new Error(`/config.json: ${reply.status}`);
  return (await reply.json()) as Config;
}

/** The address of an AWS service: its own on AWS, the emulator's on one machine. */
export function serviceUrl(config: Config, service: string): string {
  return config.endpoint ?? `https://${service}.${config.region}.amazonaws.com`;
}
