import type { TestedSource } from '../contract/connection-test-record.ts';
import type { Credential } from '../contract/credential.ts';
import { defaultPolicy } from '../contract/policy.ts';
import { noNarrowing, services } from '../contract/source.ts';
import { countryCodes } from './countries.ts';
import type { ApiDeps } from './deps.ts';
import { groupFaults } from './groups.ts';
import { bodyFault, invalid, ProblemError, type FieldFault } from './problem.ts';
import { mergePolicy } from './schemas/policy.ts';
import type { CreateSource } from './schemas/source.ts';
import { policyFaults } from './source-policy.ts';
import { mergeNarrowing, scopeFaults, toScope } from './source-scope.ts';

const notYetService: Record<string, string> = {
  oneDrive: 'OneDrive cannot be crawled yet',
  sharePoint: 'SharePoint cannot be crawled yet',
  exchangeOnPremises: 'Exchange on premises cannot be crawled yet',
};

export function countryFaults(country: string | undefined): FieldFault[] {
  if (country === undefined || countryCodes.has(country)) return [];
  return [
    bodyFault('/country', {
      reason: 'is not a country of ISO 3166-1',
      remedy: 'Give two capital letters of a country, like DE, FR or US.',
    }),
  ];
}

/** Faults that a schema cannot say: countries that do not exist, contradictions. */
function faultsOf(body: CreateSource): FieldFault[] {
  const faults = [...scopeFaults(body.scope), ...policyFaults(body.policy)];
  faults.push(...countryFaults(body.country), ...groupFaults(body.dataset?.groups, '/dataset/groups'));
  if (body.startImmediately && body.startAt !== undefined) {
    faults.push(bodyFault('/startAt', { reason: 'and startImmediately are both given', remedy: 'Give one of them, or neither.' }));
  }
  return faults;
}

/** What will be built is taken by the schema, so that a client may be written for it, and refused in words of its own. */
function checkService({ service }: CreateSource): void {
  if ((services as readonly string[]).includes(service)) return;
  const reason = `not yet: ${notYetService[service] ?? 'this service cannot be crawled yet'}`;
  const errors = [bodyFault('/service', { reason, remedy: 'Use exchange.' })];
  throw new ProblemError('service-not-yet', `${notYetService[service]}. Use exchange.`, { errors });
}

async function credentialOf(store: ApiDeps['store'], id: string): Promise<Credential> {
  const credential = await store.credentials.get(id);
  if (credential !== null) return credential;
  throw invalid(
    bodyFault('/credentialId', {
      reason: 'names no credential',
      remedy: 'Save one with POST /v1/credentials, or list them with GET /v1/credentials.',
    }),
  );
}

/** A source as it would be made of a body, as far as its connection goes. */
export interface SourceDraft {
  credential: Credential;
  tested: TestedSource;
}

/** Checks a body. Throws ProblemError `invalid-request` with every fault (those of `further` too), or `service-not-yet`. */
export async function toDraft(store: ApiDeps['store'], body: CreateSource, further: readonly FieldFault[] = []): Promise<SourceDraft> {
  const faults = [...faultsOf(body), ...further];
  if (faults.length > 0) throw invalid(...faults);
  checkService(body);
  const credential = await credentialOf(store, body.credentialId);
  const tested: TestedSource = {
    credentialId: credential._id,
    scope: toScope(body.scope),
    narrowing: mergeNarrowing(noNarrowing, body.narrowing),
    policy: mergePolicy(defaultPolicy, body.policy),
  };
  return { credential, tested };
}
