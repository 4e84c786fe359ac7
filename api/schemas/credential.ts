import { Type, type Static } from 'typebox';
import { clouds, type Credential } from '../../contract/credential.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { Id, iso, Timestamp, Warnings } from './common.ts';
import { CredentialTestAnswer, toTestAnswer } from './credential-test.ts';
import { clientIdExample, credentialIdExample, tenantIdExample, timeExample } from './examples.ts';

const answerFields = {
  id: Id,
  name: Type.String(),
  cloud: Words(clouds),
  endpoints: Type.Union([Type.Object({ authority: Type.String(), graph: Type.String() }), Type.Null()]),
  tenantId: Type.String(),
  clientId: Type.String(),
  revision: Type.Integer({ description: 'Grows with each new secret' }),
  warnings: Warnings,
  createdAt: Timestamp,
  updatedAt: Timestamp,
};

const example = {
  id: credentialIdExample,
  name: 'Contoso crawler',
  cloud: 'global',
  endpoints: null,
  tenantId: tenantIdExample,
  clientId: clientIdExample,
  revision: 1,
  warnings: [],
  createdAt: timeExample,
  updatedAt: timeExample,
};

export const CredentialAnswer = Type.Object(answerFields, { examples: [example] });
export type CredentialAnswer = Static<typeof CredentialAnswer>;

/** One credential alone is shown with its last test, which lists would be long with. */
export const WholeCredentialAnswer = Type.Object(
  { ...answerFields, lastTest: Nullable(CredentialTestAnswer) },
  { examples: [{ ...example, lastTest: null }] },
);
export type WholeCredentialAnswer = Static<typeof WholeCredentialAnswer>;

/** The sealed secret is left out on purpose: nothing of it leaves the store. */
export function toCredentialAnswer(credential: Credential, warnings: string[] = []): CredentialAnswer {
  return {
    id: credential._id,
    name: credential.name,
    cloud: credential.cloud,
    endpoints: credential.endpoints,
    tenantId: credential.tenantId,
    clientId: credential.clientId,
    revision: credential.revision,
    warnings,
    createdAt: iso(credential.createdAt),
    updatedAt: iso(credential.updatedAt),
  };
}

export function toWholeCredentialAnswer(credential: Credential): WholeCredentialAnswer {
  const { lastTest } = credential;
  return { ...toCredentialAnswer(credential), lastTest: lastTest === undefined ? null : toTestAnswer(lastTest, credential) };
}
