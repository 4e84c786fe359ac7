import { buildTemporal, canBuildTemporal } from './build-temporal.ts';
import { downloadTemporal } from './download-temporal.ts';
import { findOnPath } from './find-on-path.ts';
import type { Say } from './first-that-works.ts';
import { isAtLeast, proveBinary } from './prove-binary.ts';
import { namedBinary, provision, type Provisioned } from './provision.ts';
import { askTemporal } from './temporal-server.ts';
import { cacheDirOf, createToolCache, type Environment } from './tool-cache.ts';

/** The Temporal CLI that Trawl brings: server 1.31.2 with its Web UI. */
export const temporalCliVersion = '1.8.2';
/** Priority keys are honoured from this server on. */
const oldestServer = '1.31';

async function proveTemporal(path: string): Promise<string> {
  const server = await proveBinary({ path, version: /Server (\d+\.\d+\.\d+)/ });
  if (!isAtLeast(server, oldestServer)) throw new Error(`${path} holds server ${server}; Trawl needs ${oldestServer} or later`);
  return `Temporal server ${server}`;
}

/**
 * Comes by a Temporal server: `TEMPORAL_ADDRESS`, `TRAWL_TEMPORAL_BIN`, `temporal` on PATH, the cache, the vendor's
 * download, a build from the Go module proxy. Throws with exit code 3 when there is no way.
 */
export async function provisionTemporal({ env, say }: { env: Environment; say: Say }): Promise<Provisioned> {
  const tool = { name: 'temporal', version: temporalCliVersion };
  const address = env['TEMPORAL_ADDRESS'];
  return provision({
    what: 'Temporal',
    remedy:
      'install the Temporal CLI 1.8 or later (https://docs.temporal.io/cli) and put it on PATH, or set TRAWL_TEMPORAL_BIN to it, ' +
      'or set TEMPORAL_ADDRESS to a running server, or install Go 1.26 so that it can be built.',
    cache: createToolCache(cacheDirOf(env)),
    say,
    prove: proveTemporal,
    named: [
      {
        name: 'TEMPORAL_ADDRESS',
        decisive: true,
        take: async () => {
          if (!address) return null;
          await askTemporal(env);
          return { kind: 'address', address };
        },
      },
      namedBinary({ name: 'TRAWL_TEMPORAL_BIN', decisive: true, path: env['TRAWL_TEMPORAL_BIN'] ?? null, prove: proveTemporal }),
      namedBinary({ name: 'temporal on PATH', path: findOnPath('temporal', env), prove: proveTemporal }),
    ],
    fetches: [
      {
        name: "the vendor's download",
        tool,
        applies: () => true,
        fetch: (folder) => downloadTemporal({ folder, version: tool.version, say }),
      },
      {
        name: 'a build from the Go module proxy',
        tool,
        applies: () => canBuildTemporal(env),
        fetch: (folder) => buildTemporal({ folder, version: tool.version, env, say }),
      },
    ],
  });
}
