/**
 * What each room may import, as docs/architecture.md tells it and .oxlintrc.json enforces it.
 * `rooms`: other rooms of Trawl (its own files are always allowed); `types`: rooms and packages of which only types may come.
 * `only`: the packages that are allowed, all others are not; `never`: packages that are not allowed, all others are.
 */
export interface Border {
  rooms: readonly string[];
  types?: readonly string[];
  only?: readonly string[];
  never?: readonly string[];
}

export const rooms = [
  'contract',
  'settings',
  'workflows',
  'activities',
  'extract',
  'graph',
  'store',
  'vault',
  'api',
  'worker',
  'emulator',
  'stack',
  'client',
  'test',
  'bench',
] as const;

const microsoft = ['@azure', '@microsoft'];
const web = ['fastify', '@fastify'];

export const borders: Record<string, Border> = {
  contract: { rooms: [], only: ['typebox'] },
  'contract/workflow': { rooms: [], only: [] },
  settings: { rooms: ['contract'] },
  workflows: { rooms: ['contract/workflow'], only: ['@temporalio/workflow', '@temporalio/common'] },
  extract: { rooms: ['contract'], never: ['@temporalio', 'mongodb', ...microsoft, 'undici', ...web] },
  graph: { rooms: ['contract'], never: ['@temporalio', 'mongodb', ...web] },
  store: { rooms: ['contract'], never: ['@temporalio', ...microsoft, 'undici', ...web] },
  vault: { rooms: [], never: ['@temporalio', 'mongodb', '@microsoft', 'undici', ...web] },
  activities: {
    rooms: ['contract', 'graph', 'store'],
    types: ['@temporalio/client', '@temporalio/worker', '@temporalio/workflow', 'mongodb', 'extract'],
    never: [...microsoft, 'undici', ...web],
  },
  api: {
    rooms: ['contract', 'settings', 'store', 'vault'],
    never: ['@temporalio/worker', '@temporalio/activity', '@temporalio/workflow', ...microsoft, 'undici'],
  },
  worker: { rooms: ['contract', 'settings', 'activities', 'extract', 'graph', 'store', 'vault'], types: ['workflows'], never: web },
  emulator: { rooms: ['contract'], never: ['@temporalio', 'mongodb', ...microsoft] },
  stack: { rooms: ['contract', 'settings', 'store', 'emulator'] },
  client: { rooms: [], only: ['openapi-fetch'] },
  'client/generate': { rooms: ['api', 'client'], never: ['@temporalio', 'mongodb', ...microsoft, 'undici', ...web] },
};

/** True when `name` is the scope or package itself, or lies in it: `@azure` covers `@azure/identity`. */
export function covers(entry: string, name: string): boolean {
  return name === entry || name.startsWith(`${entry}/`);
}

/** The border that holds in a folder: the most special one, since `contract/workflow` is stricter than `contract`. */
export function borderOf(path: string): [room: string, border: Border] | undefined {
  const names = Object.keys(borders).filter((name) => path.startsWith(`${name}/`));
  const name = names.toSorted((left, right) => right.length - left.length)[0];
  const border = name === undefined ? undefined : borders[name];
  return name === undefined || border === undefined ? undefined : [name, border];
}
