type Environment = Record<string, string | undefined>;

/** Hash of the lockfile that says which packages belong here. */
export function lockHash(root: string): string;

/** True when node_modules holds what package-lock.json names. */
export function isInstalled(root: string): boolean;

/** Runs `npm ci` when node_modules is not what package-lock.json names. Throws an Error with the remedy when it fails. */
export function installPackages(options: {
  root: string;
  node: string;
  cacheDir: string;
  env: Environment;
  say: (line: string) => void;
  install?: (step: { node: string; args: string[]; cwd: string; env: Environment }) => Promise<void>;
}): Promise<void>;
