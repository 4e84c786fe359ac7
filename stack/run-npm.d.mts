type Environment = Record<string, string | undefined>;

/** The environment without what a calling npm says of itself. */
export function withoutNpm(env: Environment): Environment;

/** Where npm's own script is, or null. */
export function findNpm(env: Environment, execPath?: string): string | null;

/** Runs npm quietly with the given Node; throws an Error with its last words when it fails. */
export function runNpm(step: { node: string; args: string[]; cwd: string; env: Environment }): Promise<void>;
