import { ulid } from 'ulid';
import type { ApiDeps } from './deps.ts';
import { expiryWarnings } from './logins/expiry-warnings.ts';

type Deps = Pick<ApiDeps, 'store' | 'settings' | 'log'>;

const everyMs = 10 * 60_000;
const warnEveryMs = 24 * 3_600_000;
/** Stands as the caller in the audit log where nobody has asked. */
const itself = { kind: 'trawl', id: 'trawl', name: 'Trawl itself' } as const;

/** Seals anew what older keys have sealed, each with an entry in the audit log before it is done. Throws SealError and what MongoDB throws. */
export async function resealCredentials({ store, log }: Pick<Deps, 'store' | 'log'>, signal?: AbortSignal): Promise<void> {
  const { resealing, audit } = store;
  const audited = async (credentialId: string) => {
    const at = new Date();
    const entry = { at, caller: itself, method: 'RESEAL', route: '/v1/credentials/:id', subjectIds: [credentialId], createdId: null };
    await audit.add({ _id: ulid(at.getTime()), ...entry, status: 200 });
  };
  const { resealed, left } = await resealing.run({ before: audited, signal });
  if (resealed > 0) log.info({ resealed, left }, 'Secrets that older keys had sealed are sealed by the key of now');
  if (left > 0) log.warn({ left }, 'Secrets are sealed by keys that are not there: add the keys again, or save the secrets again');
}

/** Says which logins end soon, by id: names and addresses stay out of logs. */
export async function warnOfEndings({ store, settings, log }: Deps): Promise<void> {
  for (const { _id, kind, expiresAt } of await store.credentials.ending()) {
    if (expiryWarnings({ name: _id, kind, expiresAt }, settings).length === 0) continue;
    log.warn({ credentialId: _id, kind, expiresAt }, 'What a credential signs in by ends soon, or has ended');
  }
}

/** Does both now and from time to time, until the signal. */
export function keepCredentials(deps: Deps, signal: AbortSignal): void {
  let warnedMs = 0;
  const run = async (): Promise<void> => {
    try {
      if (Date.now() - warnedMs >= warnEveryMs) {
        await warnOfEndings(deps);
        warnedMs = Date.now();
      }
      await resealCredentials(deps, signal);
    } catch (error) {
      deps.log.warn({ problem: (error as Error).message }, 'Credentials could not be looked after; trying again');
    }
    if (!signal.aborted) setTimeout(() => void run(), everyMs).unref();
  };
  void run();
}
