import { spawn, spawnSync } from 'node:child_process';
import type { Environment } from '../../stack/tool-cache.ts';
import { waitFor } from './wait-for.ts';

/** A shell as somebody has it open: what one block sets, the next one finds. */
export interface ShellSession {
  /** Types the lines; gives what they print. Throws an Error with everything that was said when the last of them fails. */
  run(lines: string): Promise<string>;
  end(): void;
}

/** Why lines with `curl --json` cannot be run here; null when they can. It is there since curl 7.82. */
export function whyNoCurl(): string | null {
  const { stdout } = spawnSync('curl', ['--version'], { encoding: 'utf8' });
  const version = /^curl (\d+)\.(\d+)/.exec(stdout ?? '');
  if (version === null) return 'there is no curl on this machine';
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > 7 || minor >= 82 ? null : `curl ${major}.${minor} does not know --json`;
}

export function openShell({ cwd, env }: { cwd: string; env: Environment }): ShellSession {
  const child = spawn('sh', [], { cwd, env: env as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (part) => (said.stdout += String(part)));
  child.stderr.on('data', (part) => (said.stderr += String(part)));
  let count = 0;
  return {
    async run(lines) {
      count += 1;
      const from = said.stdout.length;
      const end = new RegExp(`\\nend of block ${count}: (\\d+)\\n`);
      child.stdin.write(`${lines}\nprintf '\\nend of block %s: %s\\n' ${count} $?\n`);
      const look = () => end.exec(said.stdout.slice(from));
      const found = await waitFor(`the end of ${lines.slice(0, 200)}`, async () => look(), { timeoutMs: 60_000, everyMs: 20 });
      const printed = said.stdout.slice(from, from + found.index);
      if (found[1] !== '0') throw new Error(`${lines}\nended with ${found[1]}:\n${printed}\n${said.stderr}`);
      return printed;
    },
    end: () => void child.kill('SIGKILL'),
  };
}
