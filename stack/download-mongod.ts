import type { Say } from './first-that-works.ts';
import { sayEvery } from './provision.ts';
import { runStep } from './run-step.ts';

/** The release that the vendor's download brings. */
export const downloadedVersion = '8.2.6';

/** The downloader draws its progress on stdout, so it runs in a process of its own, whose last line is the path. */
const script = `
  const { MongoBinary } = await import('mongodb-memory-server-core');
  const [downloadDir, version] = process.argv.slice(1);
  try {
    const path = await MongoBinary.getPath({ downloadDir, version, checkMD5: true, systemBinary: '' });
    console.log('\\n' + path);
  } catch (error) {
    console.error(error.message.replaceAll('\\n', ' '));
    process.exit(1);
  }
`;

/** Downloads mongod from its vendor, checked by its MD5 file; gives the binary's path in `folder`. */
export async function downloadMongod({ folder, say }: { folder: string; say: Say }): Promise<string> {
  const done = sayEvery({ everyMs: 10_000, say, line: (seconds) => `downloading for ${seconds} s` });
  try {
    const said = await runStep({
      name: 'the download',
      file: process.execPath,
      args: ['--input-type=module', '-e', script, folder, downloadedVersion],
      cwd: import.meta.dirname,
      timeoutMs: 10 * 60_000,
    });
    return said.trim().split('\n').at(-1) ?? '';
  } finally {
    done();
  }
}
