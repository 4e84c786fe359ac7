import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from './find-on-path.ts';
import type { Say } from './first-that-works.ts';
import { sayEvery } from './provision.ts';
import { runStep } from './run-step.ts';
import type { Environment } from './tool-cache.ts';

/**
 * The CLI's own go.mod has a `replace`, so `go install` refuses it; stack/temporal-server is a module of ours that
 * repeats the replace, with go.sum pinning every hash.
 */
const moduleFolder = join(import.meta.dirname, 'temporal-server');

export function canBuildTemporal(env: Environment): boolean {
  return findOnPath('go', env) !== null;
}

/** Go wants to know where to keep modules and objects; without a home they go into the work folder. */
function goFolders(folder: string, env: Environment): Environment {
  if (env['HOME'] || (env['GOPATH'] && env['GOCACHE'])) return {};
  return { GOPATH: join(folder, 'go'), GOCACHE: join(folder, 'go-build'), GOFLAGS: '-modcacherw' };
}

/** Builds the Temporal CLI from the Go module proxy; gives the binary's path in `folder`. Takes about four minutes on two cores. */
export async function buildTemporal(options: { folder: string; version: string; env: Environment; say: Say }): Promise<string> {
  const { folder, version, env, say } = options;
  const source = join(folder, 'source');
  const binary = join(folder, 'temporal');
  await cp(moduleFolder, source, { recursive: true });
  say('building it from the Go module proxy; about 5 minutes, once');
  let packages = 0;
  const done = sayEvery({ everyMs: 20_000, say, line: (seconds) => `building: ${packages} packages after ${seconds} s` });
  try {
    const flags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
    await runStep({
      file: 'go',
      args: ['build', '-v', '-trimpath', '-ldflags', flags, '-o', binary, 'github.com/temporalio/cli/cmd/temporal'],
      cwd: source,
      env: { ...env, CGO_ENABLED: '0', ...goFolders(folder, env) },
      timeoutMs: 30 * 60_000,
      onLine: (line) => {
        if (!line.startsWith('go: ')) packages += 1;
      },
    });
  } finally {
    done();
  }
  return binary;
}
