import { randomUUID } from 'node:crypto';

/** A refusal of the token endpoint, as learn.microsoft.com/entra/identity-platform/reference-error-codes lists them. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly code: number;
  readonly text: string;
}

const refuse = (status: number, error: string, code: number, text: string): Refusal => ({ status, error, code, text });

export const REFUSALS = {
  unknownTenant: (tenant: string) =>
    refuse(
      ...([400, 'invalid_request', 90002] as const),
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    ),
  malformedTenant: (tenant: string) =>
    refuse(
      400,
      'invalid_request',
      900023,
      `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
    ),
  unknownApp: (clientId: string, tenant: string) =>
    refuse(
      ...([400, 'unauthorized_client', 700016] as const),
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    ),
  wrongSecret: (clientId: string) =>
    refuse(
      ...([401, 'invalid_client', 7000215] as const),
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    ),
  expiredSecret: (clientId: string) =>
    refuse(
      ...([401, 'invalid_client', 7000222] as const),
      `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    ),
  noSecret: () =>
    refuse(401, 'invalid_client', 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
  badScope: (scope: string) =>
    refuse(
      400,
      'invalid_scope',
      70011,
      `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
    ),
  missingParameter: (name: string) =>
    refuse(400, 'invalid_request', 900144, `The request body must contain the following parameter: '${name}'.`),
  unknownResource: (resource: string, tenant: string) =>
    refuse(400, 'invalid_resource', 500011, `The resource principal named ${resource} was not found in the tenant named ${tenant}.`),
  unsupportedGrant: (grant: string) =>
    refuse(400, 'unsupported_grant_type', 70003, `The app requested an unsupported grant type '${grant}'.`),
} as const;

/** The body since about 2023: text, trace id, correlation id and timestamp separated by single blanks. */
export function refusal(refused: Refusal, nowMs: number): { status: number; body: object } {
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
  const description = `AADSTS${refused.code}: ${refused.text} Trace ID: ${ids.trace_id} Correlation ID: ${ids.correlation_id} Timestamp: ${timestamp}`;
  const error_uri = `https://login.microsoftonline.com/error?code=${refused.code}`;
  return {
    status: refused.status,
    body: { error: refused.error, error_description: description, error_codes: [refused.code], timestamp, ...ids, error_uri },
  };
}
