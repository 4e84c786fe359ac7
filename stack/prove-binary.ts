import { open, stat } from 'node:fs/promises';
import { execa } from 'execa';
import { wordsOf } from './stack-error.ts';

/** e_machine of an ELF header (System V ABI, chapter 4), by Node's names. */
const elfMachines: Record<number, string> = { 0x03: 'ia32', 0x28: 'arm', 0x3e: 'x64', 0xb7: 'arm64', 0xf3: 'riscv64' };

async function elfMachine(path: string): Promise<string | null> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    if (bytesRead < 20 || buffer.toString('latin1', 1, 4) !== 'ELF') return null;
    return elfMachines[buffer.readUInt16LE(18)] ?? 'another machine';
  } finally {
    await file.close();
  }
}

/** Why a program did not answer, in words, with what to do about it. */
function explain(result: { stderr?: string; signal?: string; exitCode?: number; timedOut: boolean; code?: string }): string {
  const said = result.stderr ?? '';
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(said)?.[1];
  if (library) return `the library ${library} is missing; install the package that holds it`;
  const symbol = /version `([A-Z]+_[\d.]+)' not found/.exec(said)?.[1];
  if (symbol) return `it needs ${symbol}, which this system's libraries do not have; take a build for this distribution`;
  if (result.timedOut) return 'it did not answer --version within 20 s';
  if (result.code === 'EACCES') return 'it may not be run; check that its folder is not mounted noexec';
  if (result.code === 'ENOENT') return 'its loader or interpreter is missing; it was built for another system';
  if (result.signal === 'SIGILL') return 'this processor lacks instructions that it needs (MongoDB 5 and later want AVX)';
  if (result.signal) return `it was ended by ${result.signal}`;
  const words = said.split('\n').find((line) => line.trim() !== '');
  return `it ended with code ${result.exitCode ?? result.code ?? 'unknown'}${words ? `: ${words.trim().slice(0, 200)}` : ''}`;
}

/**
 * Runs `<path> --version` and gives what `version` captures in the answer.
 * Throws an Error that says in words why the file cannot be used: missing, not executable, of another machine, a library missing.
 */
export async function proveBinary(options: { path: string; version: RegExp }): Promise<string> {
  const { path } = options;
  const found = await stat(path).catch((error: unknown) => wordsOf(error));
  if (typeof found === 'string') throw new Error(found.startsWith('ENOENT') ? `${path}: there is no such file` : found);
  if (!found.isFile()) throw new Error(`${path} is not a file`);
  if ((found.mode & 0o111) === 0) throw new Error(`${path} is not executable; run chmod +x on it`);
  const machine = await elfMachine(path);
  if (machine !== null && machine !== process.arch) throw new Error(`${path} is built for ${machine}, this machine is ${process.arch}`);
  const result = await execa(path, ['--version'], { reject: false, timeout: 20_000, stdin: 'ignore' });
  if (result.failed) throw new Error(`${path} does not run: ${explain(result)}`);
  const version = options.version.exec(result.stdout)?.[1];
  if (version === undefined)
    throw new Error(`${path} answers --version with something else: ${result.stdout.split('\n')[0]?.slice(0, 100) ?? ''}`);
  return version;
}

/** True when `version` is `minimum` or later; both are dotted numbers. */
export function isAtLeast(version: string, minimum: string): boolean {
  const have = version.split('.').map(Number);
  const want = minimum.split('.').map(Number);
  for (const [index, number] of want.entries()) {
    const other = have[index] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}
