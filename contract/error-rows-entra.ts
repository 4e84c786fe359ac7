import { rowsOf, type ErrorRow } from './error-row.ts';

const refused = { class: 'unauthorised', retry: false, leadsTo: 'sourceBlocked' } as const;

/** Answers of Entra's token endpoint (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
export const entraRows: readonly ErrorRow[] = [
  ...rowsOf(
    { ...refused, remedy: 'Correct the tenant id and the cloud of the credential' },
    {
      AADSTS90002: 'Entra knows no tenant of this id in this cloud',
      AADSTS900023: 'The tenant id is neither a GUID nor a domain name',
      invalid_tenant: 'Entra refuses the tenant id',
    },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Correct the client id, and have an administrator of the tenant consent to the app registration' },
    {
      AADSTS700016: 'The tenant knows no app registration of this client id',
      AADSTS7000229: 'The app registration has no service principal in the tenant',
      unauthorized_client: 'Entra does not let this client ask for a token',
    },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Save the value of a client secret in the credential: the value, not the id of the secret' },
    {
      AADSTS7000215: 'The client secret is wrong',
      AADSTS7000218: 'The token request had neither a secret nor a certificate',
    },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Test the credential, and save a secret, certificate or token file that the app registration knows' },
    { invalid_client: 'Entra refuses the client secret, certificate or token' },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Create a new client secret in the app registration and save it in the credential' },
    { AADSTS7000222: 'The client secret has expired' },
  ),
  ...rowsOf(
    {
      ...refused,
      remedy: 'Upload the certificate to the app registration, or save the one that is there: the thumbprints must be the same',
    },
    {
      AADSTS700027: 'The app registration does not have the certificate, or has it no longer',
      AADSTS50012: 'Entra does not accept the certificate that signed the assertion',
      AADSTS50013: 'Entra does not accept the signature of the assertion',
    },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Set the clock of the worker by a time server; of a federated token, have whoever writes its file renew it' },
    { AADSTS700024: 'The signed assertion is not valid at this time: a clock is wrong, or the federated token has expired' },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Check tenant id, client id and authority of the credential: the assertion is made for them' },
    {
      AADSTS700021: 'The assertion names another app than the token request',
      AADSTS700023: 'The assertion is made for another address than that of the tenant',
      AADSTS50027: 'Entra cannot read the assertion: it is malformed',
    },
  ),
  ...rowsOf(
    {
      ...refused,
      remedy:
        'Compare issuer, subject and audience of the token with the federated credential of the app registration: each letter counts, and a new one takes minutes',
    },
    {
      AADSTS70021: 'No federated credential of the app registration fits the token in the file',
      AADSTS700211: 'No federated credential of the app registration has the issuer of the token',
      AADSTS700212: 'No federated credential of the app registration has the audience of the token',
      AADSTS700213: 'No federated credential of the app registration has the subject of the token',
      AADSTS7002138: 'No federated credential of the app registration has the subject of the token in the same letters',
      AADSTS700222: 'The token in the file comes from Entra itself, which federated credentials do not take',
    },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Make the OpenID configuration of the issuer and its keys reachable from the internet by https' },
    { AADSTS90061: 'Entra cannot ask the issuer of the federated token for its keys' },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Under Authentication of the app registration switch off Allow public client flows' },
    { AADSTS700025: 'The app registration is a public client, which has no secret or certificate' },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Check the cloud and the Graph address of the credential: the scope is made of them' },
    {
      AADSTS70011: 'Entra does not know the scope of the token request',
      AADSTS500011: 'The tenant knows no Graph at that address: it is that of another cloud',
      invalid_scope: 'Entra refuses the scope of the token request',
    },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Check tenant id, client id and secret of the credential: one of them is empty or malformed' },
    {
      AADSTS900144: 'The token request lacks a parameter',
      invalid_request: 'Entra does not understand the token request',
    },
  ),
  ...rowsOf(
    { ...refused, remedy: 'Have an administrator of the tenant renew the subscription or enable the application again' },
    {
      AADSTS500014: 'The tenant no longer gives tokens for Graph: its subscription has lapsed or an administrator has disabled it',
      AADSTS7000112: 'An administrator has disabled the application in the tenant',
    },
  ),
  ...rowsOf(
    {
      ...refused,
      remedy: 'Have an administrator except the application from the Conditional Access policy, or run Trawl from an allowed network',
    },
    {
      AADSTS53003: 'A Conditional Access policy refuses the token',
      insufficient_claims: 'A Conditional Access policy asks for more than the token says',
    },
  ),
  ...rowsOf(
    { class: 'transient', retry: true, leadsTo: 'sourceBlocked', remedy: 'Nothing: Trawl asks again by itself' },
    {
      AADSTS90033: 'Entra has a fault of its own for the moment',
      AADSTS90024: 'Entra is too busy for the moment',
      temporarily_unavailable: 'Entra is not available for the moment',
      server_error: 'Entra has a fault of its own for the moment',
    },
  ),
];
