/** Refusals as learn.microsoft.com/entra/identity-platform/reference-error-codes lists them; texts as the service sends them. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly code: number;
  readonly text: string;
  /** Tells MSAL why an interaction is needed. */
  readonly suberror?: string;
}

function refusal(status: number, error: string, code: number) {
  return (text: string): Refusal => ({ status, error, code, text });
}

const refuse = (error: string, code: number) => refusal(error === 'invalid_client' ? 401 : 400, error, code);

const NOT_INSTALLED =
  'This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.';
const ASSERTION_HELP = 'Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .';

const REQUEST_REFUSALS = {
  unknownTenant: (tenant: string) =>
    refuse(
      'invalid_request',
      90002,
    )(
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    ),
  malformedTenant: (tenant: string) =>
    refuse('invalid_request', 900023)(`Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`),
  noTenant: () =>
    refuse(
      'invalid_request',
      50059,
    )('No tenant-identifying information found in either the request or implied by any provided credentials.'),
  notForConsumers: (app: string) =>
    refuse(
      'invalid_request',
      9002332,
    )(
      `Application '${app}' is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.`,
    ),
  postOnly: (method: string) => refuse('invalid_request', 900561)(`The endpoint only accepts POST requests. Received a ${method} request.`),
  getOnly: (method: string) => refuse('invalid_request', 900561)(`The endpoint only accepts GET requests. Received a ${method} request.`),
  missingParameter: (name: string) =>
    refuse('invalid_request', 900144)(`The request body must contain the following parameter: '${name}'.`),
  duplicateParameter: (name: string) =>
    refuse('invalid_request', 9000411)(`The request is not properly formatted. The parameter '${name}' is duplicated.`),
  invalidParameter: (name: string) => refuse('invalid_request', 90100)(`${name} parameter is empty or not valid.`),
  unsupportedParameter: (name: string) => refuse('invalid_request', 901002)(`The '${name}' request parameter is not supported.`),
  tooLarge: () => refusal(413, 'invalid_request', 90015)('Requested query string is too long.'),
  unsupportedGrant: (grant: string) => refuse('unsupported_grant_type', 70003)(`The app requested an unsupported grant type '${grant}'.`),
  unknownInstance: () => refuse('invalid_instance', 50049)('Unknown or invalid instance.'),
} as const;

