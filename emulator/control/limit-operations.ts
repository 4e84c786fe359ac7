import { DEFAULT_LIMITS, RETRY_AFTER_STYLES, type LimitSettings } from '../throttle/limit-settings.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { badInput, oneOf, optionalNumber, refuseUnknown } from './input.ts';

export const limitRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/limits', handle: ({ limitSettings }) => limitSettings.get() },
  { method: 'PUT', path: '/limits', handle: putLimits },
  { method: 'DELETE', path: '/limits', handle: ({ limitSettings }) => limitSettings.set(DEFAULT_LIMITS) },
  { method: 'GET', path: '/stats', handle: stats },
  { method: 'DELETE', path: '/stats', handle: resetStats },
];

const NUMBERS = Object.keys(DEFAULT_LIMITS).filter((name) => name !== 'retryAfter');
/** Here 0 lets the tenant's size decide. */
const MAY_BE_ZERO = ['directoryUnits', 'driveUnits'];

/** What is not given stays. */
async function putLimits({ limitSettings, fields }: ControlRequest): Promise<object> {
  const given = await fields();
  refuseUnknown(given, { name: 'limits', known: [...NUMBERS, 'retryAfter'] });
  for (const name of NUMBERS) {
    const value = optionalNumber(given, name);
    if (value !== undefined && (!Number.isInteger(value) || value < (MAY_BE_ZERO.includes(name) ? 0 : 1)))
      throw badInput(`${name} must be a whole number`);
  }
  oneOf(given, 'retryAfter', RETRY_AFTER_STYLES);
  return limitSettings.set({ ...limitSettings.get(), ...(given as Partial<LimitSettings>) });
}

function stats({ limits, gate, served, faults, answerChecks }: ControlRequest): object {
  const mailboxes = limits.use();
  const mailboxViolations = mailboxes.reduce((sum, use) => sum + use.violations, 0);
  const violationsByLimit = { mailbox: mailboxViolations, ...gate.violations() };
  const invalid = answerChecks?.summary();
  return {
    ...served.snapshot(),
    largestConcurrency: mailboxes.reduce((largest, use) => Math.max(largest, use.largestConcurrency), 0),
    largestInFlight: limits.largestInFlight(),
    violations: Object.values(violationsByLimit).reduce((sum, count) => sum + count, 0),
    violationsByLimit,
    mailboxes,
    played: faults.played(),
    checkedAnswers: invalid?.checked ?? 0,
    invalidAnswers: invalid?.invalid ?? 0,
    invalidAnswerTexts: invalid?.first ?? [],
  };
}

function resetStats({ limits, gate, served, faults }: ControlRequest): object {
  limits.reset();
  gate.reset();
  served.reset();
  faults.resetPlayed();
  return { reset: true };
}
