import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { customCleanEnv, type CleanedEnv } from 'envalid';

export type Environment = Record<string, string | undefined>;
export type TemporalSettings = ClientConnectConfig & { namespace: string };

/** Thrown with every problem at once; each names its variable and what to do. */
export class SettingsError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

interface Described {
  desc?: string;
  choices?: readonly string[];
}

/** What one variable suffers from. Its value is not repeated: it may hold a password. */
function describeProblem({ name, error, spec }: { name: string; error: Error | undefined; spec: Described }): string {
  if (error?.name === 'EnvMissingError') return `${name} is missing: set it to ${spec.desc ?? 'a value'}`;
  if (spec.choices !== undefined) return `${name} must be one of ${spec.choices.join(', ')}`;
  return `${name} ${error?.message ?? 'is not valid'}`;
}

function readTemporal(env: Environment, problems: string[]): TemporalSettings {
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  try {
    const config = loadClientConnectConfig({ overrideEnvVars: given });
    return { ...config, namespace: config.namespace ?? 'default' };
  } catch (error) {
    problems.push(`TEMPORAL_*: ${(error as Error).message} (docs.temporal.io/references/client-environment-configuration)`);
    return { connectionOptions: {}, namespace: 'default' };
  }
}

/**
 * Reads variables by their specs, and Temporal's own (`TEMPORAL_*`); a variable that is set to nothing counts as not set.
 * Throws SettingsError with every problem.
 */
export function readEnvironment<S extends Record<string, unknown>>(
  environment: Environment,
  specs: S,
): { values: CleanedEnv<S>; temporal: TemporalSettings } {
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const problems: string[] = [];
  const values = customCleanEnv(env, specs as never, (cleaned) => cleaned, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) {
        problems.push(describeProblem({ name, error: error as Error, spec: (specs[name] ?? {}) as Described }));
      }
    },
  }) as CleanedEnv<S>;
  const temporal = readTemporal(env, problems);
  if (problems.length > 0) throw new SettingsError(problems);
  return { values, temporal };
}