const CLIENT_REFUSALS = {
  unknownApp: (clientId: string, tenant: string) =>
    refuse(
      'unauthorized_client',
      700016,
    )(`Application with identifier '${clientId}' was not found in the directory '${tenant}'. ${NOT_INSTALLED}`),
  disabledApp: (clientId: string, name: string) =>
    refuse('unauthorized_client', 7000112)(`Application '${clientId}'(${name}) is disabled.`),
  wrongSecret: (clientId: string) =>
    refuse(
      'invalid_client',
      7000215,
    )(
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    ),
  expiredSecret: (clientId: string) =>
    refuse(
      'invalid_client',
      7000222,
    )(
      `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    ),
  noSecret: () =>
    refuse('invalid_client', 7000218)("The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
  credentialOfPublicClient: () =>
    refuse('invalid_client', 700025)("Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
  notMobile: () =>
    refuse(
      'invalid_client',
      70002,
    )("The provided client is not supported for this feature. The client application must be marked as 'mobile.'"),
  badAssertion: (reason: string, app: string) =>
    refuse(
      'invalid_client',
      700027,
    )(
      `Client assertion failed signature validation. [Reason - ${reason}, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${app}'.]`,
    ),
  malformedAssertion: (reason: string) => refuse('invalid_request', 50027)(`JWT token is invalid or malformed. ${reason}`),
  untimelyAssertion: (times: { now: string; from: string; to: string }) =>
    refuse(
      'invalid_client',
      700024,
    )(
      `Client assertion is not within its valid time range. Current time: ${times.now}, assertion valid from ${times.from}, expiry time of assertion ${times.to}. ${ASSERTION_HELP}`,
    ),
  assertionForOthers: () =>
    refuse('invalid_client', 700023)(`Client assertion audience claim does not match Realm issuer. ${ASSERTION_HELP}`),
  assertionOfOthers: () =>
    refuse('invalid_client', 700021)(`Client assertion application identifier doesn't match 'client_id' parameter. ${ASSERTION_HELP}`),
  noFederation: (part: 'issuer' | 'audience' | 'subject', value: string) =>
    refuse(
      'invalid_client',
      { issuer: 700211, audience: 700212, subject: 700213 }[part],
    )(
      `No matching federated identity record found for presented assertion ${part} '${value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
    ),
  issuerUnreachable: () => refuse('invalid_request', 90061)('Request to External OIDC endpoint failed.'),
} as const;

const RESOURCE_REFUSALS = {
  badScope: (scope: string) =>
    refuse('invalid_scope', 70011)(`The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`),
  manyResources: (scope: string) =>
    refuse(
      'invalid_request',
      28000,
    )(`Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.`),
  unknownResource: (resource: string, tenant: string) =>
    refuse(
      'invalid_resource',
      500011,
    )(`The resource principal named ${resource} was not found in the tenant named ${tenant}. ${NOT_INSTALLED}`),
  lapsed: (resource: string) =>
    refuse(
      'invalid_resource',
      500014,
    )(
      `The service principal for resource '${resource}' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.`,
    ),
  unknownScope: (app: string, scope: string, resource: string) =>
    refuse(
      'invalid_client',
      650053,
    )(`The application '${app}' asked for scope '${scope}' that doesn't exist on the resource '${resource}'. Contact the app vendor.`),
} as const;

const GRANT_REFUSALS = {
  malformedGrant: () => refuse('invalid_grant', 9002313)('Invalid request. Request is malformed or invalid.'),
  othersGrant: () => refuse('invalid_grant', 70000)('Provided grant is invalid or malformed.'),
  expiredCode: () =>
    refuse(
      'invalid_grant',
      70008,
    )(
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    ),
  usedCode: () =>
    refuse(
      'invalid_grant',
      54005,
    )('OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.'),
  expiredRefresh: (issued: string) =>
    refuse(
      'invalid_grant',
      700082,
    )(`The refresh token has expired due to inactivity. The token was issued on ${issued} and was inactive for 90.00:00:00.`),
  expiredSpaRefresh: (issued: string) =>
    refuse(
      'invalid_grant',
      700084,
    )(
      `The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on ${issued}.`,
    ),
  otherRedirect: (given: string, known: string) =>
    refuse(
      'invalid_grant',
      500112,
    )(`The reply address '${given}' does not match the reply address '${known}' provided when requesting Authorization code.`),
  wrongVerifier: () =>
    refuse('invalid_grant', 501481)('The Code_Verifier does not match the code_challenge supplied in the authorization request.'),
  verifierSize: () => refuse('invalid_request', 501491)('Invalid size of Code_Verifier/Code_Challenge parameter.'),
  pkceNeeded: () =>
    refuse('invalid_request', 9002325)('Proof Key for Code Exchange is required for cross-origin authorization code redemption.'),
  notSpa: (origin: string) =>
    refuse(
      'invalid_request',
      9002326,
    )(`Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${origin}'.`),
  onlySpa: () =>
    refuse(
      'invalid_request',
      9002327,
    )("Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests."),
  notConsented: (app: { clientId: string; name: string }): Refusal => ({
    ...refuse(
      'invalid_grant',
      65001,
    )(
      `The user or administrator has not consented to use the application with ID '${app.clientId}' named '${app.name}'. Send an interactive authorization request for this user and resource.`,
    ),
    suberror: 'consent_required',
  }),
  unknownUser: (name: string, tenant: string) =>
    refuse(
      'invalid_grant',
      50034,
    )(
      `The user account ${name} does not exist in the ${tenant} directory. To sign into this application, the account must be added to the directory.`,
    ),
  disabledUser: () => refuse('invalid_grant', 50057)('The user account is disabled.'),
  wrongPassword: () => refuse('invalid_grant', 50126)('Error validating credentials due to invalid username or password.'),
} as const;

const SIGN_IN_REFUSALS = {
  noRedirect: () => refuse('invalid_request', 500113)('No reply address is registered for the application.'),
  wrongRedirect: (uri: string, app: string) =>
    refuse(
      'invalid_request',
      50011,
    )(
      `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${app}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.`,
    ),
  responseType: (type: string) =>
    refuse('unsupported_response_type', 700054)(`response_type '${type}' is not enabled for the application.`),
  responseMode: (mode: string) =>
    refuse('invalid_request', 70007)(`'${mode}' is not a supported value of 'response_mode' when requesting a token.`),
  prompt: () => refuse('invalid_request', 90023)("Unsupported 'prompt' value."),
  noSession: () => refuse('login_required', 50058)('A silent sign-in request was sent but no user is signed in.'),
  declined: () => refuse('access_denied', 65004)('User declined to consent to access the app.'),
  adminDeclined: () => refuse('permission_denied', 65004)('The admin canceled the request.'),
  oldPage: () =>
    refuse('invalid_request', 165000)('Invalid Request: The request tokens do not match the user context. Start the sign-in again.'),
} as const;

export const REFUSALS = {
  ...REQUEST_REFUSALS,
  ...CLIENT_REFUSALS,
  ...RESOURCE_REFUSALS,
  ...GRANT_REFUSALS,
  ...SIGN_IN_REFUSALS,
} as const;

/** Thrown by whoever refuses; the endpoint answers as its kind does: JSON, a page or a redirect. */
export function refused(refusal: Refusal): Error & { readonly refusal: Refusal } {
  return Object.assign(new Error(refusal.text), { refusal });
}

export function isRefused(error: unknown): error is Error & { readonly refusal: Refusal } {
  return error instanceof Error && 'refusal' in error;
}
